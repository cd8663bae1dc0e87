"""What supply tells: lots and their holds, what lies where, the vials of a day and what the ledger says of draws."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from tiemchung.domain.supply.values import (
    CountTold,
    DrawClass,
    HeldLot,
    HeldVial,
    LotFacts,
    MovementKind,
    StockLine,
    VialDay,
    VialOpen,
)
from tiemchung.plumbing import arrays, database

_IN_FORCE = "(h.released_at is null or h.released_at < h.held_at)"


def lots_known(numbers: Collection[str], *, site: str | None = None) -> dict[str, LotFacts]:
    """Return those of these lots that are registered, by number; with a site, its own holds count too."""
    return {
        number: LotFacts(number=number, product=product, expires_on=expires_on, held_since=held_since)
        for number, product, expires_on, held_since in database.rows(
            "select l.number, l.product, l.expires_on, least(l.held_at, h.held_at) from supply_lot l "
            f"left join supply_sitehold h on h.site = %s and h.lot = l.number and {_IN_FORCE} "
            "where l.number = any(%b::text[])",
            [site or "", arrays.texts(list(numbers))],
        )
    }


def held_lots(site: str) -> list[HeldLot]:
    """Return the lots that must not be used at this site, by number; held everywhere and here, a lot stands twice."""
    return [
        HeldLot(number=number, since=since, reason=reason, everywhere=everywhere)
        for number, since, reason, everywhere in database.rows(
            "select number, held_at, hold_reason, true from supply_lot where status = 'held' union all "
            f"select h.lot, h.held_at, h.reason, false from supply_sitehold h where h.site = %s and {_IN_FORCE} "
            "order by 1, 4 desc",
            [site],
        )
    ]


def held_vials(site: str) -> list[HeldVial]:
    """Return the vials that a site has set aside after anaphylaxis, by lot and label."""
    return [
        HeldVial(lot=lot, vial=vial, since=since)
        for lot, vial, since in database.rows(
            "select lot, vial, held_at from supply_vialhold where site = %s order by lot, vial", [site]
        )
    ]


def stock_of(site: str) -> list[StockLine]:
    """Return what the ledger says lies at this site, by lot; lots that are used up are left out."""
    return [
        StockLine(lot=lot, product=product, expires_on=expires_on, doses=doses, held_since=held_since)
        for lot, product, expires_on, doses, held_since in database.rows(
            "select b.lot, l.product, l.expires_on, b.doses, least(l.held_at, h.held_at) from supply_balance b "
            "left join supply_lot l on l.number = b.lot "
            f"left join supply_sitehold h on h.site = b.site and h.lot = b.lot and {_IN_FORCE} "
            "where b.site = %s and b.doses <> 0 order by b.lot",
            [site],
        )
    ]


_VIAL_DAY = """
with opened as (
    select lot, count(*) vials, sum(doses) doses, sum(greatest(doses - drawn - spent, 0)) filter (where reason = '') unused
    from supply_vial where site = %s and opened_on = %s group by lot
), spent as (
    select lot, -coalesce(sum(doses) filter (where kind = %s), 0) wasted,
        -coalesce(sum(doses) filter (where kind = %s), 0) returned
    from supply_movement where site = %s and day = %s and kind in (%s, %s) group by lot
)
select lot, coalesce(vials, 0), coalesce(doses, 0), coalesce(unused, 0), coalesce(wasted, 0), coalesce(returned, 0)
from opened full join spent using (lot) order by lot
"""


def vial_day(site: str, day: date) -> list[VialDay]:
    """Return the stock lines of a business day at a site, one for each lot that has any, by lot."""
    wasted, returned = int(MovementKind.WASTED), int(MovementKind.RETURNED)
    return [
        VialDay(lot=lot, vials_opened=vials, opened=opened, left=left, wasted=wasted_doses, returned=returned_doses)
        for lot, vials, opened, left, wasted_doses, returned_doses in database.rows(
            _VIAL_DAY, [site, day, wasted, returned, site, day, wasted, returned]
        )
    ]


_SEALED_DAY = """
select m.lot, -coalesce(sum(m.doses) filter (where m.kind = %s), 0), -coalesce(sum(m.doses) filter (where m.kind = %s), 0)
from supply_movement m where m.site = %s and m.day = %s and m.kind in (%s, %s) and not exists (
    select from supply_vial v where v.site = m.site and v.lot = m.lot and v.vial = m.vial and v.opened_at is not null
) group by m.lot
"""


def sealed_day(site: str, day: date) -> dict[str, tuple[int, int]]:
    """Return by lot how many doses of unopened vials were wasted and returned at a site on a business day."""
    wasted, returned = int(MovementKind.WASTED), int(MovementKind.RETURNED)
    return {
        lot: (int(doses_wasted), int(doses_returned))
        for lot, doses_wasted, doses_returned in database.rows(
            _SEALED_DAY, [wasted, returned, site, day, wasted, returned]
        )
    }


def vials_left(site: str, day: date) -> list[tuple[str, str, int]]:
    """Return lot, label and doses of vials opened on a day of which doses are left that nobody drew, wasted or returned.

    A vial whose line carries a reason is left out: its doses stand for draws that named no vial.
    """
    return [
        (lot, vial, doses)
        for lot, vial, doses in database.rows(
            "select lot, vial, doses - drawn - spent from supply_vial "
            "where site = %s and opened_on = %s and doses > drawn + spent and reason = '' order by lot, vial",
            [site, day],
        )
    ]


def open_vials(site: str, day: date) -> list[VialOpen]:
    """Return the vials that were opened at a site on a day, are not used up nor set aside, by lot and label. Labels, no dose."""
    return [
        VialOpen(lot=lot, vial=vial, doses=doses, opened_at=opened_at)
        for lot, vial, doses, opened_at in database.rows(
            "select lot, vial, doses - drawn - spent, opened_at from supply_vial v "
            "where site = %s and opened_on = %s and doses > drawn + spent "
            "and not exists (select from supply_vialhold h where (h.site, h.lot, h.vial) = (v.site, v.lot, v.vial)) "
            "order by lot, vial",
            [site, day],
        )
    ]


def counts_of(site: str, day: date) -> list[CountTold]:
    """Return the latest counts by hand of a business day at a site."""
    return [
        CountTold(what=what, lot=lot or None, quantity=quantity, counted_at=counted_at)
        for what, lot, quantity, counted_at in database.rows(
            "select what, lot, quantity, counted_at from supply_count where site = %s and day = %s order by what, lot",
            [site, day],
        )
    ]


_CLASSES = """
select coalesce(sum(v.vial), 0), coalesce(sum(v.overfill), 0),
    coalesce(sum(least(v.unmatched, v.explained)), 0), coalesce(sum(greatest(v.unmatched - v.explained, 0)), 0)
from supply_draw_account v where %s::text is null or v.site = %s
"""


def draws_by_class(site: str | None = None) -> dict[DrawClass, int]:
    """Return how many doses the ledger has in each class, of one site or of all, from its own lines alone.

    The doses themselves, ranked within their vials by a room above, must come to the same figures: that is what the
    audit compares. What was voided has left the ledger and is 0 here.
    """
    found = database.row(_CLASSES, [site, site])
    classes = [DrawClass.VIAL, DrawClass.OVERFILL, DrawClass.EXPLAINED, DrawClass.OPEN]
    return {DrawClass.VOIDED: 0} | dict(zip(classes, map(int, found or (0, 0, 0, 0)), strict=True))


def unbalanced() -> list[tuple[str, str, int, int]]:
    """Return site, lot, balance and sum of movements wherever the two differ; none ever should."""
    return [
        (site, lot, int(balance), int(moved))
        for site, lot, balance, moved in database.rows(
            "select site, lot, coalesce(b.doses, 0), coalesce(m.doses, 0) from supply_balance b full join "
            "(select site, lot, sum(doses) doses from supply_movement group by site, lot) m using (site, lot) "
            "where coalesce(b.doses, 0) <> coalesce(m.doses, 0) order by site, lot"
        )
    ]
