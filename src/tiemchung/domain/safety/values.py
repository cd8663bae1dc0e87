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


class Reaction(msgspec.Struct, frozen=True, kw_only=True):
    """What was told so far of one reaction: all its tellings together, with the gravest word for it.

    `id` is that of its newest telling, `recorded_at` when the center learned that.
    """

    id: UUID
    person: UUID | None
    visit: UUID | None
    site: str
    onset: datetime
    recorded_at: datetime
    severity: str
    signs: tuple[str, ...]
    actions: tuple[ActionShown, ...]

    @property
    def over(self) -> bool:
        """Tell whether somebody has said that it is over: recovered, or in a hospital's hands."""
        return any(action.what in {"better", "taken-to-hospital"} for action in self.actions)


class Warned(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody reacted to a dose, how gravely and when: what a warning needs, and no more."""

    onset: datetime
    severity: str
