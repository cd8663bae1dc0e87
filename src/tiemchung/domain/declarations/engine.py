"""Reads forms from their file, each row checked. A JSON file has no rows, so a refusal names the line of the entry."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from tiemchung.domain.declarations.values import Form, FormKind, Outcome, ProductRule, Question, VitalLimit, Vitals
from tiemchung.plumbing.rows import BadRow, SourceRow

FILE = "screening_forms.json"
_SIGNS = {
    "temperature_c": "temp_c",
    "pulse_bpm": "pulse_bpm",
    "bp_systolic": "systolic_mmhg",
    "bp_diastolic": "diastolic_mmhg",
    "respiration_per_min": "respiration_per_min",
    "spo2_percent": "spo2_percent",
}
_CODE = r"[a-z0-9]+(_[a-z0-9]+)*"
_FROM_AGE = re.compile(r"^(\d+) years and over\b")
_UNDER_AGE = re.compile(r"^under (\d+) years\b")
MOST_MINUTES = 24 * 60
_NUMBER_OR_WORDS = {"low", "high", "measure", "measure_verified"}


def read_forms(content: bytes) -> list[Form]:
    """Return the screening forms and consents of the file, or refuse the first entry that cannot be taken."""
    document, text = _parsed(content)
    words = _table(document, "codes")
    unknown = sorted(set(words) ^ set(Outcome))
    if unknown:
        raise BadRow(file=FILE, line=_line_of(text, '"codes"'), reason=f"outcomes {unknown} are not those we know")
    asked = _questions(document, text)
    forms = [_screening_form(_row(text, code, told), asked) for code, told in _table(document, "forms").items()]
    stray = sorted(set(asked) - {form.code for form in forms})
    if stray:
        raise BadRow(file=FILE, line=_line_of(text, f'"form": "{stray[0]}"'), reason=f"form {stray[0]!r} is not there")
    return [*forms, *(_consent(_row(text, code, told)) for code, told in _table(document, "consents").items())]


def _parsed(content: bytes) -> tuple[Mapping[str, Any], str]:
    try:
        text = content.decode("utf-8")
        document = json.loads(text)
    except UnicodeDecodeError as broken:
        line = content.count(b"\n", 0, broken.start) + 1
        raise BadRow(file=FILE, line=line, reason=f"byte {broken.start} is not UTF-8") from None
    except json.JSONDecodeError as broken:
        raise BadRow(file=FILE, line=broken.lineno, reason=f"no JSON: {broken.msg}") from None
    if not isinstance(document, dict):
        raise BadRow(file=FILE, line=1, reason="the file holds no object")
    return document, text


def _questions(document: Mapping[str, Any], text: str) -> dict[str, dict[str, Question]]:
    """Return the questions by form and by their code; the same question may stand in several forms."""
    found: dict[str, dict[str, Question]] = {}
    for told in document.get("questions", []):
        row = SourceRow(file=FILE, line=_line_of(text, f'"id": "{told.get("id")}"'), cells=told)
        for place in told.get("in", []):
            inside = SourceRow(file=FILE, line=row.line, cells={**told, **place})
            of_form = found.setdefault(inside.text("form"), {})
            question = _question(inside)
            if of_form.setdefault(question.code, question) is not question:
                raise row.bad(f"question {question.code!r} stands twice in form {inside.text('form')!r}")
    return found


def _question(row: SourceRow) -> Question:
    outcome = row.one_of("outcome", Outcome) if row.maybe_text("outcome") else None
    if outcome is None and row.maybe_text("decide") != "doctor":
        raise row.bad("without an outcome it must say that a doctor decides")
    return Question(
        code=row.code("id", r"[A-Z]\d{1,2}[a-z]?"),
        vi=row.text("vi"),
        en=row.text("en"),
        detail=row.maybe_text("detail"),
        outcome=Outcome(outcome) if outcome else None,
        applies_to=row.maybe_text("applies_to"),
        note=row.maybe_text("note") or "",
        source=row.text("source"),
        verified=row.text("verified"),
        asked_of=row.one_of("asked_of", ("female", "male")) if row.maybe_text("asked_of") else None,
    )


def _screening_form(row: SourceRow, asked: Mapping[str, Mapping[str, Question]]) -> Form:
    code = row.code("code", _CODE)
    named, known = row.cells.get("questions", []), asked.get(code, {})
    missing = [name for name in named if name not in known] + [name for name in known if name not in named]
    if missing or len(named) != len(set(named)):
        raise row.bad(f"questions {missing or named} are told twice, or in one place only")
    audience = row.text("audience")
    oldest, youngest = _UNDER_AGE.match(audience), _FROM_AGE.match(audience)
    if not oldest and not youngest:
        raise row.bad(f"the audience {audience!r} begins with no age")
    effective_to = row.maybe_first_day("effective_to")
    if effective_to and effective_to < row.first_day("effective_from"):
        raise row.bad(f"it ends on {effective_to}, before it begins")
    vitals = row.cells.get("vitals") or {}
    minutes, observe_source = _observation(row)
    return Form(
        code=code,
        kind=FormKind.SCREENING,
        decree=row.text("decree"),
        effective_from=row.first_day("effective_from"),
        effective_to=effective_to,
        audience=audience,
        min_age=int(youngest[1]) if youngest else None,
        max_age=int(oldest[1]) - 1 if oldest else None,
        fields=tuple(row.cells.get("header", ())),
        questions=tuple(known[name] for name in named),
        all_no=Outcome(row.one_of("all_no", Outcome)),
        limits=tuple(_limit(row, sign, told) for sign, told in vitals.items()),
        limits_note=row.maybe_text("vitals_note") or row.maybe_text("vitals_reading") or "",
        product_rules=tuple(_product_rule(row, told, named) for told in row.cells.get("product_rules", ())),
        measured=tuple(_SIGNS.get(name, name) for name in row.cells.get("measure", ())),
        observe_minutes=minutes,
        observe_source=observe_source,
    )


def _observation(row: SourceRow) -> tuple[int | None, str]:
    """Return how many minutes somebody is watched after the dose, and who says so with the mark of what is unverified."""
    told = row.cells.get("observe")
    if told is None:
        return None, ""
    inside = SourceRow(file=row.file, line=row.line, cells=told)
    minutes = inside.maybe_number("minutes")
    if minutes is None or not 0 < minutes <= MOST_MINUTES:
        raise row.bad(f"nobody is watched for {told.get('minutes')!r} minutes")
    return int(minutes), f"{inside.text('source')} ({inside.text('verified')})"


def _consent(row: SourceRow) -> Form:
    return Form(
        code=row.code("code", _CODE),
        kind=FormKind.CONSENT,
        decree=row.text("decree"),
        effective_from=row.first_day("effective_from"),
        effective_to=row.maybe_first_day("effective_to"),
        audience="",
        min_age=None,
        max_age=None,
        fields=tuple(row.cells.get("fields", ())),
        questions=(),
        all_no=None,
        limits=(),
        limits_note="",
        product_rules=(),
    )


def _limit(row: SourceRow, sign: str, told: Mapping[str, Any]) -> VitalLimit:
    if sign not in _SIGNS or not hasattr(Vitals, _SIGNS[sign]):
        raise row.bad(f"nobody measures {sign!r}")
    limit = SourceRow(file=row.file, line=row.line, cells=told)
    low, high = limit.maybe_number("low"), limit.maybe_number("high")
    if (low is None and high is None) or (low is not None and high is not None and low >= high):
        raise row.bad(f"the limits of {sign!r} are {low} and {high}")
    in_words = "; ".join(f"{name} {value}" for name, value in told.items() if name not in _NUMBER_OR_WORDS)
    return VitalLimit(
        sign=_SIGNS[sign],
        low=low,
        high=high,
        measure=limit.text("measure"),
        in_words=in_words,
        verified=limit.text("measure_verified"),
    )


def _product_rule(row: SourceRow, told: Mapping[str, Any], asked: Collection[str]) -> ProductRule:
    rule = SourceRow(file=row.file, line=row.line, cells=told)
    rows = tuple(told.get("rows", ()))
    strange = sorted(set(rows) - set(asked))
    if strange:
        raise row.bad(f"a rule of products stands on {strange}, which the form does not ask")
    return ProductRule(
        products=tuple(told.get("products", ())),
        when=rule.text("when"),
        effect=rule.text("effect"),
        source=rule.text("source"),
        verified=rule.text("verified"),
        rows=rows,
    )


def _row(text: str, code: str, told: Mapping[str, Any]) -> SourceRow:
    return SourceRow(file=FILE, line=_line_of(text, f'"{code}": {{'), cells={**told, "code": code})


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = document.get(name)
    if not isinstance(table, dict):
        raise BadRow(file=FILE, line=1, reason=f"{name} is missing")
    return table


def _line_of(text: str, words: str) -> int:
    place = text.find(words)
    return text.count("\n", 0, place) + 1 if place >= 0 else 1
