"""By area, from the country down to the commune: who works and who is silent, what was given, what lies there and comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.campaigns.values import TargetGroup
from tiemchung.domain.figures import queries as figures
from tiemchung.domain.figures.values import UNKNOWN, Level, Unit
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era
from tiemchung.domain.places.values import Unit as Place
from tiemchung.domain.response import queries as response
from tiemchung.domain.response.values import AreaStanding
from tiemchung.faces.center import drawing, sayings
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import language, t
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing.time import clock

EMPTY_DAYS, SHORT_DAYS = 1.0, 3.0
"""Below these many days of stock a unit is shown as stopped, or to be looked at. Ours."""
CASES_SHOWN = timedelta(hours=24)
ERA = Era.Y2021
"""The units in which the campaign was led."""
LEVELS = (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE, Level.SITE)
"""What a page lists, by how many units its address names."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A unit of the table: its standing with its name and address, its doses today and yesterday, the shape of its stock."""

    name: str
    href: str
    standing: AreaStanding
    today: int
    yesterday: int
    shape: str


@staff_only(Power.SEE_BOARD)
@require_safe
def by_area(request: StaffRequest, province: str = "", district: str = "", commune: str = "") -> HttpResponse:
    """Show the provinces, the districts of one, the communes of one, or the sites of one: all that is within reach."""
    actor, now = request.actor, clock().now()
    path = path_of(province, district, commune)
    level = LEVELS[len(path)]
    parent = path[-1].code if path else ""
    found = response.areas(actor=actor, since=now - CASES_SHOWN, level=level, parent=parent)
    today = business_day(now)
    doses = figures.doses_on(level, {each.code for each in found}, days=(today, today - timedelta(days=1)))
    short = response.sites_short(actor=actor, province=province) if len(path) <= 1 else []
    short_sites = places.sites_of([told.site for told in short])
    site_names = places.sites_of([each.code for each in found]) if level is Level.SITE else {}
    of = Unit(ERA.value, LEVELS[len(path) - 1], parent) if path else figures.NATION
    groups = campaigns.target_groups()
    page = {
        "here": "areas",
        "now": now,
        "open_count": response.open_count(actor=actor),
        "trail": trail(path),
        "name": path[-1].display_name if path else t("cả nước", "the whole country"),
        "level": level.value,
        "rows": [
            _row(each, path, doses[each.code], {code: site.name for code, site in site_names.items()}) for each in found
        ],
        **{
            field: sum(getattr(standing, field) for standing in found)
            for field in ("sites", "spoke", "silent", "issued", "entered", "usable", "on_road", "cases")
        },
        "today_sum": sum(each[0] for each in doses.values()),
        "yesterday_sum": sum(each[1] for each in doses.values()),
        "counted_at": min((standing.counted_at for standing in found), default=None),
        "doses_as_of": figures.as_of(),
        "short": [(sayings.where(told.site, short_sites), told) for told in short],
        "groups": [
            (_group_name(code, groups), doses)
            for code, doses in sorted(figures.doses_by_group(of).items(), key=lambda one: -one[1])
        ]
        if len(path) < len(LEVELS) - 1
        else None,
        "drawn": _map(found) if not path and found else None,
    }
    return render(request, "center/areas.html", page)


def path_of(*codes: str) -> list[Place]:
    """Return the units that an address names, each below the one before; anything else is not found."""
    path: list[Place] = []
    for code, level in zip([code for code in codes if code], LEVELS[:-1], strict=False):
        unit = places.unit(ERA, code)
        if unit is None or unit.level.value != level.value or (path and unit.parent != path[-1].code):
            raise Http404
        path.append(unit)
    return path


def address_of(path: Sequence[Place]) -> str:
    """Return the address of a unit's page by its path."""
    return reverse(
        ("center:areas", "center:area", "center:district", "center:commune")[len(path)], args=[p.code for p in path]
    )


def trail(path: Sequence[Place]) -> list[tuple[str, str]]:
    """Return the pages above a unit's, from the country down."""
    if not path:
        return []
    country = (t("Cả nước", "The whole country"), address_of([]))
    return [country, *((unit.display_name, address_of(path[: place + 1])) for place, unit in enumerate(path[:-1]))]


def _row(standing: AreaStanding, path: Sequence[Place], doses: Sequence[int], sites: Mapping[str, str]) -> Row:
    unit = places.unit(ERA, standing.code)
    if standing.code in sites:
        name, href = sites[standing.code], reverse("center:site", args=[standing.code])
    elif unit is None:
        # A site of a unit of 2025 has no place in the division of 2021.
        name, href = t("không rõ", "unknown"), ""
    else:
        name, href = unit.display_name, address_of([*path, unit])
    return Row(
        name=name, href=href, standing=standing, today=doses[0], yesterday=doses[1], shape=shape_of(standing.days)
    )


def shape_of(days: float | None) -> str:
    """Return the shape of a stock that lasts so many days; "" where all is well or nothing is known."""
    if days is None or days >= SHORT_DAYS:
        return ""
    return "oct" if days < EMPTY_DAYS else "tri"


def _map(found: Sequence[AreaStanding]) -> dict[str, object]:
    today = business_day(clock().now())
    provinces = places.children(ERA)
    doses = figures.doses_on(Level.PROVINCE, {unit.code for unit in provinces}, days=(today,))
    rows = [
        drawing.Row(code=unit.code, name=unit.display_name, href=address_of([unit]), doses=doses[unit.code][0])
        for unit in provinces
    ]
    return drawing.country_map(rows, silent={each.code: each.silent for each in found})


def _group_name(code: str, groups: Mapping[str, TargetGroup]) -> str:
    found = groups.get(code)
    if found is None:
        return t("không rõ nhóm", "group unknown") if code == UNKNOWN else code
    return f"{code} · {found.label_en if language() == 'en' else found.label_vi}"
