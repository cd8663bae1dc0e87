"""Forms, what people answered, and what the form says about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from uuid import UUID

import msgspec

Answer = bool | str | float | None
"""Yes or no; the words of a free text; a measured number, which is no answer by itself; None for not asked."""


class Outcome(StrEnum):
    """What a screening may conclude, the strictest first.

    Where several rows fire the strictest leads; this order is ours and unverified, so a doctor confirms.
    """

    CONTRAINDICATED = "contraindicated"
    DEFER = "defer"
    REFER_HOSPITAL = "refer_hospital"
    CAUTION = "caution"
    ELIGIBLE_NOW = "eligible_now"

    @property
    def strictness(self) -> int:
        """The place in the order, higher for stricter."""
        return len(Outcome) - list(Outcome).index(self)


class FormKind(StrEnum):
    """What a form is for."""

    SCREENING = "screening"
    CONSENT = "consent"


class Vitals(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Vital signs as measured; None where nobody measured."""

    temp_c: float | None = None
    pulse_bpm: float | None = None
    systolic_mmhg: float | None = None
    diastolic_mmhg: float | None = None
    respiration_per_min: float | None = None
    spo2_percent: float | None = None


@dataclass(frozen=True, kw_only=True)
class VitalLimit:
    """The limits of one vital sign; the limit itself is normal. `measure` says in words of whom it is taken.

    `in_words` holds conditions that the source gives in prose: shown, never executed.
    """

    sign: str
    low: float | None
    high: float | None
    measure: str
    in_words: str
    verified: str

    def is_abnormal(self, value: float) -> bool:
        """Tell whether a measured value lies outside."""
        return (self.low is not None and value < self.low) or (self.high is not None and value > self.high)


@dataclass(frozen=True, kw_only=True)
class Question:
    """One row of a form. `outcome` is what a yes leads to; None where no source says: a doctor decides.

    `applies_to` narrows the outcome in words ("same product only"); `verified` says how far the row was found.
    `asked_of` is the one sex (FHIR) that the row needs to ask; None where everybody is asked.
    """

    code: str
    vi: str
    en: str
    detail: str | None
    outcome: Outcome | None
    applies_to: str | None
    note: str
    source: str
    verified: str
    asked_of: str | None = None


@dataclass(frozen=True, kw_only=True)
class ProductRule:
    """What a form says of some products. `rows` are the form's questions of which a yes makes it so; `when` says it in words.

    Who is asked none of these rows is not concerned; what the words say beyond the rows is shown, never executed.
    """

    products: tuple[str, ...]
    when: str
    effect: str
    source: str
    verified: str
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Form:
    """A screening or consent form as one decree set it, in force from `effective_from` through `effective_to`.

    Ages are full years, inclusive; None where the form has no bound. `observe_minutes` is how long somebody is watched
    after the dose, by `observe_source`; None where nobody says. `measured` is what the form has taken of everybody: vital
    signs by their fields, anything else in the form's words.
    """

    code: str
    kind: FormKind
    decree: str
    effective_from: date
    effective_to: date | None
    audience: str
    min_age: int | None
    max_age: int | None
    fields: tuple[str, ...]
    questions: tuple[Question, ...]
    all_no: Outcome | None
    limits: tuple[VitalLimit, ...]
    limits_note: str
    product_rules: tuple[ProductRule, ...]
    observe_minutes: int | None = None
    observe_source: str = ""
    measured: tuple[str, ...] = ()

    @cached_property
    def asked(self) -> frozenset[str]:
        """The codes of the questions."""
        return frozenset(question.code for question in self.questions)

    def in_force(self, day: date) -> bool:
        """Tell whether the form holds on this day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)

    def is_for(self, age_years: int) -> bool:
        """Tell whether the form is for people of this age."""
        return (self.min_age is None or age_years >= self.min_age) and (
            self.max_age is None or age_years <= self.max_age
        )


class Abnormal(msgspec.Struct, frozen=True, array_like=True):
    """A vital sign outside its limits."""

    sign: str
    value: float
    low: float | None
    high: float | None


class Fired(msgspec.Struct, frozen=True, array_like=True):
    """A row of the form that fired: by a yes, by words in a free text, or by numbers outside their limits."""

    question: str
    outcome: Outcome | None
    verified: str
    words: str = ""
    abnormal: tuple[Abnormal, ...] = ()


class ProductWord(msgspec.Struct, frozen=True, kw_only=True):
    """What a form says of some products to somebody whom it concerns; `fired` where an answer makes it so."""

    products: tuple[str, ...]
    when: str
    effect: str
    source: str
    verified: str
    fired: tuple[str, ...]


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """What a form says about answers: the strictest outcome of the rows that fired, with all of them as reasons.

    `outcome` is None where the rows give none. `doctor_decides` where one of them has no outcome, two differ, or a
    question that could have fired has no answer. `foreign` are answers to questions the form has not.
    """

    outcome: Outcome | None
    doctor_decides: bool
    fired: tuple[Fired, ...]
    unanswered: tuple[str, ...]
    foreign: tuple[str, ...]


class ScreeningShown(msgspec.Struct, frozen=True, kw_only=True):
    """A screening as those who serve the person may read it: what was told, and what the form's rows said then."""

    person: UUID
    entry: UUID
    visit: UUID
    site: str
    form: str
    occurred_at: datetime
    answers: Mapping[str, Answer]
    vitals: Vitals
    conclusion: Outcome
    reasons: Sequence[str]
    fired: Sequence[Fired]
    findings: Sequence[str]


class ConsentShown(msgspec.Struct, frozen=True, kw_only=True):
    """A consent or its refusal as those who serve the person may read it."""

    person: UUID
    entry: UUID
    visit: UUID
    site: str
    form: str
    occurred_at: datetime
    agreed: bool
    guardian_name: str | None
    guardian_phone: str | None


FINDING_BITS = {
    "form-unknown": 0,
    "form-not-in-force": 1,
    "form-incomplete": 2,
    "form-question-unknown": 3,
    "conclusion-differs": 4,
}
"""Where each finding lies in a row's bit mask. A bit is never given to another finding."""


class SealedScreening(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed of a screening; the vital signs in the order of their fields."""

    answers: dict[str, Answer]
    vitals: tuple[float | None, ...]
    conclusion: Outcome
    reasons: list[str]
    fired: tuple[Fired, ...]


class SealedConsent(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed of a consent."""

    guardian_name: str | None
    guardian_phone: str | None
