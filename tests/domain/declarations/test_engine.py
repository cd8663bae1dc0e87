from __future__ import annotations

import json

import pytest

from tiemchung.domain.declarations import engine
from tiemchung.domain.declarations.values import Form, FormKind
from tiemchung.plumbing.rows import BadRow


def test_every_form_is_read_with_its_days_and_questions(forms: dict[str, Form]) -> None:
    assert {code: (form.kind, len(form.questions)) for code, form in forms.items()} == {
        "adult_4355": (FormKind.SCREENING, 11),
        "adult_5785": (FormKind.SCREENING, 10),
        "child_5002": (FormKind.SCREENING, 8),
        "child_1535": (FormKind.CONSENT, 0),
        "consent_ours": (FormKind.CONSENT, 0),
    }
    adult, child = forms["adult_4355"], forms["child_5002"]
    assert (adult.min_age, adult.max_age, child.min_age, child.max_age) == (18, None, None, 17)


def test_conditions_in_prose_stay_words(forms: dict[str, Form]) -> None:
    systolic = next(limit for limit in forms["adult_4355"].limits if limit.sign == "systolic_mmhg")
    assert (systolic.low, systolic.high) == (90, 140)
    assert "treated hypertension" in systolic.in_words
    assert forms["adult_5785"].limits[0].verified.startswith("unverified")
    assert forms["child_5002"].limits_note == "limits for children not found: a doctor decides"


@pytest.mark.parametrize(
    ("old", "new", "entry", "reason"),
    [
        ('"effective_to": "2021-12-20",\n   "rep', '"effective_to": "soon",\n   "rep', '"adult_4355": {', "no date"),
        ('"audience": "under 18 years', '"audience": "children', '"child_5002": {', "begins with no age"),
        ('"all_no": "eligible_now",\n   "measure"', '"all_no": "fine",\n   "measure"', '"child_5002": {', "none of"),
        ('"C7",\n    "C8"\n', '"C7"\n', '"child_5002": {', "['C8']"),
        ('"outcome": null,\n     "decide": "doctor"', '"outcome": null', '"id": "C8",', "a doctor decides"),
        ('"low": 60,\n     "high": 100', '"low": "x",\n     "high": 100', '"adult_4355": {', "low 'x' is no number"),
        ('"low": 60,\n     "high": 100', '"low": 160,\n     "high": 100', '"adult_4355": {', "160.0 and 100.0"),
        ('"pulse_bpm": {', '"pulse": {', '"adult_4355": {', "nobody measures 'pulse'"),
        ('"rows": [\n      "Q4a"', '"rows": [\n      "Q40"', '"adult_4355": {', "['Q40'], which the form does not ask"),
        ('"consents": {', '"permissions": {', "{", "consents is missing"),
        ('"about": "', '"about": ', '"about": Screening', "no JSON"),
        ('"defer": {\n   "vi"', '"postpone": {\n   "vi"', '"codes": {', "are not those we know"),
    ],
)
def test_a_bad_entry_is_refused_with_its_line(old: str, new: str, entry: str, reason: str, form_file: str) -> None:
    assert old in form_file
    planted = form_file.replace(old, new, 1)
    with pytest.raises(BadRow) as refused:
        engine.read_forms(planted.encode())
    assert reason in refused.value.facts["reason"]
    assert planted.splitlines()[refused.value.facts["line"] - 1].strip().startswith(entry)


def test_a_question_of_a_form_that_is_not_there_is_refused(form_file: str) -> None:
    document = json.loads(form_file)
    document["questions"][0]["in"][0]["form"] = "adult_1"
    with pytest.raises(BadRow, match=r"'Q1'.* told twice, or in one place only"):
        engine.read_forms(json.dumps(document).encode())


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(BadRow, match="not UTF-8"):
        engine.read_forms(b'{"about": "\xff"}')
