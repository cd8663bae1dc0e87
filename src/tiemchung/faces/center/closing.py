"""Which sites closed their day and which have not: for a province or one of its districts, on any day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tiemchung.domain.figures import queries as figures
from tiemchung.domain.figures.values import Level
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Level as PlaceLevel
from tiemchung.domain.places.values import Site, Unit
from tiemchung.domain.response import policy
from tiemchung.domain.response import queries as response
from tiemchung.domain.visits import queries as visits
from tiemchung.faces.shared.divisions import ERA
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.kernel.actor import Actor, Power, Reach
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing.time import clock

ALL = "tat-ca"
"""The filter that shows closed days too."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A site that gave doses on the day, and when its lead closed it; None while nobody has."""

    site: Site
    doses: int
    closed_at: datetime | None


@staff_only(Power.SEE_BOARD)
@require_safe
def show(request: StaffRequest) -> HttpResponse:
    """Show the sites of a unit that gave doses on a day, those whose day nobody closed first."""
    actor, now = request.actor, clock().now()
    day = _day(request.GET.get("ngay", "")) or business_day(now)
    provinces = _provinces(actor.reach)
    unit = _unit(request.GET.get("noi", ""), provinces)
    rows = _rows(unit, day, actor=actor) if unit else []
    waiting = [row for row in rows if row.closed_at is None]
    page = {
        "here": "closing",
        "now": now,
        "open_count": response.open_count(actor=actor),
        "day": day,
        "unit": unit,
        "units": [(province, places.children(ERA, province.code)) for province in provinces if _holds(province, unit)]
        + [(province, []) for province in provinces if not _holds(province, unit)],
        "shows_all": request.GET.get("loc") == ALL,
        "rows": rows if request.GET.get("loc") == ALL else waiting,
        "worked": len(rows),
        "waiting": len(waiting),
    }
    return render(request, "center/closing.html", page)


def _provinces(reach: Reach) -> list[Unit]:
    """Return the provinces in which anything lies within reach."""
    provinces = places.units_of(ERA, PlaceLevel.PROVINCE)
    if reach.everywhere:
        return provinces
    at = {site.province_code for site in places.sites_of(reach.sites).values()}
    return [one for one in provinces if one.code in at or reach.communes & places.communes_of_province(ERA, one.code)]


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None


def _unit(code: str, provinces: Sequence[Unit]) -> Unit | None:
    """Return the province or district asked for if it is within reach; without one, the first province within reach."""
    within = {province.code for province in provinces}
    path = places.unit_path(code, ERA) if places.unit(ERA, code) else []
    if path and path[0].code in within:
        return path[-1]
    return provinces[0] if provinces else None


def _holds(province: Unit, unit: Unit | None) -> bool:
    return unit is not None and places.unit_path(unit.code, ERA)[0].code == province.code


def _rows(unit: Unit, day: date, *, actor: Actor) -> list[Row]:
    sites = {site.code: site for site in places.sites_under(ERA, unit.code) if policy.may_see(actor, site.code)}
    doses = figures.doses_on(Level.SITE, sites, days=(day,))
    closed = visits.days_closed_of(sites, day)
    rows = [
        Row(site=sites[code], doses=given, closed_at=closed.get(code)) for code, (given,) in doses.items() if given > 0
    ]
    return sorted(rows, key=lambda row: (row.closed_at is not None, -row.doses, row.site.code))
