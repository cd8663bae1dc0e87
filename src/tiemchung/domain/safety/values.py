"""What safety shows to those who look after people."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

SEVERITIES = ("mild", "moderate", "severe", "anaphylaxis")
"""Severity as seen at the site, the mildest first; the place in this tuple, from 1, is the number stored."""


class ActionShown(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done for the person, and when."""

    at: datetime
    what: str


class AefiShown(msgspec.Struct, frozen=True, kw_only=True):
    """An adverse event as a screen shows it to those who serve the person or follow it up."""

    id: UUID
    person: UUID | None
    visit: UUID | None
    site: str
    onset: datetime
    recorded_at: datetime
    severity: str
    signs: list[str]
    actions: list[ActionShown]


class Warned(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody reacted to a dose, how gravely and when: what a warning needs, and no more."""

    onset: datetime
    severity: str
