"""What passes in and out of the record: doses with their findings, and the bits under which findings are stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import IntEnum
from functools import lru_cache
from uuid import UUID

import msgspec

from tiemchung.domain.people.values import PersonShown
from tiemchung.domain.vaccines.values import PairTrace
from tiemchung.kernel.dates import PartialDate


class DoseStatus(IntEnum):
    """The class of a dose in the record: each dose is in exactly one. The numbers lie in the table and never change."""

    WAITING = 0
    ATTESTED = 1
    VOIDED = 2


FINDING_BITS = {
    "time-implausible": 0,
    "late": 1,
    "backdated": 2,
    "site-differs": 3,
    "person-unknown": 4,
    "product-unknown": 5,
    "lot-unknown": 6,
    "lot-held": 7,
    "lot-expired": 8,
    "lot-product-differs": 9,
    "vaccinator-not-on-roster": 10,
    "recorder-not-on-roster": 11,
    "told-number-differs": 12,
    "interval-too-short": 13,
    "product-mix": 14,
    "too-young": 15,
    "dose-after-series": 16,
    "doctor-decides": 17,
    "site-unknown": 18,
    "disputed": 19,
}
"""Where each finding lies in a dose's bit mask. A bit is never given to another finding."""

NOTES = frozenset({"told-number-differs", "doctor-decides"})
"""Findings that a reader should know of and that hold up no attestation. The choice is ours and marked unverified."""

PERSON_MISSING = "person-unknown"
"""Nobody has told yet who this person is: the arrival is still on another tablet. Judged again when it comes."""


def mask_of(codes: Iterable[str]) -> int:
    """Return the bit mask of these findings; a code without a bit is our own fault and raises KeyError."""
    mask = 0
    for code in codes:
        mask |= 1 << FINDING_BITS[code]
    return mask


def codes_of(mask: int) -> list[str]:
    """Return the findings of a bit mask, in the order of their bits."""
    return list(_codes_of(mask))


@lru_cache(maxsize=1024)
def _codes_of(mask: int) -> tuple[str, ...]:
    return tuple(code for code, bit in FINDING_BITS.items() if mask >> bit & 1)


DISPUTED = mask_of(["disputed"])
"""Somebody says that the dose is not theirs. Nobody attests it away: it ends with the decision of its case alone."""

HOLDS_UP = mask_of(FINDING_BITS.keys() - NOTES)
"""A dose with one of these waits for a second person and is not attested with its day."""

PLAUSIBLE_AGAIN = mask_of(["interval-too-short", "product-mix", "too-young", "dose-after-series", "doctor-decides"])
"""The findings of the rule book: they change when another dose of the person comes, goes or is mended."""


class DayStoodFor(msgspec.Struct, frozen=True, kw_only=True):
    """A site's day that a lead closed: who, and when the center learned of it."""

    site: str
    day: date
    by: UUID
    closed_at: datetime


class DoseFact(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A dose as counters need it, with what was known of its person when it was read. No name, no number.

    `given_on` is None where the instant is implausible: such a dose counts in no day. `recorded_on` is the business day on
    which the center learned of it. `dose_number` is the counted one. A voided dose does not count.
    """

    id: UUID
    person: UUID
    site: str
    commune: str
    given_on: date | None
    recorded_on: date
    occurred_at: datetime
    recorded_at: datetime
    product: str
    dose_number: int
    findings: int
    status: DoseStatus
    sex: str
    born: PartialDate | None
    target_group: str

    @property
    def counts(self) -> bool:
        """Tell whether the dose counts at all."""
        return self.status is not DoseStatus.VOIDED


class HistoryDose(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A dose as rules need it: who, which, when, in which state. Doses of every site, without the site."""

    person: UUID
    id: UUID
    occurred_at: datetime
    given_on: date | None
    product: str
    dose_number: int
    told: int | None
    findings: int
    status: DoseStatus
    province: str | None


class Prospect(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How somebody stands to a product: the doses so far, what the rule book finds in one more today (None: not judged).

    `from_on` is the first day on which waiting helps, where it does.
    """

    doses: list[HistoryDose]
    reasons: list[str] | None
    from_on: date | None


class DoseShown(msgspec.Struct, frozen=True, kw_only=True):
    """A dose as a screen shows it to those who serve the person."""

    id: UUID
    person: UUID
    occurred_at: datetime
    given_on: date | None
    site: str
    product: str
    lot: str
    vial: str | None
    volume_ml: float
    arm: str
    dose_number: int
    dose_number_told: int | None
    vaccinator: UUID
    recorder: UUID | None
    status: DoseStatus
    findings: list[str]
    visit: UUID | None = None


class DoseIfJoined(msgspec.Struct, frozen=True, kw_only=True):
    """A dose as it would stand if the persons of a case were one: under whom it is, its number then, what would be found."""

    person: UUID
    occurred_at: datetime
    given_on: date | None
    product: str
    dose_number: int
    findings: list[str]


class DoseJudged(msgspec.Struct, frozen=True, kw_only=True):
    """How a dose is judged now, for the devices of its site: its counted number and what was found. Nobody's name is in it."""

    dose: UUID
    dose_number: int
    findings: list[str]


class DoseWaiting(msgspec.Struct, frozen=True, kw_only=True):
    """A dose that waits for a second person, whose it is, and how it was judged beside each neighboring dose.

    `person` is None while nobody has told who it is.
    """

    dose: DoseShown
    person: PersonShown | None
    pairs: tuple[PairTrace, ...]


class DoseTyped(msgspec.Struct, frozen=True, kw_only=True):
    """A dose that a recorder typed and its vaccinator has not confirmed yet. Nobody's name is in it."""

    id: UUID
    person: UUID
    occurred_at: datetime
    product: str
    lot: str
    dose_number: int
    recorder: UUID
