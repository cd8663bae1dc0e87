"""What the checks look at, over the tables of lower rooms. For a session that sees every site: the worker's."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from tiemchung.domain.access.values import DeviceStatus, Role
from tiemchung.domain.response.values import SILENT_AFTER, AlertKind, Facts, Signal
from tiemchung.plumbing import arrays, database

SESSION_LASTS = timedelta(hours=16)
"""How long a campaign session that nobody closed counts as open. Ours: a day's work, and no night's."""
CEILING = 2_000
"""Signals of one kind that one look takes: beyond it the matter is no site's any more."""

_SILENT = """
with working as (
    select site, min(since) since from visits_sessionstanding where since between %s and %s and goes_on group by site
), heard as (
    select w.site, greatest(w.since, d.at, p.recorded_at) at, coalesce(d.pending, 0) pending
    from working w
    left join lateral (
        select max(at) at, least(sum(pending), 2147483647)::int4 pending from access_deviceword where site = w.site
    ) d on true
    left join response_pulse p on p.site = w.site
)
select site, at, pending from heard where at < %s order by at limit %s
"""


def sites_silent(now: datetime) -> list[Signal]:
    """Return the sites whose campaign session is open and of which neither entry nor heartbeat has come for too long."""
    found = database.rows(_SILENT, [now - SESSION_LASTS, now, now - SILENT_AFTER, CEILING])
    return [
        Signal(kind=AlertKind.SITE_SILENT, site=site, facts=Facts(since=at, pending=pending))
        for site, at, pending in found
    ]


def stock_negative(sites: Collection[str]) -> list[Signal]:
    """Return the lots of which the ledger of these sites says that less than nothing lies there."""
    found = database.rows(
        "select site, lot, doses from supply_balance where site = any(%b::text[]) and doses < 0 order by site, lot limit %s",
        [arrays.texts(sorted(sites)), CEILING],
    )
    return [
        Signal(kind=AlertKind.STOCK_NEGATIVE, site=site, key=lot, facts=Facts(lot=lot, doses=doses))
        for site, lot, doses in found
    ]


_LATEST_READINGS = """
select distinct on (r.site, r.fridge) r.site, r.fridge, f.name, r.taken_at, coalesce(r.minutes_outside, 0), f.low_c, f.high_c,
    least(r.temp_c, r.lowest_c), greatest(r.temp_c, r.highest_c)
from supply_reading r join supply_fridge f on f.site = r.site and f.code = r.fridge
where r.site = any(%b::text[]) order by r.site, r.fridge, r.taken_at desc, r.id desc
"""


def fridges_outside(sites: Collection[str]) -> list[Signal]:
    """Return the fridges of these sites whose latest reading, or what the device saw before it, lies beyond their limits."""
    signals = []
    for site, fridge, name, taken_at, minutes, low_c, high_c, lowest_c, highest_c in database.rows(
        _LATEST_READINGS, [arrays.texts(sorted(sites))]
    ):
        too_cold = low_c is not None and lowest_c < low_c
        if too_cold or highest_c > high_c:
            temp_c = highest_c if highest_c > high_c else lowest_c
            facts = Facts(reason=name, temp_c=temp_c, minutes=minutes, since=taken_at)
            signals.append(Signal(kind=AlertKind.EXCURSION, site=site, key=fridge, facts=facts))
    return signals


class Fridge(NamedTuple):
    """A fridge's name and its limits in °C; without a lower one it may be as cold as it likes."""

    name: str
    low_c: float | None
    high_c: float


def fridges_named(told: Collection[tuple[str, str]]) -> dict[tuple[str, str], Fridge]:
    """Return fridges by site and code."""
    sites, codes = [site for site, _ in told], [code for _, code in told]
    return {
        (site, code): Fridge(name, None if low_c is None else float(low_c), float(high_c))
        for site, code, name, low_c, high_c in database.rows(
            "select f.site, f.code, f.name, f.low_c, f.high_c from supply_fridge f "
            "join (select distinct * from unnest(%b::text[], %b::text[]) as t (site, code)) t using (site, code)",
            [arrays.texts(sites), arrays.texts(codes)],
        )
    }


def devices_forked() -> list[Signal]:
    """Return the devices that signed two entries under one sequence and have not been enrolled again."""
    found = database.rows(
        "select id, site, name, cut_off_at from access_device where status = %s order by id limit %s",
        [DeviceStatus.FORK.value, CEILING],
    )
    return [
        Signal(kind=AlertKind.DEVICE_FORKED, site=site, key=str(device), facts=Facts(reason=name, since=since))
        for device, site, name, since in found
    ]


def waiting_aside() -> list[Signal]:
    """Return by site and reason how many entries are set aside and wait for a human."""
    found = database.rows(
        "select site, reason, count(*)::int4, min(recorded_at) from journal_set_aside where released_at is null "
        "group by site, reason order by 3 desc, 1, 2 limit %s",
        [CEILING],
    )
    return [
        Signal(
            kind=AlertKind.ENTRIES_SET_ASIDE,
            site=site,
            key=reason,
            facts=Facts(entries=entries, reason=reason, since=since),
        )
        for site, reason, entries, since in found
    ]


def vaccinators_of(sites: Collection[str]) -> Mapping[str, int]:
    """Return how many vaccinators stand on the roster of each of these sites."""
    return dict(
        database.rows(
            "select a.place, count(distinct a.staff_id)::int4 from access_roleassignment a "
            "join access_staff s on s.id = a.staff_id and s.active "
            "where a.level = 'site' and a.place = any(%b::text[]) and a.role = %s and a.ended_at is null group by 1",
            [arrays.texts(sorted(sites)), Role.VACCINATOR.value],
        )
    )


class LotGiven(NamedTuple):
    """The product and the lot of a dose."""

    product: str
    lot: str


def lots_given_before(moments: Sequence[tuple[UUID, datetime]]) -> dict[UUID, LotGiven]:
    """Return the product and lot of the latest dose of each of these, given before an instant; who had none is absent."""
    found = database.rows(
        "select distinct on (d.person_id) d.person_id, d.product, d.lot "
        "from unnest(%b::uuid[], %b::timestamptz[]) as x(p, t) "
        "join immunization_dose_facts d on d.person_id = x.p and d.occurred_at <= x.t and d.status <> 2 "
        "order by d.person_id, d.occurred_at desc",
        [arrays.uuids([person for person, _ in moments]), arrays.instants([at for _, at in moments])],
    )
    return {person: LotGiven(product, lot) for person, product, lot in found}
