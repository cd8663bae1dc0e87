"""Facts of safety: an adverse event following immunization, as seen at the site."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import msgspec

from tiemchung.kernel.events import Event, Instant


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done for the person, and when."""

    at: Instant
    what: str


class Aefi(Event, frozen=True, kw_only=True):
    """Something went wrong with a body after a dose: signs, severity as seen, what was done. No cause is claimed.

    It is about a visit or a person, or about both.
    """

    onset: Instant
    severity: Literal["mild", "moderate", "severe", "anaphylaxis"]
    signs: list[str]
    visit: UUID | None = None
    person: UUID | None = None
    actions: list[Action] = msgspec.field(default_factory=list)
