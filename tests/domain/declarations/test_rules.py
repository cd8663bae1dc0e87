from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiemchung.domain.declarations import rules
from tiemchung.domain.declarations.values import Answer, Form, Outcome, Vitals
from tiemchung.kernel.finding import Severity

NORMAL = Vitals(temp_c=36.8, pulse_bpm=80, systolic_mmhg=120, diastolic_mmhg=80)
CODES = ["Q1", "Q2", "Q3", "Q4a", "Q4b", "Q5", "Q6", "Q7", "Q8", "Q9", "Q10"]


def answered(form: Form, **told: Answer) -> dict[str, Answer]:
    return {**{question.code: False for question in form.questions}, **told}


@pytest.mark.parametrize(
    ("code", "told", "vitals", "expected"),
    [
        ("adult_4355", {}, NORMAL, ("eligible_now", False, [])),
        ("adult_4355", {"Q7": True}, NORMAL, ("caution", False, ["Q7"])),
        ("adult_4355", {"Q7": True, "Q9": True}, NORMAL, ("caution", False, ["Q7", "Q9"])),
        ("adult_4355", {"Q2": True}, NORMAL, ("defer", False, ["Q2"])),
        ("adult_4355", {"Q1": True}, NORMAL, ("contraindicated", False, ["Q1"])),
        # Two different outcomes: the stricter leads and a doctor confirms.
        ("adult_4355", {"Q5": True, "Q7": True}, NORMAL, ("refer_hospital", True, ["Q5", "Q7"])),
        ("adult_4355", {"Q3": True, "Q5": True}, NORMAL, ("defer", True, ["Q3", "Q5"])),
        ("adult_4355", {"Q1": True, "Q3": True}, NORMAL, ("contraindicated", True, ["Q1", "Q3"])),
        # Numbers fire the row of the vital signs whatever was ticked; the limit itself is normal.
        ("adult_4355", {}, Vitals(temp_c=37.5, pulse_bpm=60), ("eligible_now", False, [])),
        ("adult_4355", {}, Vitals(temp_c=37.6), ("caution", False, ["Q10"])),
        ("adult_4355", {}, Vitals(systolic_mmhg=141, diastolic_mmhg=59), ("caution", False, ["Q10"])),
        ("adult_4355", {}, Vitals(respiration_per_min=5), ("eligible_now", False, [])),
        ("adult_4355", {}, Vitals(spo2_percent=80), ("eligible_now", False, [])),
        ("adult_4355", {"Q10": True}, NORMAL, ("caution", False, ["Q10"])),
        # Not asked is no answer; a number is none either.
        ("adult_4355", {"Q3": None}, NORMAL, (None, True, [])),
        ("adult_4355", {"Q3": 1.0}, NORMAL, (None, True, [])),
        ("adult_4355", {"Q3": 0.0}, NORMAL, (None, True, [])),
        # For children no limits were found, and the free text has no outcome.
        ("child_5002", {}, Vitals(temp_c=41.0), ("eligible_now", False, [])),
        ("child_5002", {"C8": "đang sốt"}, NORMAL, (None, True, ["C8"])),
        ("child_5002", {"C8": "  "}, NORMAL, ("eligible_now", False, [])),
        ("child_5002", {"C8": True, "C3": True}, NORMAL, ("caution", True, ["C3", "C8"])),
    ],
)
def test_the_real_forms(
    code: str,
    told: dict[str, Answer],
    vitals: Vitals,
    expected: tuple[str | None, bool, list[str]],
    forms: dict[str, Form],
) -> None:
    evaluation = rules.evaluate(forms[code], answered(forms[code], **told), vitals)
    fired = [row.question for row in evaluation.fired]
    assert (evaluation.outcome, evaluation.doctor_decides, fired) == expected


def test_a_reason_keeps_what_was_measured_and_how_far_the_row_was_found(forms: dict[str, Form]) -> None:
    form = forms["adult_5785"]
    evaluation = rules.evaluate(form, answered(form, Q5=True), Vitals(temp_c=38.2))
    anaphylaxis, vital_signs = evaluation.fired
    assert anaphylaxis.verified == "found: secondary"
    ((sign, value, low, high),) = [(a.sign, a.value, a.low, a.high) for a in vital_signs.abnormal]
    assert (sign, value, low, high) == ("temp_c", 38.2, 35.5, 37.5)


def test_an_answer_to_no_question_of_the_form_is_told(forms: dict[str, Form]) -> None:
    form = forms["adult_5785"]
    evaluation = rules.evaluate(form, answered(form, Q2=True), NORMAL)
    assert evaluation.foreign == ("Q2",)
    found = rules.conclusion_findings(form, evaluation, Outcome.ELIGIBLE_NOW)
    assert [finding.code for finding in found] == ["form-question-unknown"]


@pytest.mark.parametrize(
    ("told", "conclusion", "expected"),
    [
        ({}, "eligible_now", []),
        ({"Q3": True}, "defer", []),
        ({"Q3": True}, "eligible_now", [("conclusion-differs", Severity.WARNS)]),
        ({"Q7": True}, "defer", [("conclusion-differs", Severity.NOTES)]),
        ({"Q5": True, "Q7": True}, "caution", [("conclusion-differs", Severity.NOTES)]),
        ({"Q3": None}, "eligible_now", [("form-incomplete", Severity.WARNS)]),
    ],
)
def test_a_conclusion_against_the_rows_is_found(
    told: dict[str, Answer], conclusion: str, expected: list[tuple[str, Severity]], forms: dict[str, Form]
) -> None:
    form = forms["adult_4355"]
    evaluation = rules.evaluate(form, answered(form, **told), NORMAL)
    found = rules.conclusion_findings(form, evaluation, Outcome(conclusion))
    assert [(finding.code, finding.severity) for finding in found] == expected


@pytest.mark.parametrize(
    ("code", "day", "expected"),
    [
        ("adult_4355", date(2021, 9, 9), ["form-not-in-force"]),
        ("adult_4355", date(2021, 9, 10), []),
        ("adult_4355", date(2021, 12, 20), []),
        ("adult_4355", date(2021, 12, 21), ["form-not-in-force"]),
        ("adult_5785", date(2030, 1, 1), []),
        ("adult_4355", None, []),
        ("adult_9999", date(2021, 9, 13), ["form-unknown"]),
    ],
)
def test_a_form_out_of_its_days_is_found(
    code: str, day: date | None, expected: list[str], forms: dict[str, Form]
) -> None:
    assert [finding.code for finding in rules.findings(forms.get(code), day)] == expected


@given(yes=st.sets(st.sampled_from(CODES)), more=st.sets(st.sampled_from(CODES)))
def test_another_yes_never_makes_the_outcome_milder(yes: set[str], more: set[str], forms: dict[str, Form]) -> None:
    form = forms["adult_4355"]
    fewer = rules.evaluate(form, answered(form, **dict.fromkeys(yes, True)), NORMAL)
    further = rules.evaluate(form, answered(form, **dict.fromkeys(yes | more, True)), NORMAL)
    assert fewer.outcome is not None
    assert further.outcome is not None
    assert further.outcome.strictness >= fewer.outcome.strictness
