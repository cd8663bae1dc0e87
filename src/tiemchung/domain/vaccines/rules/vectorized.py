"""Many doses at once, in numpy: the same rules as in `plain`, one pass over the whole batch for each rule.

`judge_pairs` is the bare evaluation over columns, for whoever has columns already; `judge_batch` packs doses into
columns, evaluates them and makes findings of the few that were found wanting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tiemchung.domain.vaccines.rules.plain import (
    AFTER_SERIES,
    DOCTOR_DECIDES,
    PRODUCT_MIX,
    PRODUCT_UNKNOWN,
    around,
    child_ages_hold,
    label_source,
    merged,
    precedence,
    too_short,
    too_young,
)
from tiemchung.domain.vaccines.values import ConditionKind, DoseKind, Prior, Product, Proposed, Rule, RuleBook
from tiemchung.kernel.finding import Finding

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SHORT, MIX, AFTER, DOCTOR, YOUNG, UNKNOWN = (1 << bit for bit in range(6))
_FIXED = {MIX: PRODUCT_MIX, AFTER: AFTER_SERIES, DOCTOR: DOCTOR_DECIDES, UNKNOWN: PRODUCT_UNKNOWN}
_FOREVER = date.max.toordinal()
_NO_BIRTH = 0


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """One column per fact of a pair of neighboring doses; all of one length. Days are proleptic ordinals.

    `product`, `previous`, `first` and `primary` are places in `CompiledBook.products`; `product` is the number of
    products for one that nobody knows. `before` counts the doses before this one: with 0 there is no pair and only the
    dose itself is judged. `first` and `primary` are the first dose's product and that of the last of the primary
    series. Birth dates are numbers YYYYMMDD, 0 if unknown. `province` is a place in `CompiledBook.provinces`, or -1.
    `conditions` has the bit of each of `CompiledBook.conditions` known to hold. `judged` is False for a pair whose
    later dose is not the one to be judged itself, only its wait.
    """

    product: Ints
    day: Ints
    previous: Ints
    previous_day: Ints
    first: Ints
    primary: Ints
    before: Ints
    born_earliest: Ints
    born_latest: Ints
    province: Ints
    conditions: Ints
    judged: Bools


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """What was found of each pair: a mask of SHORT, MIX, AFTER, DOCTOR, YOUNG, UNKNOWN; the waits in days.

    `rule` is the place in `CompiledBook.rules` of the rule applied, -1 for none; `decision` that of the decision.
    """

    found: Ints
    waited: Ints
    needed: Ints
    rule: Ints
    decision: Ints


@dataclass(frozen=True, kw_only=True, eq=False)
class CompiledBook:
    """A rule book as arrays. The last place of every product array stands for the product that nobody knows."""

    products: tuple[Product, ...]
    place: Mapping[str, int]
    provinces: tuple[str, ...]
    conditions: tuple[str, ...]
    rules: tuple[Rule, ...]
    joins: tuple[Bools, ...]
    speaks_of: tuple[Bools, ...]
    series: Ints
    label_days: Ints
    min_age: Ints
    child_low: Ints
    child_high: Ints
    child_from: Ints


@lru_cache(maxsize=32)
def compiled(book: RuleBook) -> CompiledBook:
    """Return the arrays of a book, made once."""
    products = tuple(book.products.values())
    unknown = len(products)
    rules = tuple(sorted(book.rules, key=lambda rule: (rule.kind is DoseKind.ADDITIONAL, *precedence(rule))))
    speaks_of = tuple(np.array([*(p.code in rule.previous for p in products), False]) for rule in rules)
    joins = []
    for rule in rules:
        table = np.zeros((unknown + 1, unknown + 1), dtype=np.bool_)
        for row, previous in enumerate(products):
            table[row, :unknown] = [rule.joins(previous.code, following.code) for following in products]
        joins.append(table.ravel())
    decided = [r.condition.text for r in rules if r.condition and r.condition.kind is ConditionKind.DECISION]
    child = [p.child_ages or (1, 0) for p in products]
    return CompiledBook(
        products=products,
        place={product.code: place for place, product in enumerate(products)},
        provinces=tuple(sorted({decision.province for decision in book.decisions})),
        conditions=tuple(dict.fromkeys(decided)),
        rules=rules,
        joins=tuple(joins),
        speaks_of=speaks_of,
        series=_array([*(p.doses_primary for p in products), np.iinfo(np.int64).max]),
        label_days=_array([*(-1 if p.interval_min_days is None else p.interval_min_days for p in products), -1]),
        min_age=_array([*(p.min_age for p in products), 0]),
        child_low=_array([*(low for low, _ in child), 1]),
        child_high=_array([*(high for _, high in child), 0]),
        child_from=_array([*(_child_from(p, book) for p in products), _FOREVER]),
    )


def judge_pairs(pairs: Pairs, book: RuleBook) -> Verdicts:
    """Judge every pair of the columns."""
    arrays = compiled(book)
    waited = pairs.day - pairs.previous_day
    rule, decision, needed = _applied_rules(pairs, arrays, book)
    is_pair = pairs.before > 0
    ruled = rule >= 0
    label = arrays.label_days[pairs.previous]
    needed = np.where(ruled, needed, label)
    found = np.where(is_pair & (needed >= 0) & (waited < needed), SHORT, 0)
    after = is_pair & ~ruled & (pairs.before >= arrays.series[pairs.first])
    known = (pairs.previous < len(arrays.products)) & (pairs.product < len(arrays.products))
    mixed = is_pair & ~ruled & ~after & known & (pairs.previous != pairs.product)
    found |= np.where(after, AFTER, 0) | np.where(mixed, MIX, 0)
    found |= np.where(is_pair & ~ruled & ~after & ~mixed & (label < 0), DOCTOR, 0)
    found |= np.where(pairs.judged & _too_young(pairs, arrays), YOUNG, 0)
    unknown = pairs.product == len(arrays.products)
    found = np.where(unknown & pairs.judged, UNKNOWN, found)
    return Verdicts(found=found, waited=waited, needed=needed, rule=rule, decision=decision)


def judge_batch(doses: Sequence[Proposed], book: RuleBook) -> list[list[Finding]]:
    """Return the findings of each dose, as `plain.trace` gives them."""
    arrays = compiled(book)
    pairs, owners = pack(doses, book)
    verdicts = judge_pairs(pairs, book)
    answers: list[list[Finding]] = [[] for _ in doses]
    for place in np.flatnonzero(verdicts.found).tolist():
        answers[owners[place]].extend(_findings(place, pairs, verdicts, arrays, book))
    return [merged(findings) if len(findings) > 1 else findings for findings in answers]


def _applied_rules(pairs: Pairs, arrays: CompiledBook, book: RuleBook) -> tuple[Ints, Ints, Ints]:
    """Return for each pair the place of the rule that applies (-1: none), of the decision behind it, and its days."""
    size = len(arrays.products) + 1
    beyond = pairs.before - arrays.series[pairs.first]
    is_primary = (pairs.before > 0) & (beyond < 0)
    matched = np.where(is_primary, pairs.previous, pairs.primary)
    joined = matched * size + pairs.product
    first_day, last_day = (int(pairs.day.min()), int(pairs.day.max())) if pairs.day.size else (0, -1)
    live = [
        (place, rule)
        for place, rule in enumerate(arrays.rules)
        if rule.starts_on.toordinal() <= last_day and (rule.ends_on is None or first_day < rule.ends_on.toordinal())
    ]
    in_force = {place: _in_force(rule, pairs, arrays, book) for place, rule in live}
    completed = np.zeros(len(pairs.day), dtype=np.bool_)
    for place, rule in live:
        if rule.kind is DoseKind.ADDITIONAL:
            completed |= in_force[place] & arrays.speaks_of[place][matched]
    booster = beyond - ((beyond > 0) & completed)
    of_kind = {
        DoseKind.PRIMARY: is_primary,
        DoseKind.ADDITIONAL: beyond == 0,
        DoseKind.BOOSTER_1: booster == 0,
        DoseKind.BOOSTER_2: booster == 1,
    }
    applied = np.full(len(pairs.day), -1, dtype=np.int64)
    decided = np.full(len(pairs.day), -1, dtype=np.int64)
    needed = np.full(len(pairs.day), -1, dtype=np.int64)
    # From the weakest rule to the strongest: the last to speak is heard.
    for place, rule in live:
        if rule.kind not in of_kind:
            continue
        here = of_kind[rule.kind] & arrays.joins[place][joined] & in_force[place]
        if not here.any():
            continue
        applied[here], decided[here], needed[here] = place, -1, rule.min_days
        for order, told in _decisions_of(rule, pairs, arrays, book):
            by_decision = here & told
            decided[by_decision] = order
            own_days = book.decisions[order].min_days
            needed[by_decision] = rule.min_days if own_days is None else own_days
    return applied, decided, needed


def _in_force(rule: Rule, pairs: Pairs, arrays: CompiledBook, book: RuleBook) -> Bools:
    ends = rule.ends_on.toordinal() if rule.ends_on else _FOREVER
    in_time: Bools = (pairs.day >= rule.starts_on.toordinal()) & (pairs.day < ends)
    condition = rule.condition
    if condition is None or condition.kind is ConditionKind.PRIMARY_SERIES:
        return in_time
    if condition.kind is ConditionKind.AGE:
        if condition.ages is None:
            return np.zeros_like(in_time)
        youngest, oldest = _ages(pairs)
        certain = (pairs.born_earliest != _NO_BIRTH) & (pairs.born_latest != _NO_BIRTH)
        aged: Bools = in_time & certain & (youngest >= condition.ages[0]) & (oldest <= condition.ages[1])
        return aged
    told: Bools = (pairs.conditions >> arrays.conditions.index(condition.text)) & 1 == 1
    for _, decided in _decisions_of(rule, pairs, arrays, book):
        told |= decided
    told &= in_time
    return told


def _decisions_of(rule: Rule, pairs: Pairs, arrays: CompiledBook, book: RuleBook) -> list[tuple[int, Bools]]:
    """Return the decisions that put a rule into force, the later after the earlier, each with the pairs it is about."""
    if rule.condition is None:
        return []
    of_rule = [(order, d) for order, d in enumerate(book.decisions) if d.rule_line == rule.line]
    # Of two that begin on one day the first in the file is heard, so it speaks last.
    of_rule.sort(key=lambda entry: (entry[1].starts_on, -entry[0]))
    return [
        (
            order,
            (pairs.province == arrays.provinces.index(decision.province))
            & (pairs.day >= decision.starts_on.toordinal())
            & (pairs.day < (decision.ends_on.toordinal() if decision.ends_on else _FOREVER)),
        )
        for order, decision in of_rule
    ]


def _too_young(pairs: Pairs, arrays: CompiledBook) -> Bools:
    youngest, oldest = _ages(pairs)
    youngest = np.where(pairs.born_latest == _NO_BIRTH, oldest, youngest)
    below = (pairs.born_earliest != _NO_BIRTH) & (oldest < arrays.min_age[pairs.product])
    outside = (oldest < arrays.child_low[pairs.product]) | (youngest > arrays.child_high[pairs.product])
    young: Bools = below & (outside | (pairs.day < arrays.child_from[pairs.product]))
    return young


def _ages(pairs: Pairs) -> tuple[Ints, Ints]:
    """Return the lowest and the highest age in full years that the birth date leaves possible."""
    days = (pairs.day - date(1970, 1, 1).toordinal()).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    month_numbers = months.astype(np.int64)
    day_numbers = (days - months).astype(np.int64) + 1
    numbers = (month_numbers // 12 + 1970) * 10_000 + (month_numbers % 12 + 1) * 100 + day_numbers
    return (numbers - pairs.born_latest) // 10_000, (numbers - pairs.born_earliest) // 10_000


def pack(doses: Sequence[Proposed], book: RuleBook) -> tuple[Pairs, list[int]]:
    """Return the columns of a batch, and for each pair the place of the dose it is about."""
    arrays = compiled(book)
    rows: list[tuple[int, ...]] = []
    owners: list[int] = []
    provinces = {code: place for place, code in enumerate(arrays.provinces)}
    bits = {text: 1 << bit for bit, text in enumerate(arrays.conditions)}
    for owner, dose in enumerate(doses):
        person = (
            _number(dose.born_earliest),
            _number(dose.born_latest),
            provinces.get(dose.province or "", -1),
            sum(bits.get(text, 0) for text in dose.conditions),
        )
        before, after = around(dose) if dose.prior else ((), ())
        rows.append((*_row(before, dose.product, dose.given_on, arrays), *person, 1))
        owners.append(owner)
        if after and dose.product in arrays.place:
            this = Prior(product=dose.product, given_on=dose.given_on)
            rows.append((*_row([*before, this], after[0].product, after[0].given_on, arrays), *person, 0))
            owners.append(owner)
    columns = np.array(rows, dtype=np.int64).reshape(len(rows), 12).T
    return Pairs(
        product=columns[0],
        day=columns[1],
        previous=columns[2],
        previous_day=columns[3],
        first=columns[4],
        primary=columns[5],
        before=columns[6],
        born_earliest=columns[7],
        born_latest=columns[8],
        province=columns[9],
        conditions=columns[10],
        judged=columns[11] == 1,
    ), owners


def _row(before: Sequence[Prior], product: str, given_on: date, arrays: CompiledBook) -> tuple[int, ...]:
    unknown = len(arrays.products)
    place, day = arrays.place.get(product, unknown), given_on.toordinal()
    if not before:
        return place, day, unknown, day, unknown, unknown, 0
    first = arrays.place.get(before[0].product, unknown)
    series = int(arrays.series[first])
    primary = arrays.place.get(before[series - 1].product, unknown) if len(before) >= series else unknown
    previous = before[-1]
    return (
        place,
        day,
        arrays.place.get(previous.product, unknown),
        previous.given_on.toordinal(),
        first,
        primary,
        len(before),
    )


def _findings(place: int, pairs: Pairs, verdicts: Verdicts, arrays: CompiledBook, book: RuleBook) -> list[Finding]:
    mask = int(verdicts.found[place])
    findings = [finding for bit, finding in _FIXED.items() if mask & bit]
    if mask & YOUNG:
        findings.append(too_young(arrays.products[pairs.product[place]]))
    if mask & SHORT:
        waited, needed = int(verdicts.waited[place]), int(verdicts.needed[place])
        rule = arrays.rules[verdicts.rule[place]] if verdicts.rule[place] >= 0 else None
        if rule is None:
            source = label_source(arrays.products[pairs.previous[place]])
        elif verdicts.decision[place] >= 0:
            source = book.decisions[verdicts.decision[place]].source
        else:
            source = rule.told_source
        findings.append(too_short(waited, needed, rule, source))
    return sorted(findings, key=lambda finding: finding.code)


def _child_from(product: Product, book: RuleBook) -> int:
    days = [rule.starts_on for rule in book.rules if child_ages_hold(product, rule.starts_on, book)]
    return min(days, default=date.max).toordinal()


def _number(day: date | None) -> int:
    return day.year * 10_000 + day.month * 100 + day.day if day else _NO_BIRTH


def _array(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)
