"""Python's half of the promise that a tablet and the center conclude the same. TypeScript's is frontend/tests/rules.test.mjs."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from tests.conformance.rules import make
from tiemchung.domain.vaccines.rules import judge
from tiemchung.domain.vaccines.values import Decision, Proposed

CASES: dict[str, Any] = msgspec.json.decode((make.HERE / "cases.json").read_bytes())
FORMS = {form.code: form for form in make.the_forms()}


def test_the_table_is_that_of_the_reference_data() -> None:
    assert (make.HERE / "book.json").read_bytes() == make.table()


def test_the_invented_decisions_are_those_of_the_cases() -> None:
    assert msgspec.convert(CASES["decisions"], tuple[Decision, ...]) == make.DECISIONS
    line = next(rule for rule in make.the_book().rules if rule.line == make.DECISIONS[0].rule_line)
    assert (line.condition is not None, sorted(line.previous), line.starts_on) == (True, [make.CODE], date(2021, 9, 20))


@pytest.mark.parametrize("case", CASES["screening"], ids=[case["name"] for case in CASES["screening"]])
def test_a_form_concludes_as_written(case: dict[str, Any]) -> None:
    found = make.screened(FORMS[case["form"]], case["sex"], case["asked"], case["vitals"])
    assert msgspec.to_builtins(found) == case["expected"]


def test_every_dose_is_judged_as_written_by_the_readable_rules_and_by_the_vectors() -> None:
    doses = [msgspec.convert(case["dose"], Proposed) for case in CASES["intervals"]]
    expected = [case["expected"] for case in CASES["intervals"]]
    assert [make.judged(dose) for dose in doses] == expected
    vectors = [
        [{"code": one.code, "severity": int(one.severity), "days_missing": one.days_missing} for one in found]
        for found in judge(doses, make.decided())
    ]
    assert vectors == expected


def test_the_cases_reach_every_finding() -> None:
    found = {finding["code"] for case in CASES["intervals"] for finding in case["expected"]}
    assert found == {
        "product-unknown",
        "product-mix",
        "dose-after-series",
        "doctor-decides",
        "too-young",
        "interval-too-short",
    }
    outcomes = {case["expected"]["outcome"] for case in CASES["screening"]}
    assert outcomes == {"contraindicated", "defer", "refer_hospital", "caution", "eligible_now", None}
