"""What people declare, as it comes over the wire: consent, and a screening with its answers and vital signs."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import msgspec

from tiemchung.kernel.events import Event


class Vitals(msgspec.Struct, frozen=True, kw_only=True):
    """Vital signs as measured; what was not measured is None."""

    temp_c: float | None = None
    pulse_bpm: float | None = None
    systolic_mmhg: float | None = None
    diastolic_mmhg: float | None = None
    respiration_per_min: float | None = None
    spo2_percent: float | None = None


class Consented(Event, frozen=True, kw_only=True):
    """Somebody agreed, or did not, on a dated version of the consent form; for a child the guardian is named."""

    visit: UUID
    person: UUID
    form: str
    agreed: bool
    guardian_name: str | None = None
    guardian_phone: str | None = None


class Screened(Event, frozen=True, kw_only=True):
    """Somebody was screened on a dated version of the form: answers by question, vital signs, the screener's conclusion."""

    visit: UUID
    person: UUID
    form: str
    answers: dict[str, bool | str | float | None]
    conclusion: Literal["eligible_now", "caution", "refer_hospital", "defer", "contraindicated"]
    vitals: Vitals = Vitals()
    reasons: list[str] = msgspec.field(default_factory=list)
