"""How sites stand: counted from the ledgers for the worker, summed by unit for boards."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from tiemchung.domain.figures.values import Level
from tiemchung.domain.places.values import Era
from tiemchung.domain.response.values import AlertKind, AreaStanding, SiteTold
from tiemchung.domain.scheduling.values import AppointmentState
from tiemchung.domain.supply import queries as supply
from tiemchung.kernel.actor import Actor, Power
from tiemchung.plumbing import arrays, database

AT_ONCE = 1_000
"""Sites counted in one transaction."""
SHORT_DAYS = 3.0
"""A site whose stock lasts less is told by name. A habit of ours: a delivery takes a day or two."""

_COUNT = """
select s.code, s.province_code, coalesce(s.district_code, ''),
    exists (select 1 from access_deviceword d where d.site = s.code)
        or exists (select 1 from response_pulse p where p.site = s.code),
    coalesce((select sum(t.doses) from figures_unit_total t
        where t.era = %s and t.level = %s and t.unit = s.code), 0)::int4,
    (select count(*) from scheduling_appointment a where a.site = s.code and a.day >= %s and a.state = %s)::int4
from places_site s
where s.active and s.code > %s and not exists (select 1 from supply_store x where x.code = s.code)
order by s.code limit %s
"""


def sites_standing(*, today: date, after: str = "") -> list[SiteTold]:
    """Return how the next sites by code stand now, stores left out; at most a thousand. For a session that sees all."""
    found = database.rows(
        _COUNT, [Era.Y2021.value, Level.SITE.value, today, AppointmentState.BOOKED.value, after, AT_ONCE]
    )
    products: dict[str, dict[str, tuple[int, int]]] = {row[0]: {} for row in found}
    for stock in supply.stock_by_product(list(products), today=today):
        products[stock.site][stock.product] = stock.issued, stock.usable
    lasting = {left.site: left for left in supply.stock_days_left([row[0] for row in found], today=today)}
    return [
        SiteTold(
            site=site,
            province=province,
            district=district,
            spoke=spoke,
            issued=sum(came for came, _ in products[site].values()),
            entered=entered,
            usable=lasting[site].usable,
            on_road=lasting[site].on_road,
            called=called,
            daily=lasting[site].daily,
            products=products[site],
        )
        for site, province, district, spoke, entered, called in found
    ]


_AREAS = """
select {unit}, count(*)::int4, (count(*) filter (where s.spoke))::int4, count(a.site)::int4, sum(s.issued)::int8,
    sum(s.entered)::int8, sum(s.usable)::int8, sum(s.on_road)::int8,
    sum(s.usable) filter (where s.daily > 0) / nullif(sum(s.daily), 0), coalesce(sum(c.cases), 0)::int4, min(s.counted_at)
from response_sitestanding s {places}
left join response_alert a on a.site = s.site and a.kind = %s and a.cleared_at is null
left join (select site, count(*) cases from response_case where recorded_at >= %s group by site) c on c.site = s.site
where {within} and (%s or s.site = any(%b::text[]))
group by 1 order by 1
"""
_PLACES = "join places_site p on p.code = s.site"
_PROVINCE_2025 = "case p.era when '2025' then p.province_code else p.heir_province_code end"
_COMMUNE_2025 = "case p.era when '2025' then p.commune_code else p.heir_commune_code end"
_GROUPED = {
    (Era.Y2021, Level.PROVINCE): ("s.province", "", "%s = ''"),
    (Era.Y2021, Level.DISTRICT): ("s.district", "", "s.province = %s"),
    (Era.Y2021, Level.COMMUNE): ("p.commune_code", _PLACES, "s.district = %s"),
    (Era.Y2021, Level.SITE): ("s.site", _PLACES, "p.commune_code = %s"),
    (Era.Y2025, Level.PROVINCE): (f"coalesce({_PROVINCE_2025}, '')", _PLACES, "%s = ''"),
    (Era.Y2025, Level.COMMUNE): (f"coalesce({_COMMUNE_2025}, '')", _PLACES, f"{_PROVINCE_2025} = %s"),
    (Era.Y2025, Level.SITE): ("s.site", _PLACES, f"{_COMMUNE_2025} = %s"),
}
"""By what sites are summed, for which a table of places is needed, and under which parent."""


def areas(
    *, actor: Actor, since: datetime, level: Level = Level.PROVINCE, parent: str = "", era: Era = Era.Y2021
) -> list[AreaStanding]:
    """Return how the sites stand within the actor's reach, by unit of a level under its parent, down to the site.

    Provinces have no parent; what lies in no known unit has the empty code. `cases` are the adverse events told since an
    instant.
    """
    unit, joined, within = _GROUPED[era, level]
    statement = _AREAS.format(unit=unit, places=joined, within=within)
    return [
        AreaStanding(
            code=code,
            sites=sites,
            spoke=spoke,
            silent=silent,
            issued=int(issued),
            entered=int(entered),
            usable=int(usable),
            on_road=int(on_road),
            days=None if days is None else float(days),
            cases=cases,
            counted_at=counted_at,
        )
        for code, sites, spoke, silent, issued, entered, usable, on_road, days, cases, counted_at in database.rows(
            statement, [AlertKind.SITE_SILENT, since, parent, *_reach(actor)]
        )
    ]


_SITE = "s.site, s.province, s.district, s.spoke, s.issued, s.entered, s.usable, s.on_road, s.daily"


def sites_short(*, actor: Actor, province: str = "", limit: int = 20) -> list[SiteTold]:
    """Return the sites within reach whose stock lasts least, below three days, the shortest first."""
    return [
        _told(row)
        for row in database.rows(
            f"select {_SITE} from response_sitestanding s where s.daily > 0 and s.usable < s.daily * %s "
            "and (%s = '' or s.province = %s) and (%s or s.site = any(%b::text[])) "
            "order by s.usable / s.daily, s.site limit %s",
            [SHORT_DAYS, province, province, *_reach(actor), limit],
        )
    ]


def site_standing(site: str, *, actor: Actor) -> SiteTold | None:
    """Return how one site stood when it was last counted; None before that, and out of reach."""
    row = database.row(
        f"select {_SITE} from response_sitestanding s where s.site = %s and (%s or s.site = any(%b::text[]))",
        [site, *_reach(actor)],
    )
    return _told(row) if row else None


def _told(row: Sequence[Any]) -> SiteTold:
    names = ("site", "province", "district", "spoke", "issued", "entered", "usable", "on_road", "daily")
    return SiteTold(**dict(zip(names, row, strict=True)))


def heard_at(site: str) -> datetime | None:
    """Return when a site was last heard, by an entry or by a heartbeat of its devices."""
    found = database.row(
        "select greatest((select max(at) from access_deviceword where site = %s), "
        "(select recorded_at from response_pulse where site = %s))",
        [site, site],
    )
    return found[0] if found else None


def registrations_by_channel(campaign: str, *, actor: Actor, within: Collection[str] | None = None) -> dict[str, int]:
    """Return how many persons are registered for a campaign, by the channel they came through, within reach.

    `within` are the codes of the communes that count; None for all.
    """
    everywhere, _ = _reach(actor)
    return dict(
        database.rows(
            "select channel, sum(registered)::int8 from campaigns_demand d where campaign = %s "
            "and (%s or commune = any(%b::text[])) and (%s or commune = any(%b::text[])) "
            "group by channel having sum(registered) > 0 order by channel",
            [
                campaign,
                everywhere,
                arrays.texts(sorted(actor.reach.communes)),
                within is None,
                arrays.texts(sorted(within or ())),
            ],
        )
    )


def _reach(actor: Actor) -> list[object]:
    if not actor.can(Power.SEE_BOARD):
        return [False, arrays.texts([])]
    return [actor.reach.everywhere, arrays.texts(sorted(actor.reach.sites))]
