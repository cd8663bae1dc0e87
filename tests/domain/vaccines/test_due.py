from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.domain.vaccines.test_rules import ADULT, dose, doses
from tiemchung.domain.vaccines.rules.due import born_by, earliest, expression, is_due, shortest_wait
from tiemchung.domain.vaccines.rules.plain import full_years
from tiemchung.domain.vaccines.values import Prior, Proposed, RuleBook
from tiemchung.plumbing import arrays, database


def due_by_sql(asked: list[Proposed], book: RuleBook) -> list[bool]:
    """Ask the database about each of these, all of one product and day."""
    first = asked[0]
    histories = [sorted(one.prior, key=lambda prior: prior.given_on) for one in asked]
    found = database.rows(
        "select n, (" + expression(first.product, first.given_on, book) + ") from (select x.n, x.born_from, x.born_to, "
        "x.province, string_to_array(x.p, ',') as products, string_to_array(x.d, ',')::date[] as dates "
        "from unnest(%b::int4[], %b::date[], %b::date[], %b::text[], %b::text[], %b::text[]) "
        "as x(n, born_from, born_to, province, p, d)) who order by n",
        [
            arrays.integers(list(range(len(asked)))),
            arrays.dates([one.born_earliest for one in asked]),
            arrays.dates([one.born_latest for one in asked]),
            arrays.texts([one.province for one in asked]),
            arrays.texts([",".join(prior.product for prior in history) for history in histories]),
            arrays.texts([",".join(str(prior.given_on) for prior in history) for history in histories]),
        ],
    )
    return [is_so for _, is_so in found]


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=st.lists(doses(), min_size=1, max_size=40))
def test_the_database_calls_whom_the_plain_rules_call(batch: list[Proposed], decided_book: RuleBook) -> None:
    product, on = batch[0].product, batch[0].given_on
    asked = [msgspec.structs.replace(one, product=product, given_on=on, conditions=frozenset()) for one in batch]
    assert due_by_sql(asked, decided_book) == [is_due(one, decided_book) for one in asked]


@pytest.mark.django_db
def test_on_every_day_of_the_campaign_second_doses_are_called_alike(decided_book: RuleBook) -> None:
    products = sorted(decided_book.products)
    for turn in range(0, 720, 9):
        on = date.fromordinal(date(2021, 3, 1).toordinal() + turn)
        asked = [
            Proposed(
                product=products[turn % len(products)],
                given_on=on,
                province=province,
                prior=[Prior(product=before, given_on=date.fromordinal(on.toordinal() - wait))] * count,
                born_earliest=ADULT["born_earliest"],
                born_latest=ADULT["born_latest"],
            )
            for before in products
            for wait in (13, 14, 20, 21, 28, 41, 42, 55, 56, 84, 89, 90, 119, 120, 179, 180)
            for count in (0, 1, 2, 3)
            for province in ("79", None)
        ]
        assert due_by_sql(asked, decided_book) == [is_due(one, decided_book) for one in asked]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=doses())
def test_nobody_is_due_before_the_shortest_wait_after_a_dose(asked: Proposed, decided_book: RuleBook) -> None:
    wait = shortest_wait(asked.product, asked.given_on, decided_book)
    waited = [(asked.given_on - prior.given_on).days for prior in asked.prior]
    assert not waited or min(waited) >= wait or not is_due(asked, decided_book)


@pytest.mark.parametrize(
    ("product", "on", "wait"),
    [
        ("pfizer", date(2021, 9, 13), 21),
        ("az", date(2021, 9, 13), 28),
        ("abdala", date(2021, 10, 1), 14),
        ("sugar-water", date(2021, 9, 13), 0),
    ],
)
def test_the_shortest_wait_is_that_of_the_rule_that_asks_for_least(
    product: str, on: date, wait: int, decided_book: RuleBook
) -> None:
    assert shortest_wait(product, on, decided_book) == wait


@given(
    on=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    born=st.dates(date(1900, 1, 1), date(2019, 1, 1)),
    years=st.integers(0, 119),
)
def test_the_last_birth_date_of_an_age_is_exact(on: date, born: date, years: int) -> None:
    assert (full_years(born, on) >= years) == (born <= born_by(on, years))


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        (dose("az", "2021-09-01"), "2021-09-01"),
        (dose("az", "2021-09-01", ("az", "2021-08-01")), "2021-09-26"),
        (dose("pfizer", "2021-09-13", ("pfizer", "2021-09-10")), "2021-10-01"),
        (dose("pfizer", "2021-09-13", ("sugar-water", "2021-09-10")), None),
        # Entered late: who has a later dose waits from that one.
        (dose("az", "2021-09-13", ("az", "2021-10-10")), "2021-12-05"),
    ],
)
def test_the_earliest_day_is_told_or_a_doctor_decides(asked: Proposed, first: str | None, book: RuleBook) -> None:
    found = earliest(asked, book)
    assert (found.isoformat() if found else None) == first
    if found:
        assert is_due(msgspec.structs.replace(asked, given_on=found), book)
