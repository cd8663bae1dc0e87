"""What lies where and for how long: usable doses, days left, doses on the road, the shelves of one place."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from tiemchung.domain.supply import rules
from tiemchung.domain.supply.values import DaysLeft, MovementKind, Picked, ProductStock, RoadLine, ShelfLine
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.plumbing import arrays, database

MEAN_DAYS = 7
"""Over how many days before today the mean of used doses is taken. A habit of ours."""

HOLD_IN_FORCE = "(h.released_at is null or h.released_at < h.held_at)"

_USABLE = f"""
waiting as (
    select site, lot, sum(doses) doses from supply_consignment
    where state = 'waiting' and site = any(%b::text[]) group by 1, 2
), usable as (
    select b.site, coalesce(l.product, '') product, sum(greatest(b.doses - coalesce(w.doses, 0), 0)) doses
    from supply_balance b
    left join supply_lot l on l.number = b.lot
    left join supply_sitehold h on h.site = b.site and h.lot = b.lot and {HOLD_IN_FORCE}
    left join waiting w on w.site = b.site and w.lot = b.lot
    where b.site = any(%b::text[]) and b.doses > 0 and l.held_at is null and h.held_at is null
      and (l.expires_on is null or l.expires_on >= %s)
    group by 1, 2
)
"""
_DAYS_LEFT = f"""
with asked as (
    select distinct site from unnest(%b::text[]) as s (site)
), {_USABLE}, coming as (
    select s.destination site, sum(greatest(n.sent - n.arrived - n.explained, 0)) doses
    from supply_shipment s join supply_shipmentline n on n.shipment = s.id
    where s.state = 'on-road' and s.destination = any(%b::text[]) group by 1
)
select a.site, coalesce((select sum(u.doses) from usable u where u.site = a.site), 0), coalesce(c.doses, 0),
    (select sum(v.drawn + v.spent) from supply_vial v
     where v.site = a.site and v.opened_on >= %s and v.opened_on < %s),
    (select min(v.opened_on) from supply_vial v where v.site = a.site and v.opened_on is not null)
from asked a left join coming c using (site) order by a.site
"""


def stock_days_left(sites: Collection[str], *, today: date) -> list[DaysLeft]:
    """Return for each of these sites its usable doses, those on the road to it, and how many days they last.

    The mean is over the seven days before today, or over those since the site's first vial if that is more recent. No
    vial opened in that time: mean and days are None, for nothing tells how fast the site goes. Doses on the road are
    told beside and not counted in.
    """
    codes = arrays.texts(list(sites))
    since = today - timedelta(days=MEAN_DAYS)
    return [
        _days_left(site, int(usable), int(coming), used, first, today=today)
        for site, usable, coming, used, first in database.rows(
            _DAYS_LEFT, [codes, codes, codes, today, codes, since, today]
        )
    ]


_BY_PRODUCT = f"""
with {_USABLE}, issued as (
    select m.site, coalesce(l.product, '') product, sum(m.doses) doses
    from supply_movement m left join supply_lot l on l.number = m.lot
    where m.site = any(%b::text[]) and m.kind = any(%b::int2[]) and m.doses > 0 group by 1, 2
)
select site, product, coalesce(i.doses, 0)::int8, coalesce(u.doses, 0)::int8
from issued i full join usable u using (site, product)
where i.doses > 0 or u.doses > 0 order by 1, 2
"""


def stock_by_product(sites: Collection[str], *, today: date) -> list[ProductStock]:
    """Return for each of these sites, by product, the doses that came to it so far, and those lying there usable.

    A lot nobody knows has the empty product.
    """
    codes = arrays.texts(list(sites))
    arrivals = arrays.smallints([MovementKind.RECEIVED, MovementKind.ISSUED])
    found = database.rows(_BY_PRODUCT, [codes, codes, today, codes, arrivals])
    return [ProductStock(site=site, product=of, issued=issued, usable=usable) for site, of, issued, usable in found]


def _days_left(site: str, usable: int, on_road: int, used: int | None, first: date | None, *, today: date) -> DaysLeft:
    days = min(MEAN_DAYS, (today - first).days) if first else 0
    daily = int(used) / days if used and days > 0 else None
    return DaysLeft(
        site=site, usable=usable, on_road=on_road, daily=daily, days=None if daily is None else usable / daily
    )


def on_road(sites: Collection[str]) -> list[RoadLine]:
    """Return what is on the road to these sites, the longest under way first. Doses too many are no doses on the road."""
    return [
        RoadLine(shipment=shipment, origin=origin, destination=destination, lot=lot, doses=doses, since=since)
        for shipment, origin, destination, lot, doses, since in database.rows(
            "select s.id, s.origin, s.destination, n.lot, n.sent - n.arrived - n.explained, s.dispatched_at "
            "from supply_shipment s join supply_shipmentline n on n.shipment = s.id "
            "where s.state = 'on-road' and s.destination = any(%b::text[]) and n.sent > n.arrived + n.explained "
            "order by s.dispatched_at, s.id, n.lot",
            [arrays.texts(list(sites))],
        )
    ]


_SHELVES = f"""
select b.lot, l.product, b.doses,
    coalesce((select sum(c.doses) from supply_consignment c
              where c.site = b.site and c.lot = b.lot and c.state = 'waiting'), 0),
    coalesce((select sum(n.sent) from supply_shipment s join supply_shipmentline n on n.shipment = s.id
              where s.origin = b.site and s.state = 'picked' and n.lot = b.lot), 0),
    coalesce(f.fridge, ''), l.expires_on, f.thawed_on, least(l.held_at, h.held_at), l.recalled_at is not null
from supply_balance b
left join supply_lot l on l.number = b.lot
left join supply_shelf f on f.site = b.site and f.lot = b.lot
left join supply_sitehold h on h.site = b.site and h.lot = b.lot and {HOLD_IN_FORCE}
where b.site = %s and b.doses <> 0 and (%s::text is null or b.lot = %s)
order by b.lot
"""


def shelves(site: str, *, lot: str | None = None) -> list[ShelfLine]:
    """Return the lots that lie at a place (or this one of them), those to be used first on top; used-up ones are left out."""
    lines = [_shelf_line(row) for row in database.rows(_SHELVES, [site, lot, lot])]
    return sorted(lines, key=lambda line: (line.use_before or date.max, line.lot))


def picked(site: str, product: str, doses: int, *, on: date) -> list[Picked]:
    """Return what first expiry, first out would take from a place; fewer doses if it has no more that may leave."""
    return rules.pick((line for line in shelves(site) if line.product == product), doses, on=on)


def _shelf_line(row: tuple[Any, ...]) -> ShelfLine:
    lot, product, doses, waiting, in_boxes, fridge, expires_on, thawed_on, held_since, recalled = row
    facts = vaccines.products().get(product or "")
    allowance = rules.allowance_of(facts.notes.get("shelf_2_8"), basis=facts.basis) if facts else None
    last = rules.use_before(expires_on, thawed_on, allowance)
    return ShelfLine(
        lot=lot,
        product=product,
        doses=doses,
        waiting=int(waiting),
        picked=int(in_boxes),
        free=0 if held_since else max(0, doses - int(waiting) - int(in_boxes)),
        fridge=fridge,
        expires_on=expires_on,
        thawed_on=thawed_on,
        use_before=last.on,
        thaw=last.thaw,
        mark=last.mark,
        held_since=held_since,
        recalled=recalled,
    )
