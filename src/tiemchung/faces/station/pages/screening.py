"""What the screening shows and reads: the questions a row needs, what is measured, what the rows conclude."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tiemchung.domain.access.policy import told_phone
from tiemchung.domain.declarations import queries as declarations
from tiemchung.domain.declarations.values import (
    Answer,
    Evaluation,
    Form,
    Outcome,
    Question,
    Vitals,
)
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.aftermath import SIGNS
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.faces.station.pages.chair import CONCLUSION_WORDS
from tiemchung.faces.station.pages.known import row_text, text_of
from tiemchung.faces.station.typed import words_in
from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.names import LONGEST_NAME, display_name, fault_of_name

NO_FORM = "none"
"""What stands for the form where no source gives one for the person's age: a doctor decides."""
OF_AGE = 18
NOTE_LENGTH = 300
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
TAKEN = {
    "heart and lung sounds": Words(
        "nghe tim, phổi (ghi ở câu “Nghe tim, phổi bất thường”)",
        "heart and lung sounds (written down at “Abnormal heart or lung sounds”)",
    )
}
"""What a form has taken of everybody and no number says: the data's own words, in both languages."""


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


def measures_of(form: Form) -> list[str]:
    """Say what the form has taken of everybody."""
    return [
        said(SIGNS[name][0]) if name in SIGNS else said(TAKEN[name]) if name in TAKEN else name
        for name in form.measured
    ]


def for_the_doctor(form: Form, vitals: Vitals) -> list[str]:
    """Say which signs a doctor looks at: those measured for which the form gives no limit, and those not measured."""
    unlimited, missing = declarations.for_the_doctor(form, vitals)
    shown = [f"{said(SIGNS[sign][0])} {numbers.number(getattr(vitals, sign), digits=1)}" for sign in unlimited]
    return [*shown, *(t("chưa đo: {sign}", "not measured: {sign}", sign=said(SIGNS[sign][0])) for sign in missing)]


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


def read_screening(form: Mapping[str, str], questions: Sequence[Question], *, minor: bool) -> Told | dict[str, str]:
    """Return what the screener wrote, or say by field what is missing. A declined consent asks nothing more."""
    wrong: dict[str, str] = {}
    agreed = {"yes": True, "no": False}.get(form.get("agreed", ""))
    if agreed is None:
        wrong["agreed"] = t("Hỏi: có đồng ý tiêm không?", "Ask: do they agree to the vaccination?")
    guardian, phone = _guardian(form, wrong if minor and agreed else {})
    if agreed is False:
        return Told(
            agreed=False, guardian_name=guardian or None, guardian_phone=phone or None, answers={}, vitals=Vitals()
        )
    answers = {question.code: _answer(form, question, wrong) for question in questions}
    vitals = Vitals(**{sign: measured(form, sign, wrong) for sign in SIGNS})
    if vitals.temp_c is None and MEASURED_ALWAYS not in wrong:
        wrong[MEASURED_ALWAYS] = t("Đo nhiệt độ rồi ghi vào đây.", "Take the temperature and enter it.")
    if wrong:
        return wrong
    return Told(
        agreed=True, guardian_name=guardian or None, guardian_phone=phone or None, answers=answers, vitals=vitals
    )


def _guardian(form: Mapping[str, str], wrong: dict[str, str]) -> tuple[str, str]:
    """Return name and phone of who agreed for a child; nobody is turned away because that person has no phone."""
    name = display_name(words_in(form.get("guardian_name"), longest=LONGEST_NAME + 1))
    typed = words_in(form.get("guardian_phone"), longest=20)
    phone = told_phone(typed)
    if fault_of_name(name):
        wrong["guardian_name"] = t(
            "Ghi tên người giám hộ đã đồng ý: chỉ có chữ, không quá 80.",
            "Enter the guardian who agreed: letters only, 80 at most.",
        )
    if typed and not phone:
        wrong["guardian_phone"] = t(
            "Số điện thoại có 10 số, bắt đầu bằng 0. Không có thì để trống.",
            "A phone number has 10 digits and begins with 0. Leave it empty if there is none.",
        )
    return name, phone


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


def measured(form: Mapping[str, str], sign: str, wrong: dict[str, str]) -> float | None:
    """Return a vital sign as it was typed, None if it was not; a number that no body has is said in `wrong`."""
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
            text=row_text(row, form),
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
