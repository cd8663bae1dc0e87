"""Who is due: for whom a product would give no finding on a day. Plain to be read, and compiled to SQL for a country.

Both know of a person the doses given, the birth and the province. A condition that only the person can tell (an
illness, a consent) holds here for nobody: who has it is called by a doctor, not by a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from tiemchung.domain.vaccines.rules.plain import child_ages_hold, precedence, trace
from tiemchung.domain.vaccines.values import ConditionKind, DoseKind, Product, Proposed, Rule, RuleBook

LOOKED_AHEAD = 12
"""How often the earliest day is put off before we say that a doctor decides: rules change on few days."""
_FEBRUARY, _LEAP_DAY = 2, 29


def is_due(dose: Proposed, book: RuleBook) -> bool:
    """Tell whether nothing would be found in this dose. Who has a dose of a later day is not due."""
    if any(prior.given_on > dose.given_on for prior in dose.prior):
        return False
    return not trace(dose, book).findings


def earliest(dose: Proposed, book: RuleBook) -> date | None:
    """Return the first day from `given_on` on which the person is due for this product; None if waiting does not help."""
    for _ in range(LOOKED_AHEAD):
        if is_due(dose, book):
            return dose.given_on
        missing = [finding.days_missing or 0 for finding in trace(dose, book).findings]
        if not missing or min(missing) <= 0:
            return None
        dose = msgspec.structs.replace(dose, given_on=dose.given_on + timedelta(days=max(missing)))
    return None


def shortest_wait(product: str, on: date, book: RuleBook) -> int:
    """Return how many days everybody waits at least, after a dose of whatever vaccine, before this product is due on a day.

    The shortest wait of any rule that may apply, whoever it is for: who was vaccinated later than that is surely not due.
    """
    told = book.products.get(product)
    waits = [] if told is None or told.interval_min_days is None else [told.interval_min_days]
    for rule in book.rules:
        if rule.holds_on(on) and any(rule.joins(previous, product) for previous in rule.previous):
            decided = [days for _, days in _decided(rule, on, book) if days is not None]
            waits += [rule.min_days, *decided]
    return min(waits, default=0)


def expression(product: str, on: date, book: RuleBook) -> str:
    """Return `is_due` for one product and day as an SQL expression.

    It stands over the columns `products text[]`, `dates date[]` (both in order of the days, empty where nothing was
    given), `born_from date`, `born_to date` (null where unknown) and `province text`. Never null. Every word in it is
    a code or a number of the rule book.
    """
    told = book.products.get(product)
    if told is None:
        return "false"
    return (
        f"(not ({_too_young(told, on, book)}) and (cardinality(products) = 0 or "
        f"case when dates[cardinality(dates)] > {_day(on)} then false "
        f"when cardinality(products) < {_series(book)} then {_within_series(told, on, book)} "
        f"else {_beyond_series(told, on, book)} end))"
    )


def _within_series(product: Product, on: date, book: RuleBook) -> str:
    previous = "products[cardinality(products)]"
    needed = _needed(DoseKind.PRIMARY, previous, product, on, book)
    label = product.interval_min_days
    by_label = f"{previous} = {_text(product.code)} and {_waited(on)} >= {label}" if label is not None else "false"
    return f"coalesce({_waited(on)} >= ({needed}), {by_label})"


def _beyond_series(product: Product, on: date, book: RuleBook) -> str:
    series = _series(book)
    primary, beyond = f"products[{series}]", f"(cardinality(products) - {series})"
    additional = _needed(DoseKind.ADDITIONAL, primary, product, on, book)
    first = _needed(DoseKind.BOOSTER_1, primary, product, on, book)
    second = _needed(DoseKind.BOOSTER_2, primary, product, on, book)
    completed = _any(
        f"({primary} in ({_texts(rule.previous)}) and {_holds(rule, on, book)})"
        for rule in book.rules
        if rule.kind is DoseKind.ADDITIONAL and rule.holds_on(on)
    )
    needed = (
        f"case when {beyond} = 0 then coalesce({additional}, {first}) else "
        f"case {beyond} - ({completed})::int when 0 then {first} when 1 then {second} end end"
    )
    return f"coalesce({_waited(on)} >= ({needed}), false)"


def _needed(kind: DoseKind, previous: str, product: Product, on: date, book: RuleBook) -> str:
    """Return the days to wait by the strongest rule that applies, null where none does."""
    found = [rule for rule in book.rules if rule.kind is kind and rule.holds_on(on)]
    cases = [
        f"when {previous} in ({_texts(joined)}) and {_holds(rule, on, book)} then {_wait(rule, on, book)}"
        for rule in sorted(found, key=precedence, reverse=True)
        if (joined := [code for code in rule.previous if rule.joins(code, product.code)])
    ]
    return f"case {' '.join(cases)} end" if cases else "null::int"


def _holds(rule: Rule, on: date, book: RuleBook) -> str:
    condition = rule.condition
    if condition is None or condition.kind is ConditionKind.PRIMARY_SERIES:
        return "true"
    if condition.kind is ConditionKind.AGE:
        if condition.ages is None:
            return "false"
        lowest, highest = condition.ages
        return (
            f"coalesce(born_to <= {_day(born_by(on, lowest))} and born_from > {_day(born_by(on, highest + 1))}, false)"
        )
    decided = [province for province, _ in _decided(rule, on, book)]
    return f"coalesce(province in ({_texts(decided)}), false)" if decided else "false"


def _wait(rule: Rule, on: date, book: RuleBook) -> str:
    cases = [
        f"when {_text(province)} then {rule.min_days if days is None else days}"
        for province, days in _decided(rule, on, book)
    ]
    return f"case province {' '.join(cases)} else {rule.min_days} end" if cases else str(rule.min_days)


def _decided(rule: Rule, on: date, book: RuleBook) -> list[tuple[str, int | None]]:
    """Return for each province that has decided on this rule its own wait, by the decision that began last."""
    latest: dict[str, tuple[date, int | None]] = {}
    for decision in book.decisions if rule.condition else ():
        in_force = decision.starts_on <= on and (decision.ends_on is None or on < decision.ends_on)
        if decision.rule_line != rule.line or not in_force:
            continue
        if decision.province not in latest or decision.starts_on > latest[decision.province][0]:
            latest[decision.province] = (decision.starts_on, decision.min_days)
    return [(province, days) for province, (_, days) in sorted(latest.items())]


def _too_young(product: Product, on: date, book: RuleBook) -> str:
    young = f"coalesce(born_from > {_day(born_by(on, product.min_age))}, false)"
    if product.child_ages is None or not child_ages_hold(product, on, book):
        return young
    lowest, highest = product.child_ages
    outside = (
        f"born_from > {_day(born_by(on, lowest))} or coalesce(born_to, born_from) <= {_day(born_by(on, highest + 1))}"
    )
    return f"{young} and ({outside})"


def born_by(on: date, years: int) -> date:
    """Return the last birth date with which somebody is this old on a day."""
    year = on.year - years
    if (on.month, on.day) == (_FEBRUARY, _LEAP_DAY) and not _is_leap(year):
        return date(year, 2, 28)
    return date(year, on.month, on.day)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _series(book: RuleBook) -> str:
    cases = " ".join(f"when {_text(code)} then {told.doses_primary}" for code, told in sorted(book.products.items()))
    return f"(case products[1] {cases} else cardinality(products) + 1 end)"


def _waited(on: date) -> str:
    return f"({_day(on)} - dates[cardinality(dates)])"


def _any(tests: Iterable[str]) -> str:
    return " or ".join(tests) or "false"


def _day(day: date) -> str:
    return f"date '{day.isoformat()}'"


def _texts(codes: Sequence[str] | frozenset[str]) -> str:
    return ", ".join(_text(code) for code in sorted(codes))


def _text(code: str) -> str:
    quoted = code.replace("'", "''")
    return f"'{quoted}'"
