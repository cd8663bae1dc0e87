"""Writes the table and the golden cases: `.venv/bin/python -m tests.conformance.rules.make`. Read what changed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from importlib.resources import files
from itertools import combinations, product
from pathlib import Path
from typing import Any

import msgspec

from tiemchung.domain.declarations import engine as form_engine
from tiemchung.domain.declarations import rules as screening
from tiemchung.domain.declarations.values import Answer, Form, FormKind, Vitals
from tiemchung.domain.vaccines import engine
from tiemchung.domain.vaccines.rules import trace
from tiemchung.domain.vaccines.values import Decision, Prior, Proposed, RuleBook
from tiemchung.plumbing.rows import read_csv

HERE = Path(__file__).parent
REFERENCE = files("tiemchung.reference")
SEED = 20210913
NORMAL: dict[str, float | None] = {"temp_c": 36.8}
CODE = "az"
DECISIONS = (
    Decision(
        province="79",
        rule_line=3,
        min_days=42,
        starts_on=date(2021, 9, 25),
        ends_on=date(2021, 12, 31),
        source="an invented decision",
    ),
    Decision(
        province="48",
        rule_line=3,
        min_days=None,
        starts_on=date(2021, 10, 1),
        ends_on=None,
        source="another invented decision",
    ),
)
"""No real decision is on file; these try what one would do. Line 3 is the shortened interval of AstraZeneca."""


def the_forms() -> list[Form]:
    """Return the screening forms of the reference data."""
    told = form_engine.read_forms((REFERENCE / form_engine.FILE).read_bytes())
    return [form for form in told if form.kind is FormKind.SCREENING]


def the_book() -> RuleBook:
    """Return the rule book of the reference data."""
    rows = {
        name: read_csv(name, (REFERENCE / name).read_bytes(), columns=columns)
        for name, columns in engine.COLUMNS.items()
    }
    return engine.read_book(1, rows, ["01", "48", "79"])


def table() -> bytes:
    """Return the forms, products and rules as one JSON document."""
    book = the_book()
    told = {
        "forms": the_forms(),
        "products": book.products,
        "rules": [msgspec.to_builtins(rule, order="deterministic") for rule in book.rules],
        "decisions": book.decisions,
    }
    return msgspec.json.format(msgspec.json.encode(told, order="deterministic"), indent=1) + b"\n"


def screening_cases() -> Iterator[dict[str, Any]]:
    """Yield every row alone, every pair, the edges of every limit, and what people leave out."""
    for form in the_forms():
        codes = [question.code for question in form.questions]
        no: dict[str, Answer] = dict.fromkeys(codes, False)
        yield _screening("all no", form, "female", no, NORMAL)
        yield _screening("all no, a man", form, "male", no, NORMAL)
        yield _screening("all no, nothing measured", form, "male", no, {})
        for code in codes:
            for word, told in (
                ("yes", True),
                ("words", " tôm "),
                ("blank", "  "),
                ("number", 1.0),
                ("not asked", None),
            ):
                yield _screening(f"{code} {word}", form, "female", {**no, code: told}, NORMAL)
            yield _screening(f"{code} yes, a man", form, "male", {**no, code: True}, NORMAL)
            yield _screening(f"{code} yes, sex unknown", form, "unknown", {**no, code: True}, NORMAL)
        for one, other in combinations(codes, 2):
            yield _screening(f"{one} and {other}", form, "female", {**no, one: True, other: True}, NORMAL)
        for limit in form.limits:
            for edge in filter(None, (limit.low, limit.high)):
                for value in (edge - 0.1, edge, edge + 0.1):
                    yield _screening(
                        f"{limit.sign} {value:.1f}", form, "female", no, {**NORMAL, limit.sign: round(value, 1)}
                    )


def _screening(
    name: str, form: Form, sex: str, asked: Mapping[str, Answer], vitals: Mapping[str, float | None]
) -> dict[str, Any]:
    return {
        "name": f"{form.code}: {name}",
        "form": form.code,
        "sex": sex,
        "asked": asked,
        "vitals": vitals,
        "expected": screened(form, sex, asked, vitals),
    }


def screened(form: Form, sex: str, asked: Mapping[str, Answer], vitals: Mapping[str, float | None]) -> dict[str, Any]:
    """Return what Python finds, in the words of the cases."""
    measured = Vitals(**vitals)
    answers = screening.completed(form, asked, measured, sex=sex)
    evaluation = screening.evaluate(form, answers, measured)
    return {
        "needed": [question.code for question in screening.questions_for(form, sex)],
        "answers": answers,
        "outcome": evaluation.outcome,
        "doctor_decides": evaluation.doctor_decides,
        "fired": [
            {
                "question": row.question,
                "outcome": row.outcome,
                "verified": row.verified,
                "words": row.words,
                "abnormal": [msgspec.structs.asdict(sign) for sign in row.abnormal],
            }
            for row in evaluation.fired
        ],
        "unanswered": list(evaluation.unanswered),
        "foreign": list(evaluation.foreign),
        "products": [
            {"products": list(word.products), "fired": list(word.fired)}
            for word in screening.product_words(form, {row.question for row in evaluation.fired}, sex)
        ],
    }


def interval_cases() -> Iterator[dict[str, Any]]:
    """Yield every pair of products around its wait, then whole series at random, with ages and provinces."""
    book = the_book()
    second_on = date(2021, 11, 20)
    for before, following in product([*book.products, "unheard-of"], repeat=2):
        for wait in (13, 20, 27, 28, 41, 42, 55, 56):
            prior = [Prior(product=before, given_on=second_on - timedelta(days=wait))]
            dose = Proposed(product=following, given_on=second_on, prior=prior, province="79")
            yield _interval(f"{before} then {following} after {wait} days", dose)
    chance = random.Random(SEED)
    names = [*book.products, "unheard-of"]
    texts = sorted({rule.condition.text for rule in book.rules if rule.condition})
    for number in range(400):
        given = date(2021, 3, 1) + timedelta(days=chance.randrange(700))
        born = date(1930, 1, 1) + timedelta(days=chance.randrange(33_500))
        known = chance.choice(["day", "year", "nothing"])
        earliest = born if known == "day" else date(born.year, 1, 1)
        latest = born if known == "day" else date(born.year, 12, 31)
        main = chance.choice(names)
        dose = Proposed(
            product=chance.choice([main, main, chance.choice(names)]),
            given_on=given,
            born_earliest=None if known == "nothing" else earliest,
            born_latest=None if known == "nothing" else latest,
            province=chance.choice(["79", "48", "01", None]),
            prior=[
                Prior(product=chance.choice([main, main, chance.choice(names)]), given_on=_near(given, chance))
                for _ in range(chance.randrange(5))
            ],
            conditions=frozenset(chance.sample(texts, chance.randrange(3))),
        )
        yield _interval(f"series {number}", dose)


def _near(day: date, chance: random.Random) -> date:
    return day + timedelta(days=chance.choice([0, -7, -14, -21, -28, -56, -84, -90, -120, -180, -200, 21, 60]))


def _interval(name: str, dose: Proposed) -> dict[str, Any]:
    told = msgspec.to_builtins(dose, order="deterministic")
    return {"name": name, "dose": told, "expected": judged(dose)}


def decided() -> RuleBook:
    """Return the book with the invented decisions."""
    book = the_book()
    return RuleBook(version=1, products=book.products, rules=book.rules, decisions=DECISIONS)


def judged(dose: Proposed) -> list[dict[str, Any]]:
    """Return what Python finds in a dose, in the words of the cases."""
    return [
        {"code": found.code, "severity": int(found.severity), "days_missing": found.days_missing}
        for found in trace(dose, decided()).findings
    ]


def cases() -> bytes:
    """Return all cases as one JSON document."""
    told = {
        "decisions": DECISIONS,
        "screening": list(screening_cases()),
        "intervals": list(interval_cases()),
    }
    lines = [b'{"decisions":' + msgspec.json.encode(told["decisions"])]
    for part in ("screening", "intervals"):
        rows = b",\n".join(msgspec.json.encode(case, order="deterministic") for case in told[part])
        lines.append(b'"' + part.encode() + b'":[\n' + rows + b"\n]")
    return b",\n".join(lines) + b"}\n"


if __name__ == "__main__":
    (HERE / "book.json").write_bytes(table())
    (HERE / "cases.json").write_bytes(cases())
