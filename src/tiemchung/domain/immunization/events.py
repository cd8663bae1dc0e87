"""Facts of the record: a dose was given, confirmed, corrected, voided, judged again, attested."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import msgspec

from tiemchung.kernel.events import Code, Event, Small, Volume


class DoseGiven(Event, frozen=True, kw_only=True):
    """A dose went into an arm. Kept whatever the rules think; `dose_number_told` is what was said, not what is counted."""

    person: UUID
    product: Code
    lot: Code
    vaccinator: UUID
    volume_ml: Volume
    arm: Literal["left", "right"]
    vial: Code | None = None
    visit: UUID | None = None
    dose_number_told: Small | None = None
    recorder: UUID | None = None


class Confirmed(Event, frozen=True, kw_only=True):
    """The vaccinator confirms what a recorder typed for them."""

    entry: UUID


class Correction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """New values of a dose; what is absent stays as it was."""

    product: Code | None = None
    lot: Code | None = None
    vial: Code | None = None
    volume_ml: Volume | None = None
    arm: Literal["left", "right"] | None = None
    vaccinator: UUID | None = None
    dose_number_told: Small | None = None


class Corrected(Event, frozen=True, kw_only=True):
    """Some values of a dose were told wrong. The first telling stays in the journal."""

    entry: UUID
    values: Correction
    reason: str
    evidence: str | None = None


class Voided(Event, frozen=True, kw_only=True):
    """The dose never happened, or not to this person. It stays readable and counts no more."""

    entry: UUID
    reason: str
    evidence: str | None = None


class DoseRenumbered(Event, frozen=True, kw_only=True):
    """The counted number of a dose changed, because another dose of the person came, went or was mended; its findings may too."""

    dose: UUID
    person: UUID
    dose_number: int


class DoseRejudged(Event, frozen=True, kw_only=True):
    """The findings or the residence of a dose changed for the same reasons, or because its person became known."""

    dose: UUID
    person: UUID
    findings: int


class DosesAttested(Event, frozen=True, kw_only=True):
    """Somebody with a proof of their own stands for these doses: a day's close, or a second person for single ones."""

    doses: list[UUID]
    persons: list[UUID]
    by: UUID
