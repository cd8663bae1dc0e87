from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from tiemchung.domain.vaccines import engine, rules
from tiemchung.domain.vaccines.rules.vectorized import judge_batch
from tiemchung.domain.vaccines.values import ConditionKind, DoseKind, Prior, Proposed, RuleBook
from tiemchung.plumbing.rows import BadRow, SourceRow

Files = dict[str, list[SourceRow]]


def with_first(rows: list[SourceRow], cells: dict[str, str]) -> list[SourceRow]:
    return [replace(rows[0], cells={**rows[0].cells, **cells}), *rows[1:]]


def test_every_product_of_the_file_is_read_with_its_marks(book: RuleBook) -> None:
    assert set(book.products) >= {"az", "pfizer", "pfizer-5-11", "moderna", "sinopharm-bibp", "abdala"}
    sputnik = book.products["sputnik-v"]
    assert (sputnik.use_after_open_hours, sputnik.marks["use_after_open_hours"]) == (2.0, "(unverified)")
    assert book.products["az"].child_dose_ml is None
    assert book.products["moderna"].child_ages == (6, 11)
    assert book.products["pfizer-5-11"].approved_on == date(2022, 3, 1)


def test_a_rule_ends_when_the_next_of_its_key_begins_or_its_note_says_superseded(book: RuleBook) -> None:
    boosters = [r for r in book.rules if r.kind is DoseKind.BOOSTER_1 and r.specificity == 0]
    assert [(r.min_days, r.starts_on, r.ends_on) for r in boosters] == [
        (180, date(2021, 12, 1), date(2021, 12, 17)),
        (90, date(2021, 12, 17), None),
    ]


def test_what_holds_for_some_does_not_end_what_holds_for_everybody(book: RuleBook) -> None:
    az = [r for r in book.rules if r.previous == r.next == frozenset({"az"})]
    assert [(r.min_days, r.ends_on, r.condition and r.condition.kind) for r in az] == [
        (56, None, None),
        (28, None, ConditionKind.DECISION),
    ]


def test_the_words_regular_option_waive_the_condition_from_their_day(book: RuleBook) -> None:
    mixed = [r for r in book.rules if r.previous == {"az"} and r.next == {"moderna"}]
    assert [(r.condition is None, r.starts_on, r.ends_on) for r in mixed] == [
        (False, date(2021, 9, 8), date(2021, 12, 12)),
        (True, date(2021, 12, 12), None),
    ]


def test_groups_of_products_are_spelled_out(book: RuleBook) -> None:
    (additional,) = [r for r in book.rules if r.kind is DoseKind.ADDITIONAL and r.specificity]
    assert additional.previous == {"sinopharm-bibp", "sputnik-v"}
    assert additional.joins("sputnik-v", "sputnik-v")
    assert additional.joins("sputnik-v", "moderna")
    assert not additional.joins("sputnik-v", "sinopharm-bibp")


def test_the_book_as_known_on_a_day_has_nothing_of_later_days(book: RuleBook) -> None:
    early = engine.as_known_on(book, date(2021, 9, 19))
    assert all(rule.starts_on <= date(2021, 9, 19) for rule in early.rules)
    assert len(early.rules) < len(book.rules)
    december = engine.as_known_on(book, date(2021, 12, 16))
    assert [r.ends_on for r in december.rules if r.kind is DoseKind.BOOSTER_1] == [None]
    assert engine.as_known_on(book, engine.turning_days(book)[-1]).rules == book.rules


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"dose_kind": "third"}, "none of primary"),
        ({"previous_product": "astra"}, "'astra' is no product"),
        ({"next_product": "az|mrn"}, "'mrn' is no product"),
        ({"previous_product": "same"}, "cannot be 'same'"),
        ({"min_days": ""}, "min_days is empty"),
        ({"min_days": "8 weeks"}, "is no number"),
        ({"max_days": "10"}, "max_days 10 lies below"),
        ({"absolute_min_days": "60"}, "absolute_min_days 60 lies above"),
        ({"grace_days": "99"}, "grace_days 99 is longer"),
        ({"effective_from": "spring"}, "is no date"),
        ({"source": ""}, "source is empty"),
        ({"min_days_is": "guess"}, "none of policy, label"),
        ({"note": "superseded 2021-02-01"}, "not after it begins"),
        ({"note": "superseded 2021-02-30"}, "'2021-02-30' is no date"),
        ({"condition": "age 11-6"}, "no range of ages"),
    ],
)
def test_a_bad_rule_is_refused_with_its_line(
    cells: dict[str, str], reason: str, book_files: Files, book: RuleBook
) -> None:
    rows = with_first(book_files["dose_rules.csv"], cells)
    with pytest.raises(BadRow, match=r"dose_rules.csv, line 2: ") as refused:
        engine.read_rules(rows, book.products)
    assert reason in str(refused.value)


def test_a_rule_told_twice_is_refused(book_files: Files, book: RuleBook) -> None:
    twice = [*book_files["dose_rules.csv"], replace(book_files["dose_rules.csv"][0], line=99)]
    with pytest.raises(BadRow, match=r"line 99: .* stands already in line 2"):
        engine.read_rules(twice, book.products)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"product_id": "AZ"}, "does not look like"),
        ({"platform": "magic"}, "none of inactivated"),
        ({"dose_ml": "half"}, "is no number"),
        ({"dose_ml": "0"}, "is no volume"),
        ({"doses_primary": "0"}, "no whole number from 1"),
        ({"interval_max_days": "3"}, "lies below interval_min_days"),
        ({"child_ages": "young"}, "no range of ages"),
        ({"product_id": "pfizer"}, "stands already in line 2"),
    ],
)
def test_a_bad_product_is_refused_with_its_line(cells: dict[str, str], reason: str, book_files: Files) -> None:
    rows = with_first(book_files["vaccine_products.csv"], cells)
    with pytest.raises(BadRow, match=r"vaccine_products.csv, line \d+: ") as refused:
        engine.read_products(rows)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"province": "80"}, "no province of 2021"),
        ({"next_product": "moderna"}, "names no conditional rule"),
        ({"condition": "age 5-11", "previous_product": "pfizer-5-11", "next_product": "pfizer-5-11"}, "of the person"),
        ({"min_days": "27"}, "lies below the 28"),
        ({"effective_to": "2021-09-24"}, "before it begins"),
        ({"decision": ""}, "decision is empty"),
    ],
)
def test_a_decision_that_decides_nothing_is_refused(
    cells: dict[str, str], reason: str, decided: Callable[..., RuleBook]
) -> None:
    with pytest.raises(BadRow, match=r"province_decisions.csv, line 2: ") as refused:
        decided(**cells)
    assert reason in str(refused.value)


def test_of_the_rules_that_apply_a_condition_that_holds_goes_first_then_the_narrower_words(book_files: Files) -> None:
    planted = []
    for row in book_files[engine.RULES]:
        pair = (row.text("dose_kind"), row.text("previous_product"), row.text("next_product"))
        cells = dict(row.cells)
        if pair == ("primary", "az", "az") and not cells["condition"]:
            cells["effective_from"] = "2021-10-01"  # later than the rule with a condition
        if pair == ("booster1", "mrna", "az"):
            cells["min_days"] = "100"
        if pair == ("booster1", "any", "any") and cells["min_days"] == "90":
            cells["effective_from"] = "2022-04-01"  # later than the narrower rule
        planted.append(replace(row, cells=cells))
    book = engine.read_book(1, {**book_files, engine.RULES: planted}, ["79"])
    told = frozenset({"province decision"})
    second = Proposed(product="az", given_on=date(2021, 10, 5), prior=[Prior("az", date(2021, 9, 7))], conditions=told)
    primary = [Prior("pfizer", date(2021, 12, 1)), Prior("pfizer", date(2022, 1, 1))]
    third = Proposed(product="az", given_on=date(2022, 5, 1), prior=primary)
    for dose, needed in ((second, 28), (third, 100)):
        (pair_trace,) = rules.trace(dose, book).pairs
        assert pair_trace.needed_days == needed
        assert judge_batch([dose], book) == [list(rules.trace(dose, book).findings)]
