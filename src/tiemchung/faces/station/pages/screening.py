"""What the screening shows and reads: what is known of the person, the questions a row needs, what its rows conclude."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tiemchung.domain.declarations.values import (
    Answer,
    Evaluation,
    Fired,
    Form,
    Outcome,
    Question,
    ScreeningShown,
    Vitals,
)
from tiemchung.domain.immunization.values import DoseShown, DoseStatus, HistoryDose
from tiemchung.domain.safety.values import Warned
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.aftermath import SIGNS
from tiemchung.faces.shared.words import Words, language, said, t
from tiemchung.faces.station.pages.board import Reaction
from tiemchung.faces.station.pages.chair import CONCLUSION_WORDS, SEVERITY_WORDS, form_name
from tiemchung.faces.station.typed import words_in
from tiemchung.kernel.dates import PartialDate

NO_FORM = "none"
"""What stands for the form where no source gives one for the person's age: a doctor decides."""
OF_AGE = 18
NOTE_LENGTH, NAME_LENGTH = 300, 80
MEASURED_ALWAYS = "temp_c"
MEASURES = {
    "everybody": Words("đo cho mọi người", "of everybody"),
    "history of heart failure, or signs such as chest pain or shortness of breath": Words(
        "đo khi có tiền sử suy tim, đau ngực hoặc khó thở", "with a history of heart failure, chest pain, short breath"
    ),
    "history of high or low blood pressure, cardiovascular disease, or age over 65": Words(
        "đo khi có bệnh huyết áp, tim mạch hoặc trên 65 tuổi", "with pressure or heart disease, or over 65"
    ),
}
"""Of whom a sign is measured: the data's own words, said in both languages. It is shown, never executed."""
_PHONE = re.compile(r"0\d{9}")
_NO_VISIT = UUID(int=0)


@dataclass(frozen=True, kw_only=True)
class Known:
    """Something known of the person before anybody asks, and who says so."""

    shape: str
    what: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question as the form puts it."""

    code: str
    text: str
    note: str
    takes_words: bool
    words_alone: bool


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the screener wrote down."""

    agreed: bool
    guardian_name: str | None
    guardian_phone: str | None
    answers: Mapping[str, Answer]
    vitals: Vitals


def is_minor(born: PartialDate | None, day: date) -> bool:
    """Tell whether the person may be under age on this day; of whom only the year is known, the younger counts."""
    return born is not None and years_between(born.latest, day) < OF_AGE


def years_between(born_on: date, day: date) -> int:
    """Return the age in full years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def known_of(
    *,
    visit: UUID,
    doses: Sequence[DoseShown],
    elsewhere: Sequence[HistoryDose],
    reactions: Sequence[Reaction],
    screenings: Sequence[ScreeningShown],
    forms: Mapping[str, Form | None],
    products: Mapping[str, str],
    sites: Mapping[str, str],
    warned: Sequence[Warned] = (),
) -> list[Known]:
    """Return what is known, the gravest first: reactions, then what earlier screenings found, then doses; each sourced."""
    found = [
        Known(
            shape=SEVERITY_WORDS[event.severity][0],
            what=": ".join(filter(None, [said(SEVERITY_WORDS[event.severity][1]), ", ".join(event.signs)])),
            source=f"{sites.get(event.site, event.site)}, {numbers.moment(event.onset)}",
        )
        for event in reactions
    ]
    found += [
        Known(
            shape=SEVERITY_WORDS[one.severity][0],
            what=said(SEVERITY_WORDS[one.severity][1]),
            source=t("điểm khác, {at}", "another site, {at}", at=numbers.moment(one.onset)),
        )
        for one in warned
    ]
    for screening in screenings:
        if screening.visit == visit:
            continue
        form = forms.get(screening.form)
        found += [
            Known(
                shape="tri",
                what=_row_text(row, form),
                source=t(
                    "{form}, {site}, {day}",
                    "{form}, {site}, {day}",
                    form=form_name(form.decree) if form else screening.form,
                    site=sites.get(screening.site, screening.site),
                    day=numbers.moment(screening.occurred_at),
                ),
            )
            for row in screening.fired
        ]
    for dose in doses:
        if dose.status is not DoseStatus.VOIDED:
            product = products.get(dose.product, dose.product)
            found.append(
                Known(
                    shape="done",
                    what=t(
                        "Mũi {n}: {product}, lô {lot}",
                        "Dose {n}: {product}, lot {lot}",
                        n=dose.dose_number,
                        product=product,
                        lot=dose.lot,
                    ),
                    source=f"{sites.get(dose.site, dose.site)}, {numbers.moment(dose.occurred_at)}",
                )
            )
    found += [
        Known(
            shape="done",
            what=t(
                "Mũi {n}: {product}",
                "Dose {n}: {product}",
                n=dose.dose_number,
                product=products.get(dose.product, dose.product),
            ),
            source=t("điểm khác, {at}", "another site, {at}", at=numbers.moment(dose.occurred_at)),
        )
        for dose in elsewhere
        if dose.status is not DoseStatus.VOIDED
    ]
    return found


def told_elsewhere(doses: Sequence[HistoryDose], warned: Sequence[Warned]) -> list[Known]:
    """Return what a desk may tell of somebody wherever they were: warnings, doses and days, without site and lot."""
    return known_of(
        visit=_NO_VISIT,
        doses=[],
        elsewhere=doses,
        reactions=[],
        screenings=[],
        forms={},
        products={code: product.name_vi for code, product in vaccines.products().items()},
        sites={},
        warned=warned,
    )


def asked(questions: Sequence[Question]) -> list[Asked]:
    """Return the questions in the request's language."""
    return [
        Asked(
            code=question.code,
            text=text_of(question),
            note=t("Chỉ với cùng loại vắc xin.", "The same product only.") if question.applies_to else "",
            takes_words=question.detail is not None,
            words_alone=question.detail == "text",
        )
        for question in questions
    ]


def text_of(question: Question) -> str:
    """Say a question in the request's language."""
    return question.en if language() == "en" else question.vi


def read_screening(form: Mapping[str, str], questions: Sequence[Question], *, minor: bool) -> Told | dict[str, str]:
    """Return what the screener wrote, or say by field what is missing. A declined consent asks nothing more."""
    wrong: dict[str, str] = {}
    agreed = {"yes": True, "no": False}.get(form.get("agreed", ""))
    if agreed is None:
        wrong["agreed"] = t("Hỏi: có đồng ý tiêm không?", "Ask: do they agree to the vaccination?")
    guardian = words_in(form.get("guardian_name"), longest=NAME_LENGTH)
    phone = re.sub(r"[\s.\-]", "", words_in(form.get("guardian_phone"), longest=20)).replace("+84", "0")
    if minor and agreed and not guardian:
        wrong["guardian_name"] = t("Ghi tên người giám hộ đã đồng ý.", "Enter the guardian who agreed.")
    if minor and agreed and not _PHONE.fullmatch(phone):
        wrong["guardian_phone"] = t(
            "Ghi số điện thoại 10 số của người giám hộ.", "Enter the guardian's phone number, 10 digits."
        )
    if agreed is False:
        return Told(
            agreed=False, guardian_name=guardian or None, guardian_phone=phone or None, answers={}, vitals=Vitals()
        )
    answers = {question.code: _answer(form, question, wrong) for question in questions}
    vitals = Vitals(**{sign: _measured(form, sign, wrong) for sign in SIGNS})
    if vitals.temp_c is None and MEASURED_ALWAYS not in wrong:
        wrong[MEASURED_ALWAYS] = t("Đo nhiệt độ rồi ghi vào đây.", "Take the temperature and enter it.")
    if wrong:
        return wrong
    return Told(
        agreed=True, guardian_name=guardian or None, guardian_phone=phone or None, answers=answers, vitals=vitals
    )


def _answer(form: Mapping[str, str], question: Question, wrong: dict[str, str]) -> Answer:
    words = words_in(form.get(f"w-{question.code}"), longest=NOTE_LENGTH)
    if question.detail == "text":
        return words or False
    told = {"yes": True, "no": False}.get(form.get(f"q-{question.code}", ""))
    if told is None and form.get("rest") == "no":
        told = False
    if told is None:
        wrong[f"q-{question.code}"] = t("Chưa hỏi: {question}", "Not asked yet: {question}", question=text_of(question))
    return words if told and words else told


def _measured(form: Mapping[str, str], sign: str, wrong: dict[str, str]) -> float | None:
    typed = words_in(form.get(sign), longest=10).replace(",", ".")
    if not typed:
        return None
    words, low, high = SIGNS[sign]
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", typed) or not low <= float(typed) <= high:
        wrong[sign] = t(
            "{sign}: ghi một số từ {low} đến {high}.",
            "{sign}: a number from {low} to {high}.",
            sign=said(words),
            low=low,
            high=high,
        )
        return None
    return float(typed)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of the form that fired, as the reason of what follows."""

    code: str
    text: str
    outcome: str
    mark: str


def fired_rows(evaluation: Evaluation, form: Form) -> list[Row]:
    """Return all rows that fired, each with what it leads to and how far the source was found."""
    return [
        Row(
            code=row.question,
            text=_row_text(row, form),
            outcome=said(CONCLUSION_WORDS[row.outcome][1])
            if row.outcome
            else t("Bác sĩ quyết định", "A doctor decides"),
            mark="" if row.verified == "found" else t("chưa đối chiếu bản gốc", "not compared with the original"),
        )
        for row in evaluation.fired
    ]


def reasons_of(evaluation: Evaluation | None, note: str) -> list[str]:
    """Return what is kept as the reasons: the codes of all rows that fired, then the screener's own words."""
    return [*([row.question for row in evaluation.fired] if evaluation else []), *([note] if note else [])]


OUTCOMES = {outcome.value: CONCLUSION_WORDS[outcome][1] for outcome in reversed(Outcome)}
"""The conclusions, the mildest first."""


def _row_text(row: Fired, form: Form | None) -> str:
    question = next((each for each in form.questions if each.code == row.question), None) if form else None
    text = text_of(question) if question else row.question
    measured = [
        f"{said(SIGNS[sign.sign][0])} {numbers.number(sign.value, digits=1)}"
        for sign in row.abnormal
        if sign.sign in SIGNS
    ]
    return ": ".join([text, *filter(None, [", ".join([*([row.words] if row.words else []), *measured])])])
