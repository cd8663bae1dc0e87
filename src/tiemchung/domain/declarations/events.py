"""Facts of declarations, as the chair tells them."""

from __future__ import annotations

from uuid import UUID

import msgspec

from tiemchung.domain.declarations.values import Answer, Outcome, Vitals
from tiemchung.kernel.events import Event


class Consented(Event, frozen=True, kw_only=True):
    """Somebody agreed to the vaccination or did not, for themselves or as a guardian."""

    visit: UUID
    person: UUID
    form: str
    agreed: bool
    guardian_name: str | None = None
    guardian_phone: str | None = None


class Screened(Event, frozen=True, kw_only=True):
    """Somebody was screened by a dated form: the answers, what was measured, and what the screener concluded."""

    visit: UUID
    person: UUID
    form: str
    conclusion: Outcome
    answers: dict[str, Answer]
    vitals: Vitals = Vitals()
    reasons: list[str] = msgspec.field(default_factory=list)
