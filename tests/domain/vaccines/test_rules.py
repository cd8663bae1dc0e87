from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiemchung.domain.vaccines import rules
from tiemchung.domain.vaccines.rules.vectorized import judge_batch
from tiemchung.domain.vaccines.values import Prior, Proposed, RuleBook
from tiemchung.kernel.finding import Finding, Severity

IMMUNE_DEFICIENT = ">=18y moderate/severe immunodeficiency"
ADULT = {"born_earliest": date(1980, 1, 1), "born_latest": date(1980, 12, 31)}


def day(text: str) -> date:
    return date.fromisoformat(text)


def dose(
    product: str, given_on: str, *prior: tuple[str, str], province: str = "01", conditions: tuple[str, ...] = ()
) -> Proposed:
    return Proposed(
        product=product,
        given_on=day(given_on),
        province=province,
        prior=[Prior(product=p, given_on=day(d)) for p, d in prior],
        conditions=frozenset(conditions),
        **ADULT,
    )


def found(proposed: Proposed, book: RuleBook) -> dict[str, Finding]:
    return {finding.code: finding for finding in rules.trace(proposed, book).findings}


@pytest.mark.parametrize(
    ("proposed", "expected"),
    [
        (dose("az", "2021-06-01"), {}),
        (dose("az", "2021-08-27", ("az", "2021-07-02")), {}),
        (dose("az", "2021-08-26", ("az", "2021-07-02")), {"interval-too-short": 1}),
        # The shorter interval of 2021-09-20 holds only where a province has decided it.
        (dose("az", "2021-10-01", ("az", "2021-08-20"), province="79"), {"interval-too-short": 14}),
        (dose("az", "2021-02-20", ("az", "2021-02-01")), {"interval-too-short": 9}),
        (dose("pfizer", "2021-08-22", ("pfizer", "2021-08-01")), {}),
        (dose("pfizer", "2021-08-21", ("pfizer", "2021-08-01")), {"interval-too-short": 1}),
        (dose("moderna", "2021-08-20", ("moderna", "2021-08-01")), {"interval-too-short": 9}),
        (dose("sinopharm-bibp", "2021-08-22", ("sinopharm-bibp", "2021-08-01")), {}),
        (dose("abdala", "2021-10-15", ("abdala", "2021-10-01")), {}),
        (dose("abdala", "2021-10-29", ("abdala", "2021-10-01"), ("abdala", "2021-10-15")), {}),
        # No dose rule: the product's own interval.
        (dose("hayat-vax", "2021-10-20", ("hayat-vax", "2021-10-01")), {"interval-too-short": 2}),
        # Mixing needs a rule that holds.
        (dose("pfizer", "2021-10-01", ("az", "2021-07-01")), {"product-mix": None}),
        (dose("moderna", "2021-10-01", ("az", "2021-07-01")), {"product-mix": None}),
        (dose("moderna", "2021-12-11", ("az", "2021-07-01")), {"product-mix": None}),
        (dose("moderna", "2021-12-12", ("az", "2021-07-01")), {}),
        (dose("moderna", "2021-12-12", ("az", "2021-11-01")), {"interval-too-short": 15}),
        (dose("pfizer", "2021-10-01", ("az", "2021-09-20")), {"product-mix": None, "interval-too-short": 17}),
        # After the primary series.
        (dose("az", "2021-11-30", ("az", "2021-03-01"), ("az", "2021-05-01")), {"dose-after-series": None}),
        (dose("az", "2021-12-01", ("az", "2021-03-01"), ("az", "2021-05-01")), {}),
        (
            dose("az", "2021-12-16", ("az", "2021-04-01"), ("az", "2021-07-01")),
            {"interval-too-short": 180 - 168},
        ),
        (dose("az", "2021-12-17", ("az", "2021-04-01"), ("az", "2021-07-01")), {}),
        (
            dose("pfizer", "2021-12-20", ("sinopharm-bibp", "2021-08-01"), ("sinopharm-bibp", "2021-11-01")),
            {},
        ),
        (
            dose("az", "2021-12-20", ("sinopharm-bibp", "2021-08-01"), ("sinopharm-bibp", "2021-11-01")),
            {"interval-too-short": 90 - 49},
        ),
        (
            dose("pfizer", "2021-12-20", ("pfizer", "2021-08-01"), ("pfizer", "2021-11-01")),
            {"interval-too-short": 90 - 49},
        ),
        (
            dose(
                "pfizer",
                "2021-12-20",
                ("pfizer", "2021-08-01"),
                ("pfizer", "2021-11-01"),
                conditions=(IMMUNE_DEFICIENT,),
            ),
            {},
        ),
        (dose("janssen", "2021-08-02", ("janssen", "2021-08-01")), {"dose-after-series": None}),
        # A second booster only for the groups it was opened to.
        (
            dose("az", "2022-06-01", ("az", "2021-03-01"), ("az", "2021-05-01"), ("az", "2021-12-20")),
            {"dose-after-series": None},
        ),
        (
            dose(
                "az",
                "2022-06-01",
                ("az", "2021-03-01"),
                ("az", "2021-05-01"),
                ("az", "2021-12-20"),
                conditions=("priority groups",),
            ),
            {},
        ),
        (dose("sugar-water", "2021-08-02", ("az", "2021-08-01")), {"product-unknown": None}),
        (dose("az", "2021-10-02", ("sugar-water", "2021-08-01")), {"doctor-decides": None}),
        # A dose that arrives after its successor is judged against it.
        (dose("az", "2021-07-02", ("az", "2021-08-26")), {"interval-too-short": 1}),
        (dose("az", "2021-08-26", ("az", "2021-08-26")), {"interval-too-short": 56}),
    ],
)
def test_the_real_rules(proposed: Proposed, expected: dict[str, int | None], book: RuleBook) -> None:
    assert {code: finding.days_missing for code, finding in found(proposed, book).items()} == expected
    assert judge_batch([proposed], book) == [list(rules.trace(proposed, book).findings)]


def test_below_the_shortest_wait_at_which_a_dose_counts_the_finding_blocks(book: RuleBook) -> None:
    inside = found(dose("az", "2021-07-30", ("az", "2021-07-02")), book)["interval-too-short"]
    below = found(dose("az", "2021-07-29", ("az", "2021-07-02")), book)["interval-too-short"]
    assert (inside.severity, below.severity) == (Severity.WARNS, Severity.BLOCKS)
    # No source says from when on a Pfizer dose counts, so a person judges.
    assert found(dose("pfizer", "2021-08-02", ("pfizer", "2021-08-01")), book)["interval-too-short"].severity == (
        Severity.WARNS
    )


def test_a_finding_names_the_source_of_its_rule_and_keeps_the_mark_unverified(book: RuleBook) -> None:
    by_rule = found(dose("az", "2021-08-01", ("az", "2021-07-02")), book)["interval-too-short"]
    by_label = found(dose("hayat-vax", "2021-10-02", ("hayat-vax", "2021-10-01")), book)["interval-too-short"]
    assert by_rule.source == "24h.com.vn 2021-08 / MoH guidance"
    assert by_label.source == "from general knowledge: as BIBP (unverified)"


@pytest.mark.parametrize(
    ("given_on", "first_on", "province", "missing"),
    [
        ("2021-09-24", "2021-08-13", "79", 14),  # before the decision: 56 days
        ("2021-09-25", "2021-08-14", "79", None),  # 42 days
        ("2021-09-25", "2021-08-15", "79", 1),
        ("2021-12-31", "2021-11-19", "79", None),  # its last day
        ("2022-01-01", "2021-11-20", "79", 14),
        ("2021-09-25", "2021-08-14", "01", 14),  # no decision here
    ],
)
def test_a_province_shortens_the_interval_by_its_own_decision(
    given_on: str, first_on: str, province: str, missing: int | None, decided_book: RuleBook
) -> None:
    proposed = dose("az", given_on, ("az", first_on), province=province)
    finding = found(proposed, decided_book).get("interval-too-short")
    assert (finding.days_missing if finding else None) == missing
    assert judge_batch([proposed], decided_book) == [list(rules.trace(proposed, decided_book).findings)]


def test_a_province_may_put_a_mix_into_force_and_the_finding_names_its_decision(decided_book: RuleBook) -> None:
    allowed = dose("pfizer", "2021-11-01", ("az", "2021-08-01"), province="79")
    too_soon = dose("pfizer", "2021-11-01", ("az", "2021-10-01"), province="79")
    elsewhere = dose("pfizer", "2021-11-01", ("az", "2021-08-01"), province="01")
    assert found(allowed, decided_book) == {}
    assert found(too_soon, decided_book)["interval-too-short"].source == "an invented decision (test) (unverified)"
    assert set(found(elsewhere, decided_book)) == {"product-mix"}


@pytest.mark.parametrize(
    ("product", "given_on", "born", "young"),
    [
        ("az", "2021-08-01", ("2003-08-01", "2003-08-01"), False),
        ("az", "2021-08-01", ("2003-08-02", "2003-08-02"), True),
        ("az", "2021-08-01", ("2003-01-01", "2003-12-31"), False),  # only the year is known: perhaps old enough
        ("az", "2021-08-01", ("2004-01-01", "2004-12-31"), True),
        ("pfizer", "2021-08-01", ("2008-08-01", "2008-08-01"), False),
        ("pfizer", "2021-02-28", ("2009-02-28", "2009-02-28"), False),
        ("pfizer", "2021-02-28", ("2008-02-29", "2008-02-29"), False),
        ("abdala", "2021-10-01", ("2003-06-01", "2003-06-01"), True),
        # Moderna was opened to the ages 6 to 11 in April 2022.
        ("moderna", "2022-03-31", ("2014-01-01", "2014-01-01"), True),
        ("moderna", "2022-04-01", ("2014-01-01", "2014-01-01"), False),
        ("moderna", "2022-04-01", ("2009-01-01", "2009-01-01"), True),
        ("moderna", "2022-04-01", ("2016-05-01", "2016-05-01"), True),
        ("moderna", "2022-05-01", ("2016-01-01", "2016-12-31"), False),
    ],
)
def test_only_a_certain_age_is_too_young(
    product: str,
    given_on: str,
    born: tuple[str, str],
    young: bool,  # noqa: FBT001 - a cell of the table above
    book: RuleBook,
) -> None:
    proposed = Proposed(product=product, given_on=day(given_on), born_earliest=day(born[0]), born_latest=day(born[1]))
    assert ("too-young" in found(proposed, book)) is young
    assert judge_batch([proposed], book) == [list(rules.trace(proposed, book).findings)]


def test_without_a_birth_date_nobody_is_too_young(book: RuleBook) -> None:
    assert rules.judge([Proposed(product="az", given_on=day("2021-08-01"))], book) == [[]]


def test_the_trace_tells_which_rule_was_applied(book: RuleBook) -> None:
    (pair,) = rules.trace(dose("moderna", "2021-12-12", ("az", "2021-11-01")), book).pairs
    assert pair.rule is not None
    assert (pair.kind, pair.waited_days, pair.needed_days, pair.label_days) == ("primary", 41, 56, None)
    assert pair.rule.line == 5
    (by_label,) = rules.trace(dose("hayat-vax", "2021-10-20", ("hayat-vax", "2021-10-01")), book).pairs
    assert (by_label.rule, by_label.label_days) == (None, 21)


products = st.sampled_from(["az", "pfizer", "moderna", "sinopharm-bibp", "sputnik-v", "abdala", "janssen", "hayat-vax",
                            "pfizer-5-11", "covaxin", "sugar-water"])  # fmt: skip
days = st.dates(min_value=date(2021, 1, 1), max_value=date(2022, 12, 31))
births = st.one_of(st.none(), st.dates(min_value=date(1940, 1, 1), max_value=date(2022, 12, 31)))


@st.composite
def doses(draw: st.DrawFn) -> Proposed:
    earliest = draw(births)
    latest = earliest + timedelta(days=draw(st.sampled_from([0, 30, 364]))) if earliest else None
    return Proposed(
        product=draw(products),
        given_on=draw(days),
        born_earliest=earliest,
        born_latest=latest,
        province=draw(st.sampled_from([None, "01", "79"])),
        prior=[Prior(product=draw(products), given_on=draw(days)) for _ in range(draw(st.integers(0, 5)))],
        conditions=draw(st.frozensets(st.sampled_from([IMMUNE_DEFICIENT, "priority groups", "supply-limited", "x"]))),
    )


@settings(max_examples=400, deadline=None)
@given(batch=st.lists(doses(), min_size=1, max_size=8))
def test_the_vectors_find_what_the_plain_rules_find(batch: list[Proposed], decided_book: RuleBook) -> None:
    assert judge_batch(batch, decided_book) == [list(rules.trace(one, decided_book).findings) for one in batch]


@settings(max_examples=200, deadline=None)
@given(product=products, wait=st.integers(0, 400), longer=st.integers(0, 400))
def test_waiting_longer_never_makes_a_second_dose_worse(product: str, wait: int, longer: int, book: RuleBook) -> None:
    second_on = date(2021, 11, 15)
    missing = []
    for waited in (wait, wait + longer):
        prior = [Prior(product=product, given_on=second_on - timedelta(days=waited))]
        (findings,) = rules.judge([Proposed(product=product, given_on=second_on, prior=prior)], book)
        missing.append(max((finding.days_missing or 0 for finding in findings), default=0))
    assert missing[0] >= missing[1]


def test_a_large_batch_is_judged_as_each_dose_alone(book: RuleBook) -> None:
    batch = [dose("az", "2021-08-26", ("az", (day("2021-08-26") - timedelta(days=n)).isoformat())) for n in range(100)]
    assert rules.judge(batch, book) == [list(rules.trace(one, book).findings) for one in batch]
