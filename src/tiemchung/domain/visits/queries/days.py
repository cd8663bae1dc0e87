"""The lines of a site's day, what they leave unexplained, and the days that were closed."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime
from uuid import UUID

import msgspec

from tiemchung.domain.immunization.values import DayStoodFor
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.supply.values import DrawClass
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.visits.values import (
    CountLine,
    DayClosed,
    DayLines,
    Difference,
    Explained,
    LineCode,
    LotLine,
    OpenDraws,
    Stage,
    Unexplained,
    VialLeft,
    VisitCounts,
)
from tiemchung.plumbing import arrays, database

# The classes of `visits_draw_classes`, for one day. A draw's place is counted over its whole vial or, where no vial is known,
# over the lot: both by their index, however many other days the site has worked. `offset 0` keeps each look-up by itself.
DRAWS = """
with drawn as materialized (
    select d.lot, d.vial, v.doses
    from (
        select distinct lot, vial from (
            select lot, vial from immunization_dose_facts where site = %s and given_on = %s offset 0
        ) d
    ) d left join lateral (
        select v.doses from supply_vials v where v.site = %s and v.lot = d.lot and v.vial = d.vial offset 0
    ) v on true
), of_vials as (
    select d.lot, d.product, d.given_on, d.status = 2 as voided, v.doses,
        row_number() over (partition by v.lot, v.vial, d.status = 2 order by d.occurred_at, d.id) as place
    from drawn v cross join lateral (
        select * from immunization_dose_facts d where d.site = %s and d.lot = v.lot and d.vial = v.vial offset 0
    ) d where v.doses is not null
), loose as materialized (
    select l.lot, (select e.doses from supply_explained e where e.site = %s and e.lot = l.lot) as explained
    from (select distinct lot from drawn where doses is null) l
), of_lots as (
    select d.lot, d.product, d.given_on, d.status = 2 as voided, l.explained,
        row_number() over (partition by d.lot, d.status = 2 order by d.occurred_at, d.id) as place
    from loose l cross join lateral (
        select * from immunization_dose_facts d where d.site = %s and d.lot = l.lot offset 0
    ) d left join lateral (
        select v.doses from supply_vials v where v.site = %s and v.lot = d.lot and v.vial = d.vial offset 0
    ) v on true where v.doses is null
)
select lot, product, case when voided then 'voided' when place <= doses then 'vial' else 'overfill' end, count(*)
from of_vials where given_on = %s group by 1, 2, 3
union all
select lot, product, case when voided then 'voided' when place <= explained then 'explained' else 'open' end, count(*)
from of_lots where given_on = %s group by 1, 2, 3
"""


def draws_of_day(site: str, day: date) -> list[tuple[str, str, DrawClass, int]]:
    """Return how many doses of a site's day are in each class of the stock ledger, by lot and product."""
    asked = [site, day, site, site, site, site, site, day, day]
    return [
        (lot, product, DrawClass(draw_class), doses) for lot, product, draw_class, doses in database.rows(DRAWS, asked)
    ]


ATTEST_JUDGED = "visits.attest_judged"
"""The name under which the reaction that lets closed days cover what was being judged keeps its place in the journal."""

_ENDS = (Stage.DEFERRED, Stage.LEFT, Stage.RELEASED, Stage.OBSERVED, Stage.DECLINED)


def day_lines(site: str, day: date) -> DayLines:
    """Return the lines of a site's business day as they stand now: doses by lot, vials, waste, returns, visits."""
    visits, dosed, *stages = database.rows(
        f"select count(*), count(dosed_at), {', '.join(['count(*) filter (where stage = %s)'] * len(_ENDS))} "
        "from visits_stages where site = %s and day = %s",
        [*_ENDS, site, day],
    )[0]
    counted = [
        CountLine(what=count.what, lot=count.lot, quantity=count.quantity) for count in supply.counts_of(site, day)
    ]
    return DayLines(
        site=site,
        day=day,
        visits=VisitCounts(visits=visits, dosed=dosed, **dict(zip(map(str, _ENDS), stages, strict=True))),
        lots=_lot_lines(site, day),
        counted=counted,
    )


def _lot_lines(site: str, day: date) -> list[LotLine]:
    classes: defaultdict[str, dict[DrawClass, int]] = defaultdict(dict)
    products: dict[str, str] = {}
    for lot, product, draw_class, doses in draws_of_day(site, day):
        of_lot = classes[lot]
        of_lot[draw_class] = of_lot.get(draw_class, 0) + doses
        # Told under two products, a lot that nobody registered goes under the first by name.
        products[lot] = min(product, products.get(lot, product))
    vials = {line.lot: line for line in supply.vial_day(site, day)}
    sealed = supply.sealed_day(site, day)
    lots = sorted(classes.keys() | vials.keys() | sealed.keys())
    products |= {number: lot.product for number, lot in supply.lots_known(lots).items()}
    sizes = {code: product.doses_per_vial for code, product in vaccines.products().items()}
    lines = []
    for lot in lots:
        of_lot, vial_line = classes[lot], vials.get(lot)
        counts = {draw_class.value: of_lot.get(draw_class, 0) for draw_class in DrawClass}
        line = LotLine(lot=lot, product=products.get(lot, ""), **counts, given=sum(of_lot.values()) - counts["voided"])
        if vial_line is not None:
            line = msgspec.structs.replace(
                line,
                vials_opened=vial_line.vials_opened,
                opened=vial_line.opened,
                left=vial_line.left,
                wasted=vial_line.wasted,
                returned=vial_line.returned,
            )
        if lot in sealed:
            wasted, returned = (_vials_of(doses, sizes.get(line.product)) for doses in sealed[lot])
            line = msgspec.structs.replace(line, sealed_wasted=wasted, sealed_returned=returned)
        lines.append(line)
    return lines


def _vials_of(doses: int, size: int | None) -> int | None:
    """Return how many unopened vials so many doses were; None where nobody knows how many doses one has."""
    return math.ceil(doses / size) if size else (0 if doses == 0 else None)


def unexplained(lines: DayLines) -> Unexplained:
    """Return what keeps a day from being closed: vials with doses left, doses of no known vial, lines that differ."""
    return Unexplained(
        vials=[
            VialLeft(lot=lot, vial=vial, doses=doses) for lot, vial, doses in supply.vials_left(lines.site, lines.day)
        ],
        draws=[OpenDraws(lot=line.lot, doses=line.open) for line in lines.lots if line.open],
        differences=[one for one in _differences(lines) if one.difference],
    )


def _differences(lines: DayLines) -> Iterator[Difference]:
    yield Difference(line=LineCode.PERSONS, lot=None, difference=lines.visits.adrift)
    lots = {line.lot: line for line in lines.lots}
    for count in lines.counted:
        if count.what == LineCode.SLIPS and count.lot is None:
            yield Difference(line=LineCode.SLIPS, lot=None, difference=count.quantity - lines.visits.visits)
        elif count.what == LineCode.VIALS and count.lot is not None:
            line = lots.get(count.lot) or LotLine(lot=count.lot, product="")
            if line.sealed_wasted is not None and line.sealed_returned is not None:
                gone = line.vials_opened + line.sealed_wasted + line.sealed_returned
                yield Difference(line=LineCode.VIALS, lot=count.lot, difference=count.quantity - gone)


def draws_by_class(site: str | None = None) -> dict[DrawClass, int]:
    """Return how many recorded doses are in each class of the stock ledger, of one site or of all that is visible.

    Every dose is in exactly one. `supply.queries.draws_by_class` says the same from the ledger's own lines.
    """
    found = database.rows(
        "select class, count(*) from visits_draw_classes where %s::text is null or site = %s group by class",
        [site, site],
    )
    return dict.fromkeys(DrawClass, 0) | {DrawClass(draw_class): count for draw_class, count in found}


def closed_days(site: str) -> frozenset[date]:
    """Return the days of this site that were closed: what arrives for them from now on is late."""
    return frozenset(day for (day,) in database.rows("select day from visits_siteday where site = %s", [site]))


def day_closed(site: str, day: date) -> DayClosed | None:
    """Return who closed this site's day and when the center learned of it; None while it is open."""
    found = database.row(
        "select closed_at, by, lines_hash, explained::text from visits_siteday where site = %s and day = %s",
        [site, day],
    )
    if found is None:
        return None
    words = msgspec.json.decode(found[3], type=tuple[Explained, ...])
    return DayClosed(closed_at=found[0], by=found[1], lines_hash=found[2], explained=words)


def days_closed_of(sites: Collection[str], day: date) -> dict[str, datetime]:
    """Return those of these sites whose day was closed, with when the center learned of it."""
    return dict(
        database.rows(
            "select site, closed_at from visits_siteday where day = %s and site = any(%b::text[])",
            [day, arrays.texts(sorted(sites))],
        )
    )


def days_closed_by(entries: Collection[UUID]) -> set[tuple[str, date]]:
    """Return site and day of those of these attestations that closed one."""
    found = database.rows(
        "select site, day from visits_siteday where entry = any(%b::uuid[])", [arrays.uuids(list(entries))]
    )
    return {(site, day) for site, day in found}


def days_stood_for(entries: Collection[UUID]) -> list[DayStoodFor]:
    """Return the days that these attestations closed, with who closed them and when."""
    found = database.rows(
        "select site, day, by, closed_at from visits_siteday where entry = any(%b::uuid[]) order by 1, 2",
        [arrays.uuids(list(entries))],
    )
    return [DayStoodFor(site=site, day=day, by=by, closed_at=closed_at) for site, day, by, closed_at in found]


def being_judged(site: str, day: date) -> bool:
    """Tell whether this day was closed a moment ago and what it covers is still being judged (`reactions.attest_judged`)."""
    found = database.row("select entry from visits_siteday where site = %s and day = %s", [site, day])
    closing = journal.entries([found[0]]) if found else []
    return any(entry.position > journal.cursor(ATTEST_JUDGED) for entry in closing)


def was_closed_by(site: str, day: date, entry: UUID) -> bool:
    """Tell whether this very entry closed the day."""
    return bool(
        database.rows("select 1 from visits_siteday where site = %s and day = %s and entry = %s", [site, day, entry])
    )
