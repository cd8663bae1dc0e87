"""Reads the rule book from its rows: the grammar of PROTOCOL, Small lists ("Rules as data")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from tiemchung.domain.vaccines.values import Condition, ConditionKind, Decision, DoseKind, Product, Rule, RuleBook
from tiemchung.plumbing.rows import SourceRow, unique

PRODUCTS, RULES, DECISIONS = "vaccine_products.csv", "dose_rules.csv", "province_decisions.csv"
_PRODUCT_COLUMNS = (
    "product_id",
    "name",
    "name_vi",
    "manufacturer_short",
    "platform",
    "dcc_mp",
    "dcc_ma",
    "dcc_vp",
    "who_eul",
    "approved_vn",
    "min_age",
    "doses_primary",
    "interval_min_days",
    "interval_max_days",
    "interval_source",
    "dose_ml",
    "doses_per_vial",
    "vial_note",
    "diluent_ml",
    "storage_c",
    "shelf_unopened",
    "shelf_2_8",
    "use_after_open_h",
    "vvm",
    "basis",
    "booster_dose_ml",
    "booster_basis",
    "child_ages",
    "child_dose_ml",
    "child_basis",
    "overfill_note",
    "overfill_basis",
)
_RULE_COLUMNS = (
    "dose_kind",
    "previous_product",
    "next_product",
    "min_days",
    "max_days",
    "effective_from",
    "condition",
    "note",
    "source",
    "absolute_min_days",
    "min_days_is",
    "grace_days",
    "verified",
)
_DECISION_COLUMNS = (
    "province",
    "dose_kind",
    "previous_product",
    "next_product",
    "condition",
    "min_days",
    "effective_from",
    "effective_to",
    "decision",
    "source",
    "verified",
)

COLUMNS: Mapping[str, Sequence[str]] = {
    PRODUCTS: _PRODUCT_COLUMNS,
    RULES: _RULE_COLUMNS,
    DECISIONS: _DECISION_COLUMNS,
}
"""The files of the rule book and the columns each must have."""

PLATFORMS = frozenset({"viral-vector", "mrna", "inactivated", "protein-subunit"})
_PROSE = (
    "vial_note",
    "diluent_ml",
    "storage_c",
    "shelf_unopened",
    "shelf_2_8",
    "vvm",
    "who_eul",
    "booster_basis",
    "child_basis",
    "overfill_note",
    "overfill_basis",
)
_CODE = r"[a-z0-9]+(-[a-z0-9]+)*"
_AGES = re.compile(r"^(?:age )?(\d+)-(\d+)$")
_SUPERSEDED = re.compile(r"\bsuperseded (\d{4}-\d{2}-\d{2})\b")
_UNCONDITIONAL_FROM = re.compile(r"\bregular option from (\d{4}-\d{2}-\d{2})\b")


def read_products(rows: Sequence[SourceRow]) -> dict[str, Product]:
    """Return the products by their code."""
    unique(rows, "product_id")
    products = [_product(row) for row in rows]
    return {product.code: product for product in products}


def read_rules(rows: Sequence[SourceRow], products: Mapping[str, Product]) -> tuple[Rule, ...]:
    """Return the rules with the days on which they end.

    A rule ends where its note says that it was superseded, else where the next rule of the same key begins. The
    condition is part of the key: what holds for some does not end what holds for everybody.
    """
    unique(rows, "dose_kind", "previous_product", "next_product", "condition", "effective_from")
    by_key: dict[tuple[str | None, ...], list[Rule]] = {}
    for row in rows:
        for rule in _rules(row, products):
            condition = rule.condition.text if rule.condition else None
            key = (row.text("dose_kind"), row.text("previous_product"), row.text("next_product"), condition)
            by_key.setdefault(key, []).append(rule)
    return tuple(sorted((rule for rules in by_key.values() for rule in _ended(rules)), key=lambda rule: rule.line))


def read_decisions(
    rows: Sequence[SourceRow], rule_rows: Sequence[SourceRow], provinces: Iterable[str]
) -> tuple[Decision, ...]:
    """Return the decisions of provinces; each must name a conditional rule of the book and a province of 2021."""
    known = frozenset(provinces)
    conditional = {_decided(rule): rule for rule in rule_rows if rule.maybe_text("condition")}
    return tuple(_decision(row, conditional, known) for row in rows)


def read_book(version: int, files: Mapping[str, Sequence[SourceRow]], provinces: Iterable[str]) -> RuleBook:
    """Return the whole book from the rows of its files, or refuse the first bad row."""
    products, rules, decisions = (files[name] for name in (PRODUCTS, RULES, DECISIONS))
    known = read_products(products)
    return RuleBook(
        version=version,
        products=known,
        rules=read_rules(rules, known),
        decisions=read_decisions(decisions, rules, provinces),
    )


def as_known_on(book: RuleBook, day: date) -> RuleBook:
    """Return the book without the rules and decisions that began after this day; a rule that ended later holds on."""
    rules = tuple(
        replace(rule, ends_on=None) if rule.ends_on and rule.ends_on > day else rule
        for rule in book.rules
        if rule.starts_on <= day
    )
    decisions = tuple(decision for decision in book.decisions if decision.starts_on <= day)
    return replace(book, rules=rules, decisions=decisions)


def turning_days(book: RuleBook) -> list[date]:
    """Return the days, in order, on which the book known so far changes."""
    days = {rule.starts_on for rule in book.rules} | {decision.starts_on for decision in book.decisions}
    return sorted(days | {rule.ends_on for rule in book.rules if rule.ends_on})


def _product(row: SourceRow) -> Product:
    dose_ml = row.maybe_number("dose_ml")
    if dose_ml is None or dose_ml <= 0:
        raise row.bad(f"dose_ml {row.maybe_text('dose_ml')!r} is no volume")
    shortest, longest = row.maybe_whole("interval_min_days"), row.maybe_whole("interval_max_days")
    if longest is not None and (shortest is None or longest < shortest):
        raise row.bad(f"interval_max_days {longest} lies below interval_min_days {shortest}")
    opened_hours, opened_mark = row.leading_number("use_after_open_h")
    child_ages = row.maybe_text("child_ages")
    return Product(
        code=row.code("product_id", _CODE),
        name=row.text("name"),
        name_vi=row.text("name_vi"),
        manufacturer=row.text("manufacturer_short"),
        platform=row.one_of("platform", sorted(PLATFORMS)),
        min_age=row.whole("min_age"),
        doses_primary=row.whole("doses_primary", least=1),
        interval_min_days=shortest,
        interval_max_days=longest,
        interval_source=row.maybe_text("interval_source") or "",
        dose_ml=dose_ml,
        doses_per_vial=row.whole("doses_per_vial", least=1),
        booster_dose_ml=row.maybe_number("booster_dose_ml"),
        child_ages=_ages(row, child_ages) if child_ages else None,
        child_dose_ml=row.maybe_number("child_dose_ml"),
        use_after_open_hours=opened_hours,
        approved_on=row.maybe_first_day("approved_vn"),
        dcc_mp=row.text("dcc_mp"),
        dcc_ma=row.text("dcc_ma"),
        dcc_vp=row.text("dcc_vp"),
        basis=row.text("basis"),
        notes={name: text for name in _PROSE if (text := row.maybe_text(name))},
        marks={"use_after_open_hours": opened_mark} if opened_mark else {},
    )


def _rules(row: SourceRow, products: Mapping[str, Product]) -> list[Rule]:
    """Return the rule of a row, and the one it becomes on the day from which its words waive the condition."""
    condition_text = row.maybe_text("condition")
    previous, previous_same, previous_narrow = _matched(row, "previous_product", products)
    following, following_same, following_narrow = _matched(row, "next_product", products)
    if previous_same:
        raise row.bad("previous_product cannot be 'same'")
    shortest, longest = row.whole("min_days"), row.maybe_whole("max_days")
    absolute, grace = row.maybe_whole("absolute_min_days"), row.whole("grace_days")
    if longest is not None and longest < shortest:
        raise row.bad(f"max_days {longest} lies below min_days {shortest}")
    if absolute is not None and absolute > shortest:
        raise row.bad(f"absolute_min_days {absolute} lies above min_days {shortest}")
    if grace > shortest:
        raise row.bad(f"grace_days {grace} is longer than min_days {shortest}")
    note = row.maybe_text("note") or ""
    starts_on, superseded = row.first_day("effective_from"), _SUPERSEDED.search(note)
    rule = Rule(
        line=row.line,
        kind=DoseKind(row.one_of("dose_kind", DoseKind)),
        previous=previous,
        next=following,
        same_allowed=following_same,
        specificity=previous_narrow + following_narrow,
        min_days=shortest,
        max_days=longest,
        absolute_min_days=absolute,
        grace_days=grace,
        starts_on=starts_on,
        ends_on=_day_in(row, superseded) if superseded else None,
        condition=_condition(row, condition_text) if condition_text else None,
        source=row.text("source"),
        note=note,
        is_policy=row.one_of("min_days_is", ["policy", "label"]) == "policy",
        verified=row.text("verified") == "found",
    )
    if rule.ends_on and rule.ends_on <= starts_on:
        raise row.bad(f"it is superseded on {rule.ends_on}, not after it begins")
    waived = _UNCONDITIONAL_FROM.search(condition_text or "")
    if not waived:
        return [rule]
    waived_on = _day_in(row, waived)
    return [replace(rule, ends_on=waived_on), replace(rule, starts_on=waived_on, condition=None)]


def _ended(rules: list[Rule]) -> list[Rule]:
    ordered = sorted(rules, key=lambda rule: rule.starts_on)
    ended = [
        replace(rule, ends_on=min(rule.ends_on or following.starts_on, following.starts_on))
        for rule, following in pairwise(ordered)
    ]
    return [*ended, ordered[-1]]


def _matched(row: SourceRow, name: str, products: Mapping[str, Product]) -> tuple[frozenset[str], bool, int]:
    """Return the products a cell names, whether it says `same`, and how narrow it is: 2 names, 1 a group, 0 any."""
    codes: set[str] = set()
    same, narrow = False, 2
    for word in row.text(name).split("|"):
        if word == "any":
            codes.update(products)
            narrow = 0
        elif word == "same":
            same = True
        elif word in PLATFORMS:
            codes.update(code for code, product in products.items() if product.platform == word)
            narrow = min(narrow, 1)
        elif word in products:
            codes.add(word)
        else:
            raise row.bad(f"{name} {word!r} is no product, no platform, not 'any' and not 'same'")
    return frozenset(codes), same, narrow


def _condition(row: SourceRow, text: str) -> Condition:
    if ages := _AGES.match(text):
        return Condition(text=text, kind=ConditionKind.AGE, ages=_ages(row, ages[0]))
    if text.startswith("primary series with "):
        return Condition(text=text, kind=ConditionKind.PRIMARY_SERIES)
    return Condition(text=text, kind=ConditionKind.DECISION)


def _ages(row: SourceRow, text: str) -> tuple[int, int]:
    found = _AGES.match(text)
    if not found or int(found[1]) > int(found[2]):
        raise row.bad(f"{text!r} is no range of ages")
    return int(found[1]), int(found[2])


def _decided(row: SourceRow) -> tuple[str | None, ...]:
    names = ("dose_kind", "previous_product", "next_product", "condition")
    return tuple(row.maybe_text(name) for name in names)


def _decision(
    row: SourceRow, conditional: Mapping[tuple[str | None, ...], SourceRow], provinces: frozenset[str]
) -> Decision:
    province = row.text("province")
    if province not in provinces:
        raise row.bad(f"province {province!r} is no province of 2021")
    rule = conditional.get(_decided(row))
    if rule is None:
        raise row.bad("it names no conditional rule of dose_rules.csv")
    if _condition(rule, rule.text("condition")).kind is not ConditionKind.DECISION:
        raise row.bad("the condition of that rule is one of the person: no province decides it")
    own_days = row.maybe_whole("min_days")
    if own_days is not None and own_days < rule.whole("min_days"):
        raise row.bad(f"min_days {own_days} lies below the {rule.whole('min_days')} of the rule")
    starts_on, last_day = row.first_day("effective_from"), row.maybe_first_day("effective_to")
    if last_day and last_day < starts_on:
        raise row.bad(f"it ends on {last_day}, before it begins")
    source = f"{row.text('decision')} ({row.text('source')})"
    return Decision(
        province=province,
        rule_line=rule.line,
        min_days=own_days,
        starts_on=starts_on,
        ends_on=last_day + timedelta(days=1) if last_day else None,
        source=source if row.text("verified") == "found" else f"{source} (unverified)",
    )


def _day_in(row: SourceRow, found: re.Match[str]) -> date:
    try:
        return date.fromisoformat(found[1])
    except ValueError:
        raise row.bad(f"{found[1]!r} is no date") from None
