"""What passes in and out of the rule book: products, rules, proposed doses and how they were judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import msgspec

from tiemchung.kernel.finding import Finding


class DoseKind(StrEnum):
    """What a dose is in the person's series."""

    PRIMARY = "primary"
    ADDITIONAL = "additional"
    BOOSTER_1 = "booster1"
    BOOSTER_2 = "booster2"
    AFTER_INFECTION = "any-after-infection"
    """Counted from an infection, of which no record here tells: shown, never executed."""


class ConditionKind(StrEnum):
    """Who can say that the condition of a rule holds."""

    DECISION = "decision"
    """An explicit decision of the province; a person's own condition (consent, illness) may also be told."""
    AGE = "age"
    """The person's age in full years on the day of the dose."""
    PRIMARY_SERIES = "primary-series"
    """The products of the person's primary series, which the rule's `previous` names."""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Words under which a rule holds, and how they can be known to hold."""

    text: str
    kind: ConditionKind
    ages: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Product:
    """A vaccine as one presentation. Volumes in millilitres, waits in days, ages in full years.

    `marks` holds what the source says beside a number ("(unverified)"), by the name of the field.
    """

    code: str
    name: str
    name_vi: str
    manufacturer: str
    platform: str
    min_age: int
    doses_primary: int
    interval_min_days: int | None
    interval_max_days: int | None
    interval_source: str
    dose_ml: float
    doses_per_vial: int
    booster_dose_ml: float | None
    child_ages: tuple[int, int] | None
    child_dose_ml: float | None
    use_after_open_hours: float | None
    approved_on: date | None
    dcc_mp: str
    dcc_ma: str
    dcc_vp: str
    basis: str
    notes: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How long to wait between a dose and the next: one row of the rule book, from `starts_on` until before `ends_on`.

    `previous` and `next` are the products it speaks of. `specificity` says how narrowly it names them: the narrower
    of two rules wins. `absolute_min_days` is the shortest wait at which a dose counts, None where no source says.
    """

    line: int
    kind: DoseKind
    previous: frozenset[str]
    next: frozenset[str]
    same_allowed: bool
    specificity: int
    min_days: int
    max_days: int | None
    absolute_min_days: int | None
    grace_days: int
    starts_on: date
    ends_on: date | None
    condition: Condition | None
    source: str
    note: str
    is_policy: bool
    verified: bool

    @property
    def told_source(self) -> str:
        """The source, with the mark of what nobody has verified."""
        return self.source if self.verified else f"{self.source} (unverified)"

    def holds_on(self, day: date) -> bool:
        """Tell whether the rule is in force on this day."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)

    def joins(self, previous: str, following: str) -> bool:
        """Tell whether the rule speaks of this pair of products."""
        if previous not in self.previous:
            return False
        return following in self.next or (self.same_allowed and following == previous)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A province puts a conditional rule into force from `starts_on` until before `ends_on`, maybe at its own wait."""

    province: str
    rule_line: int
    min_days: int | None
    starts_on: date
    ends_on: date | None
    source: str


@dataclass(frozen=True, kw_only=True, eq=False)
class RuleBook:
    """One edition of the products and rules, with the version number that is stored beside the findings it gave."""

    version: int
    products: Mapping[str, Product]
    rules: Sequence[Rule]
    decisions: Sequence[Decision] = ()


class Prior(msgspec.Struct, frozen=True, gc=False):
    """Another dose of the person, whether earlier or later than the one to be judged."""

    product: str
    given_on: date


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """A dose to be judged against the person's other doses.

    `born_earliest` and `born_latest` enclose a birth date that may be known by its year alone; both None if unknown.
    `province` is the code of 2021 of the place where the dose was given. `conditions` are those of the rule book that
    are known to hold for this person, by their text.
    """

    product: str
    given_on: date
    born_earliest: date | None = None
    born_latest: date | None = None
    province: str | None = None
    prior: Sequence[Prior] = ()
    conditions: frozenset[str] = frozenset()


class AheadStatus(StrEnum):
    """How somebody stands to the next dose. The last three have no product and no day."""

    NOT_YET = "not-yet"
    DUE = "due"
    OVERDUE = "overdue"
    COMPLETE = "complete"
    TOO_YOUNG = "too-young"
    DOCTOR_DECIDES = "doctor-decides"


class Ahead(msgspec.Struct, frozen=True, kw_only=True):
    """The dose ahead of somebody: which products may be given for it, from which day, and until which it is on time.

    `series_doses` is told for a primary series alone; `latest_on` is None where no source ends the wait.
    """

    status: AheadStatus
    dose_number: int
    products: tuple[str, ...] = ()
    kind: DoseKind | None = None
    series_doses: int | None = None
    earliest_on: date | None = None
    latest_on: date | None = None
    source: str = ""


class PairTrace(msgspec.Struct, frozen=True, kw_only=True):
    """How one pair of neighbouring doses was judged, for a reader.

    `rule` is the row that was applied; without one, `label_days` is the product's own interval that took its place,
    and without that a doctor decides. `kind` is None where no kind of dose is known that far into a series.
    """

    previous: Prior
    following: Prior
    kind: DoseKind | None
    waited_days: int
    needed_days: int | None
    rule: Rule | None
    label_days: int | None
    findings: tuple[Finding, ...]


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """How one dose was judged: what was found about itself and about each pair it makes with its neighbours."""

    findings: tuple[Finding, ...]
    pairs: tuple[PairTrace, ...]
