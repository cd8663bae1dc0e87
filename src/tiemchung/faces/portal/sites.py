"""Where a dose can be had: sites found by the name of a place or of the site, and the open page of one site.

A name may be typed without marks. What stands here is known to everybody; nobody's own place is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from tiemchung.domain.figures import queries as figures
from tiemchung.domain.figures import values as counted
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import ESTIMATES, Era, Level, Site
from tiemchung.domain.places.values import Unit as Place
from tiemchung.domain.response import queries as response
from tiemchung.domain.response.values import DemandShown
from tiemchung.domain.supply import queries as supply
from tiemchung.faces.portal.pages import Age
from tiemchung.faces.portal.parts import by_group, by_product, doses_apart
from tiemchung.faces.portal.views import OPEN_FIGURES, open_page
from tiemchung.faces.shared.divisions import ERA, in_force
from tiemchung.faces.shared.doors import public
from tiemchung.faces.shared.lasting import lasting
from tiemchung.faces.shared.sites import open_to_people
from tiemchung.faces.shared.sorting import alphabetical
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing.time import clock

MOST_FOUND = 50
"""How many units and sites a search shows at most; who wants fewer types more."""
LONGEST_TEXT = 100
"""Letters of a search that are read; no place has a longer name."""
MOST_LISTED = 500
"""Sites of one unit on one page. A province may have more: its page lists the districts first."""

OPEN_SITES = "names and places of sites, of no person"


@dataclass(frozen=True, kw_only=True)
class FoundUnit:
    """A unit by its full name, with what lies above it; `query` is its address here, `old` that it is in force no longer."""

    query: str
    name: str
    within: str
    old: bool


@dataclass(frozen=True, kw_only=True)
class FoundSite:
    """A site by its name, with the units it lies in, from the smallest up; `spot` is where a map opens, if known."""

    code: str
    name: str
    within: str
    mobile: bool
    spot: str | None


@public(OPEN_SITES)
@open_page
@require_safe
def finder(request: HttpRequest) -> HttpResponse:
    """Find sites by a text, or list those of one unit (`unit`, its code; `era`, its division if it is not that of 2021).

    Who names no unit begins with those in force; a text finds units that are in force no longer as well.
    """
    text = request.GET.get("q", "")[:LONGEST_TEXT].strip()
    chosen = _chosen(request)
    page: dict[str, object] = {
        "text": text,
        "chosen": chosen and _unit(chosen),
        "units": (),
        "sites": (),
        "more": False,
    }
    if chosen is not None:
        sites = open_to_people(site for site in places.sites_under(chosen.era, chosen.code) if site.active)
        page |= {"sites": _by_name(sites[:MOST_LISTED]), "more": len(sites) > MOST_LISTED}
        if chosen.level is not Level.COMMUNE:
            page["units"] = [_unit(below) for below in places.children(chosen.era, chosen.code)]
    elif text:
        told = [places.search(era, text, limit=MOST_FOUND) for era in dict.fromkeys((in_force(), ERA))]
        page |= {
            "units": [_unit(unit) for found in told for unit in found.units],
            "sites": _by_name(open_to_people(told[0].sites)),
            "more": MOST_FOUND in {len(told[0].sites), *(len(found.units) for found in told)},
        }
    else:
        page["units"] = sorted(map(_unit, places.children(in_force())), key=lambda unit: alphabetical(unit.name))
    return render(request, "portal/sites.html", page)


def _chosen(request: HttpRequest) -> Place | None:
    """Return the unit that an address names, None if it names none."""
    code, era = request.GET.get("unit", ""), request.GET.get("era", ERA)
    if not code:
        return None
    unit = places.unit(era, code) if era in [*Era] else None
    if unit is None:
        raise Http404
    return unit


@public(OPEN_FIGURES)
@open_page
@require_safe
def site(request: HttpRequest, code: str) -> HttpResponse:
    """Show one site: where it lies in the units of both eras, who wants a dose there, its stock, and the doses given."""
    found = places.site(code)
    if found is None or not open_to_people([found]):
        raise Http404
    now = clock().now()
    unit = counted.Unit(found.era.value, counted.Level.SITE, code)
    today = business_day(now)
    as_of = figures.as_of()
    (stock,) = supply.stock_days_left([code], today=today)
    era = found.era
    commune = found.commune_code
    totals = figures.totals(unit)
    page = {
        "stock": stock,
        "lasts": lasting(stock),
        "now": now,
        "standing": response.unit_standing(counted.Level.SITE, code, era=era),
        "demand": response.demand_shown(counted.Level.SITE, parent=commune, era=era).get(code, DemandShown()),
        "counted_at": response.counted_at(era),
        "shares": doses_apart(unit, totals) if totals.doses else [],
        "products": by_product(unit, totals, era=era),
        "groups": by_group(unit),
        "code": found.code,
        "found": _site(found),
        "active": found.active,
        "new_units": _path(found.heir_commune_code, Era.Y2025) if found.heir_commune_code else "",
        "estimated": found.heir_basis in ESTIMATES,
        "doses": totals.doses,
        "today": sum(day.doses for day in figures.doses_by_day(unit, first=today, last=today)),
        "age": Age(as_of=as_of, span=max(now - as_of, timedelta(0))) if as_of else None,
    }
    return render(request, "portal/site.html", page)


def _by_name(sites: Iterable[Site]) -> list[FoundSite]:
    return sorted(map(_site, sites), key=lambda site: alphabetical(site.name))


def _unit(place: Place) -> FoundUnit:
    above = places.unit_path(place.code, place.era)[:-1]
    return FoundUnit(
        query=urlencode({"unit": place.code} | ({} if place.era is ERA else {"era": place.era.value})),
        name=place.display_name,
        within=", ".join(unit.display_name for unit in reversed(above)),
        old=place.era is not in_force(),
    )


def _site(site: Site) -> FoundSite:
    return FoundSite(
        code=site.code,
        name=site.name,
        within=_path(site.commune_code, site.era),
        mobile=site.mobile,
        spot=None if site.lon is None or site.lat is None else f"geo:{site.lat:.5f},{site.lon:.5f}",
    )


def _path(commune: str, era: Era) -> str:
    return ", ".join(unit.display_name for unit in reversed(places.unit_path(commune, era)))
