"""What somebody may be given next: for each product the day from which nothing would be found, by the rules of today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from tiemchung.domain.vaccines.rules.due import earliest
from tiemchung.domain.vaccines.rules.plain import trace
from tiemchung.domain.vaccines.values import Ahead, AheadStatus, DoseKind, Prior, Product, Proposed, RuleBook


def forecast(known: Proposed, book: RuleBook) -> list[Ahead]:
    """Return the next dose of the person told by `known`, whose own product counts for nothing and whose day is today.

    Products that may be given from the same day on stand in one. Where none may be given there is still one line, which
    says why: the series is complete, the person too young, or a doctor decides.
    """
    told: defaultdict[Ahead, list[str]] = defaultdict(list)
    for product in book.products.values():
        found = _of_product(msgspec.structs.replace(known, product=product.code), product, book)
        if found is not None:
            told[found].append(product.code)
    lines = [msgspec.structs.replace(line, products=tuple(sorted(codes))) for line, codes in told.items()]
    if not lines:
        return [Ahead(status=_why_none(known.prior, book), dose_number=len(known.prior) + 1)]
    return sorted(lines, key=lambda line: (line.earliest_on or date.max, line.products))


def _of_product(dose: Proposed, product: Product, book: RuleBook) -> Ahead | None:
    today = dose.given_on
    first = earliest(dose, book)
    if first is None:
        return None
    pair = next(iter(trace(msgspec.structs.replace(dose, given_on=first), book).pairs), None)
    series = _series(dose.prior, product, book)
    if pair is None:
        return Ahead(
            status=AheadStatus.DUE if first <= today else AheadStatus.NOT_YET,
            dose_number=1,
            kind=DoseKind.PRIMARY,
            series_doses=series,
            earliest_on=first,
        )
    if first <= today and pair.needed_days is not None:
        first = min(first, pair.previous.given_on + timedelta(days=pair.needed_days))
    longest = pair.rule.max_days if pair.rule else product.interval_max_days
    latest = None if longest is None else pair.previous.given_on + timedelta(days=longest)
    return Ahead(
        status=_status(today, first, latest),
        dose_number=len(dose.prior) + 1,
        kind=pair.kind,
        series_doses=series if pair.kind is DoseKind.PRIMARY else None,
        earliest_on=first,
        latest_on=latest,
        source=pair.rule.told_source if pair.rule else product.interval_source,
    )


def _status(today: date, first: date, latest: date | None) -> AheadStatus:
    if today < first:
        return AheadStatus.NOT_YET
    return AheadStatus.OVERDUE if latest is not None and today > latest else AheadStatus.DUE


def _series(prior: Sequence[Prior], product: Product, book: RuleBook) -> int | None:
    if not prior:
        return product.doses_primary
    begun = book.products.get(min(prior, key=lambda each: each.given_on).product)
    return begun.doses_primary if begun else None


def _why_none(prior: Sequence[Prior], book: RuleBook) -> AheadStatus:
    if not prior:
        return AheadStatus.TOO_YOUNG
    begun = book.products.get(min(prior, key=lambda each: each.given_on).product)
    return AheadStatus.COMPLETE if begun and len(prior) >= begun.doses_primary else AheadStatus.DOCTOR_DECIDES
