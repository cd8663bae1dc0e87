"""The cold chain by hand: readings at the fridge, where lots lie, and from when on a thawed lot's shorter clock runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction

from tiemchung.domain.supply import policy, queries, rules
from tiemchung.domain.supply.actions.posting import tell
from tiemchung.domain.supply.errors import FridgeFreezes, FridgeUnknown, LotUnknown, ReadingImpossible
from tiemchung.domain.supply.events import LotShelved, TemperatureRead
from tiemchung.domain.supply.values import Band, FridgeShown, ReadingTold
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database

COLDEST_C, WARMEST_C = -120.0, 60.0
"""Beyond these nobody has read a fridge: the figure was mistyped. Ours."""
AHEAD = timedelta(minutes=10)
"""How far a wall clock may run before ours."""
MOST_MINUTES = 60 * 24 * 7


def read_temperature(told: ReadingTold, *, actor: Actor, now: datetime) -> bool:
    """Keep a temperature that was read at a fridge; False if this id was told before.

    A reading outside the limits is kept as any other: it is a fact. What cannot have been read is refused.
    """
    if not policy.may_keep_stock(actor, told.site):
        raise NotPermitted(site=told.site)
    _fridge(told.site, told.fridge)
    seen = [temp for temp in (told.temp_c, told.lowest_c, told.highest_c) if temp is not None]
    in_order = min(seen) == (told.lowest_c if told.lowest_c is not None else min(seen)) and max(seen) == (
        told.highest_c if told.highest_c is not None else max(seen)
    )
    minutes = told.minutes_outside or 0
    if (
        not in_order
        or not all(COLDEST_C <= temp <= WARMEST_C for temp in seen)
        or not 0 <= minutes <= MOST_MINUTES
        or told.taken_at > now + AHEAD
    ):
        raise ReadingImpossible(fridge=told.fridge)
    with transaction.atomic():
        if not _keep(told, told_by=actor):
            return False
        tell([_read(told)], site=told.site, actor=actor, now=now)
    return True


def load_readings(told: Iterable[ReadingTold], *, actor: Actor, now: datetime) -> int:
    """Take a fridge's paper log from a campaign file; returns how many readings were new."""
    if not policy.may_load(actor):
        raise NotPermitted(power="load")
    fresh = 0
    with transaction.atomic():
        for reading in told:
            if _keep(reading, told_by=actor):
                tell([_read(reading)], site=reading.site, actor=actor, now=now)
                fresh += 1
    return fresh


def _read(told: ReadingTold) -> TemperatureRead:
    return TemperatureRead(
        id=told.id,
        at=told.taken_at,
        fridge=told.fridge,
        temp_c=told.temp_c,
        lowest_c=told.lowest_c,
        highest_c=told.highest_c,
        minutes_outside=told.minutes_outside,
        note=told.note,
    )


def _keep(told: ReadingTold, *, told_by: Actor) -> bool:
    fresh = database.run(
        "insert into supply_reading (id, site, fridge, taken_at, temp_c, lowest_c, highest_c, minutes_outside, note, "
        "told_by) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        [
            told.id,
            told.site,
            told.fridge,
            told.taken_at,
            told.temp_c,
            told.lowest_c,
            told.highest_c,
            told.minutes_outside,
            told.note,
            told_by.id,
        ],
    )
    return fresh == 1


def shelve_lot(site: str, lot: str, *, fridge: str, actor: Actor, now: datetime) -> None:
    """Put a lot into a fridge. From a freezer into 2 to 8 °C its shorter clock begins to run, and never stops again."""
    if not policy.may_keep_stock(actor, site):
        raise NotPermitted(site=site)
    _fridge(site, fridge)
    if queries.lot_shown(lot) is None:
        raise LotUnknown(lot=lot)
    with transaction.atomic():
        shelved = lay_down(site, [lot], fridge=fridge, now=now)
        if shelved:
            tell(shelved, site=site, actor=actor, now=now)


def lay_down(
    site: str, lots: Collection[str], *, fridge: str, now: datetime, thawed: dict[str, object] | None = None
) -> list[LotShelved]:
    """Note where lots lie from now on and since when they are thawed; return the facts of those for which that is new.

    `thawed` are the days from which the clocks of lots run that have come from elsewhere. The earliest day holds.
    Refuses a freezer for a product that is stored above 0 °C (`fridge-freezes`).
    """
    found = {each.code: each for each in queries.fridges(site)}.get(fridge)
    numbers = sorted(lots)
    here = {
        lot: (place, thawed_on)
        for lot, place, thawed_on in database.rows(
            "select lot, fridge, thawed_on from supply_shelf where site = %s and lot = any(%b::text[]) "
            "order by lot for update",
            [site, arrays.texts(numbers)],
        )
    }
    products = vaccines.products()
    facts = []
    for lot, known in sorted(queries.lots_known(numbers).items()):
        place, thawed_on = here.get(lot, ("", None))
        stored = rules.band_of(products[known.product].notes.get("storage_c")) if known.product in products else None
        if found is not None and rules.freezes(stored, _band(found)):
            raise FridgeFreezes(lot=lot, fridge=found.name)
        days = [thawed_on, (thawed or {}).get(lot)]
        if found is not None and rules.thaws(stored, _band(found)):
            days.append(business_day(now))
        first = min((day for day in days if day is not None), default=None)
        told = (fridge or place, first)
        if told == (place, thawed_on):
            continue
        database.run(
            "insert into supply_shelf (site, lot, fridge, thawed_on) values (%s, %s, %s, %s) "
            "on conflict (site, lot) do update set fridge = excluded.fridge, "
            "thawed_on = least(supply_shelf.thawed_on, excluded.thawed_on)",
            [site, lot, *told],
        )
        facts.append(LotShelved(id=uuid7(now), at=now, lot=lot, fridge=told[0], thawed_on=first))
    return facts


def _fridge(site: str, code: str) -> FridgeShown:
    for fridge in queries.fridges(site):
        if fridge.code == code:
            return fridge
    raise FridgeUnknown(fridge=code)


def _band(fridge: FridgeShown) -> Band:
    return Band(low_c=fridge.low_c, high_c=fridge.high_c)
