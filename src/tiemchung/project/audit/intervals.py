"""Asks whether every pair of doses that lie too close together is flagged; waits are looked up anew in the rule rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection

from tiemchung.domain.immunization.values import FINDING_BITS
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.vaccines.values import ConditionKind, DoseKind, Rule, RuleBook
from tiemchung.plumbing import database
from tiemchung.project.audit.values import Check, check

_TOO_SHORT = 1 << FINDING_BITS["interval-too-short"]

# Neighboring doses of one recorded person, the products before each in order, and what was found of either dose.
_PAIRS = """
select id, before, product, given_on, given_on - last_on as waited, province, findings | last_findings
from (
    select id, product, given_on, province, findings,
      array_agg(product) over (mine rows between unbounded preceding and 1 preceding) as before,
      lag(given_on) over mine as last_on, lag(findings) over mine as last_findings
    from immunization_dose where status <> 2 and given_on is not null
    window mine as (partition by person_id order by given_on, occurred_at, id)
) as doses where last_on is not null"""

# Doses of one true person that were recorded under two persons: nothing could flag them.
_HIDDEN = """
select before, product, given_on, given_on - last_on, province
from (
    select d.product, d.given_on, d.province, d.person_id,
      array_agg(d.product) over (mine rows between unbounded preceding and 1 preceding) as before,
      lag(d.given_on) over mine as last_on, lag(d.person_id) over mine as last_person
    from immunization_dose d
    join (select id, min(truth) as truth from audit_sent where kind = 'dose-given' and truth is not null group by id) s
      on s.id = d.id
    where d.status <> 2 and d.given_on is not null
    window mine as (partition by s.truth order by d.given_on, d.occurred_at, d.id)
) as doses where last_on is not null and last_person <> person_id"""


def checks() -> Iterator[Check]:
    """Ask of every pair of neighboring doses of a recorded person whether it is flagged if it lies too close."""
    yield check("intervals-flagged", "no pair of doses too close is unflagged", _unflagged())


def _unflagged() -> Iterator[tuple[Any, ...]]:
    needed = _lookup()
    for dose, before, product, given_on, waited, province, findings in _streamed(_PAIRS):
        if not findings & _TOO_SHORT and waited < needed(tuple(before), product, given_on, province):
            yield (dose,)


def classes() -> dict[str, dict[str, int]]:
    """Return how many pairs of doses are too close and flagged, and how many no one could see: hidden by duplicates."""
    needed = _lookup()
    flagged = sum(1 for pair in _streamed(_PAIRS) if pair[6] & _TOO_SHORT)
    hidden = sum(
        waited < needed(tuple(before), product, given_on, province)
        for before, product, given_on, waited, province in _streamed(_HIDDEN)
    )
    return {"pairs too close": {"flagged": flagged, "hidden by duplicates": hidden}}


def _streamed(query: str) -> Iterable[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(5_000):
            yield from rows


def _lookup() -> Any:
    """Return the look-up of the wait needed, by (products before, product, day, province), with a memory of its own."""
    newest = database.row("select max(given_on) from immunization_dose")
    book = vaccines.rule_book(newest[0] if newest and newest[0] else date.max)

    @lru_cache(maxsize=100_000)
    def needed(before: tuple[str, ...], product: str, given_on: date, province: str) -> int:
        return days_needed(before, product, given_on, province, book)

    return needed


def days_needed(before: Sequence[str], product: str, given_on: date, province: str, book: RuleBook) -> int:
    """Return the shortest wait in days after which a dose may follow those before it, 0 where no source tells one.

    In the primary series the narrowest and latest row in force is the one that counts; a conditional row counts for a
    province that has decided so. Beyond it, and for rows about the person, the shortest of all that may apply: what
    waited less than that is too close whoever the person is.
    """
    first, previous = book.products.get(before[0]), book.products.get(before[-1])
    if first is None or previous is None or product not in book.products:
        return 0
    if len(before) < first.doses_primary:
        told = _rows(book, {DoseKind.PRIMARY}, before[-1], product, given_on)
        plain = [row for row in told if row.condition is None]
        best = max(plain, key=lambda row: (row.specificity, row.starts_on, row.line), default=None)
        waits = [best.min_days] if best else []
        waits += [
            wait for row in told if row.condition is not None for wait in _conditional(row, given_on, province, book)
        ]
    else:
        later = {DoseKind.ADDITIONAL, DoseKind.BOOSTER_1, DoseKind.BOOSTER_2}
        primary = before[first.doses_primary - 1]
        waits = [row.min_days for row in _rows(book, later, primary, product, given_on)]
    return min(waits, default=previous.interval_min_days or 0)


def _rows(book: RuleBook, kinds: set[DoseKind], previous: str, product: str, day: date) -> list[Rule]:
    return [
        row
        for row in book.rules
        if row.kind in kinds
        and row.starts_on <= day
        and (row.ends_on is None or day < row.ends_on)
        and previous in row.previous
        and (product in row.next or (row.same_allowed and product == previous))
    ]


def _conditional(row: Rule, day: date, province: str, book: RuleBook) -> list[int]:
    """Return the waits under which a conditional row may apply: by decision of the province, or by the person's age."""
    if row.condition is not None and row.condition.kind is not ConditionKind.DECISION:
        return [row.min_days]
    return [
        row.min_days if decision.min_days is None else decision.min_days
        for decision in book.decisions
        if decision.rule_line == row.line
        and decision.province == province
        and decision.starts_on <= day
        and (decision.ends_on is None or day < decision.ends_on)
    ]
