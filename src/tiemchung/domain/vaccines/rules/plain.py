"""One dose at a time, to be read: which rule was applied to it and why. The vectors must find the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import chain

from tiemchung.domain.vaccines.values import (
    Condition,
    ConditionKind,
    Decision,
    DoseKind,
    PairTrace,
    Prior,
    Product,
    Proposed,
    Rule,
    RuleBook,
    Trace,
)
from tiemchung.kernel.finding import Finding, Severity

PRODUCT_UNKNOWN = Finding(code="product-unknown")
PRODUCT_MIX = Finding(code="product-mix")
AFTER_SERIES = Finding(code="dose-after-series")
DOCTOR_DECIDES = Finding(code="doctor-decides", severity=Severity.NOTES)

_YEAR = 10_000


def trace(dose: Proposed, book: RuleBook) -> Trace:
    """Tell how a dose is judged. Nothing else is judged of a dose whose product nobody knows."""
    product = book.products.get(dose.product)
    if product is None:
        return Trace(findings=(PRODUCT_UNKNOWN,), pairs=())
    this = Prior(product=dose.product, given_on=dose.given_on)
    before, after = around(dose)
    pairs = []
    if before:
        pairs.append(_judge_pair(before, this, dose, book))
    if after:
        pairs.append(_judge_pair([*before, this], after[0], dose, book))
    young = [too_young(product)] if _is_too_young(dose, product, book) else []
    return Trace(findings=tuple(merged([*young, *chain(*(pair.findings for pair in pairs))])), pairs=tuple(pairs))


def around(dose: Proposed) -> tuple[list[Prior], list[Prior]]:
    """Return the person's other doses before and after this one, each in order; those of the same day come before."""
    others = sorted(dose.prior, key=lambda other: other.given_on)
    before = [other for other in others if other.given_on <= dose.given_on]
    return before, others[len(before) :]


def merged(findings: Sequence[Finding]) -> list[Finding]:
    """Return one finding of each code, the heavier, then the one that misses more days, in order of the codes."""
    worst: dict[str, Finding] = {}
    for finding in findings:
        known = worst.get(finding.code)
        if known is None or _weight(finding) > _weight(known):
            worst[finding.code] = finding
    return [worst[code] for code in sorted(worst)]


def too_young(product: Product) -> Finding:
    """Return the finding that the person is certainly younger than the product's lowest age."""
    source = f"{product.name}: {product.min_age}+ ({product.basis})"
    return Finding(code="too-young", severity=Severity.BLOCKS, source=source)


def too_short(waited_days: int, needed_days: int, rule: Rule | None, source: str) -> Finding:
    """Return the finding that somebody waited less than needed.

    It blocks below the shortest wait at which a dose counts, where a source gives one, and is a note within the grace.
    """
    missing = needed_days - waited_days
    severity = Severity.WARNS
    if rule and rule.absolute_min_days is not None and waited_days < rule.absolute_min_days:
        severity = Severity.BLOCKS
    elif rule and missing <= rule.grace_days:
        severity = Severity.NOTES
    return Finding(code="interval-too-short", severity=severity, source=source, days_missing=missing)


def label_source(product: Product) -> str:
    """Return where the product's own interval comes from, with the mark of what nobody has verified."""
    told = product.interval_source or product.name
    return told if product.basis == "found" else f"{told} (unverified)"


def precedence(rule: Rule) -> tuple[bool, int, date, int]:
    """Return the rank of a rule among those that apply: the condition that holds, the narrower words, the later day."""
    return rule.condition is not None, rule.specificity, rule.starts_on, rule.line


def full_years(born_on: date, day: date) -> int:
    """Return the age in full years on a day; who was born on 29 February completes a year on 1 March."""
    return (_as_number(day) - _as_number(born_on)) // _YEAR


def child_ages_hold(product: Product, day: date, book: RuleBook) -> bool:
    """Tell whether a rule for children's ages has opened the product to them by this day."""
    return product.child_ages is not None and any(
        rule.condition is not None
        and rule.condition.kind is ConditionKind.AGE
        and product.code in rule.next
        and rule.starts_on <= day
        for rule in book.rules
    )


def _judge_pair(before: Sequence[Prior], following: Prior, dose: Proposed, book: RuleBook) -> PairTrace:
    previous = before[-1]
    waited = (following.given_on - previous.given_on).days
    kind, rule = _rule_for(before, following, dose, book)
    if rule:
        wait_days, source = _wait_told(rule, following.given_on, dose, book)
        needed: int | None = wait_days
        label, findings = None, [too_short(waited, wait_days, rule, source)] if waited < wait_days else []
    else:
        product = book.products.get(previous.product)
        needed = label = product.interval_min_days if product else None
        findings = _without_rule(before, following, book)
        if product and label is not None and waited < label:
            findings.append(too_short(waited, label, None, label_source(product)))
        if not findings and label is None:
            findings.append(DOCTOR_DECIDES)
    return PairTrace(
        previous=previous,
        following=following,
        kind=kind,
        waited_days=waited,
        needed_days=needed,
        rule=rule,
        label_days=label,
        findings=tuple(findings),
    )


def _without_rule(before: Sequence[Prior], following: Prior, book: RuleBook) -> list[Finding]:
    if len(before) >= _series_doses(before, book):
        return [AFTER_SERIES]
    both_known = before[-1].product in book.products and following.product in book.products
    return [PRODUCT_MIX] if both_known and before[-1].product != following.product else []


def _rule_for(
    before: Sequence[Prior], following: Prior, dose: Proposed, book: RuleBook
) -> tuple[DoseKind | None, Rule | None]:
    """Return which kind of dose this is and the rule for it. Beyond the primary series rules name its last product."""
    series = _series_doses(before, book)
    if len(before) < series:
        return DoseKind.PRIMARY, _best(DoseKind.PRIMARY, before[-1].product, following, dose, book)
    primary, beyond = before[series - 1].product, len(before) - series
    if beyond == 0 and (rule := _best(DoseKind.ADDITIONAL, primary, following, dose, book)):
        return DoseKind.ADDITIONAL, rule
    # Who needed an additional dose to complete the series has it behind them: the boosters move on by one.
    beyond -= beyond > 0 and _needs_additional(primary, following, dose, book)
    if beyond > 1:
        return None, None
    kind = (DoseKind.BOOSTER_1, DoseKind.BOOSTER_2)[beyond]
    return kind, _best(kind, primary, following, dose, book)


def _series_doses(before: Sequence[Prior], book: RuleBook) -> int:
    """Return how many doses the primary series has by its first product; of an unknown one it never ends."""
    first = book.products.get(before[0].product)
    return first.doses_primary if first else len(before) + 1


def _needs_additional(primary: str, following: Prior, dose: Proposed, book: RuleBook) -> bool:
    return any(
        rule.kind is DoseKind.ADDITIONAL
        and rule.holds_on(following.given_on)
        and primary in rule.previous
        and _holds(rule, following.given_on, dose, book)
        for rule in book.rules
    )


def _best(kind: DoseKind, previous: str, following: Prior, dose: Proposed, book: RuleBook) -> Rule | None:
    found = [
        rule
        for rule in book.rules
        if rule.kind is kind
        and rule.holds_on(following.given_on)
        and rule.joins(previous, following.product)
        and _holds(rule, following.given_on, dose, book)
    ]
    return max(found, key=precedence, default=None)


def _holds(rule: Rule, day: date, dose: Proposed, book: RuleBook) -> bool:
    condition = rule.condition
    if condition is None or condition.kind is ConditionKind.PRIMARY_SERIES:
        return True
    if condition.kind is ConditionKind.AGE:
        return _certainly_aged(condition, day, dose)
    return condition.text in dose.conditions or _decision(rule, day, dose, book) is not None


def _certainly_aged(condition: Condition, day: date, dose: Proposed) -> bool:
    if condition.ages is None or dose.born_earliest is None or dose.born_latest is None:
        return False
    lowest, highest = condition.ages
    return full_years(dose.born_latest, day) >= lowest and full_years(dose.born_earliest, day) <= highest


def _decision(rule: Rule, day: date, dose: Proposed, book: RuleBook) -> Decision | None:
    found = [
        decision
        for decision in book.decisions
        if rule.condition is not None
        and decision.province == dose.province
        and decision.rule_line == rule.line
        and decision.starts_on <= day
        and (decision.ends_on is None or day < decision.ends_on)
    ]
    return max(found, key=lambda decision: decision.starts_on, default=None)


def _wait_told(rule: Rule, day: date, dose: Proposed, book: RuleBook) -> tuple[int, str]:
    """Return the days to wait and who says so: the province's decision before the rule it puts into force."""
    decision = _decision(rule, day, dose, book)
    if decision is None:
        return rule.min_days, rule.told_source
    return decision.min_days if decision.min_days is not None else rule.min_days, decision.source


def _is_too_young(dose: Proposed, product: Product, book: RuleBook) -> bool:
    """Tell whether every birth date that is possible makes the person too young."""
    if dose.born_earliest is None:
        return False
    oldest = full_years(dose.born_earliest, dose.given_on)
    if oldest >= product.min_age:
        return False
    if product.child_ages is None or not child_ages_hold(product, dose.given_on, book):
        return True
    youngest = full_years(dose.born_latest or dose.born_earliest, dose.given_on)
    lowest, highest = product.child_ages
    return oldest < lowest or youngest > highest


def _weight(finding: Finding) -> tuple[int, int]:
    return finding.severity, finding.days_missing or 0


def _as_number(day: date) -> int:
    return day.year * _YEAR + day.month * 100 + day.day
