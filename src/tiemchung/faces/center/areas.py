"""By area, from the country down to the commune: who works and who is silent, what was given, what lies there and comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
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
from tiemchung.domain.response.values import AreaStanding, SiteTold
from tiemchung.faces.center import drawing, sayings
from tiemchung.faces.shared import maps
from tiemchung.faces.shared.divisions import ERA, heir_since_2025, path_at
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import language, t
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing.time import clock

EMPTY_DAYS, SHORT_DAYS = 1.0, 3.0
"""Below these many days of stock a unit is shown as stopped, or to be looked at. Ours."""
CASES_SHOWN = timedelta(hours=24)
LEVELS = {
    Era.Y2021: (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE, Level.SITE),
    Era.Y2025: (Level.PROVINCE, Level.COMMUNE, Level.SITE),
}
"""What a page lists in each division, by how many units its address names."""
PAGES = {
    Era.Y2021: ("center:areas", "center:area", "center:district", "center:commune"),
    Era.Y2025: ("center:new_areas", "center:new_area", "center:new_commune"),
}


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
def by_area(request: StaffRequest, /, era: Era = ERA, **codes: str) -> HttpResponse:
    """Show the units right below one, in either division of the country, down to the sites: all that is within reach."""
    actor, now = request.actor, clock().now()
    path = path_at([*codes.values()], era=era)
    level = LEVELS[era][len(path)]
    parent = path[-1].code if path else ""
    found = response.areas(actor=actor, since=now - CASES_SHOWN, level=level, parent=parent, era=era)
    today = business_day(now)
    doses = figures.doses_on(
        level, {each.code for each in found}, days=(today, today - timedelta(days=1)), era=era.value
    )
    site_names = places.sites_of([each.code for each in found]) if level is Level.SITE else {}
    names = {code: site.name for code, site in site_names.items()}
    rows = [_row(each, path, doses[each.code], names, era=era) for each in found]
    page = {
        "here": "areas",
        "now": now,
        "open_count": response.open_count(actor=actor),
        "trail": trail(path, era=era),
        "name": path[-1].display_name if path else t("cả nước", "the whole country"),
        "level": level.value,
        "rows": rows,
        **_sums(found),
        "today_sum": sum(each[0] for each in doses.values()),
        "yesterday_sum": sum(each[1] for each in doses.values()),
        "counted_at": min((standing.counted_at for standing in found), default=None),
        "doses_as_of": figures.as_of(),
        "short": _short(request, path, era=era),
        "groups": _groups(path, era=era),
        "drawn": _map(found, era=era) if not path and found else None,
        "below": _map_below(rows, path, era=era) if path and rows else None,
        "other_era": _other_era(path, era=era),
    }
    return render(request, "center/areas.html", page)


def _sums(found: Sequence[AreaStanding]) -> dict[str, int]:
    fields = ("sites", "spoke", "silent", "issued", "entered", "usable", "on_road", "cases")
    return {field: sum(getattr(standing, field) for standing in found) for field in fields}


def _short(request: StaffRequest, path: Sequence[Place], *, era: Era) -> list[tuple[str, SiteTold]]:
    """Return the sites that run out, of the country or of a province of 2021; below, the table names every site."""
    if len(path) > (1 if era is ERA else 0):
        return []
    short = response.sites_short(actor=request.actor, province=path[0].code if path else "")
    sites = places.sites_of([told.site for told in short])
    return [(sayings.where(told.site, sites), told) for told in short]


def _groups(path: Sequence[Place], *, era: Era) -> list[tuple[str, int]]:
    """Return the doses given in a unit by target group, the largest first."""
    of = Unit(era.value, LEVELS[era][len(path) - 1], path[-1].code) if path else figures.NATION
    groups = campaigns.target_groups()
    told = sorted(figures.doses_by_group(of).items(), key=lambda one: -one[1])
    return [(_group_name(code, groups), doses) for code, doses in told]


def _other_era(path: Sequence[Place], *, era: Era) -> tuple[str, str]:
    """Return the words and the address of the same country, or of the heir of a province, in the other division."""
    if era is not ERA:
        return t("Theo 63 tỉnh, thành năm 2021", "By the 63 provinces of 2021"), address_of([])
    heir = heir_since_2025(path)
    words = t("Theo 34 tỉnh, thành từ 2025", "By the 34 provinces since 2025")
    return words, address_of([heir] if heir else [], era=Era.Y2025)


def address_of(path: Sequence[Place], *, era: Era = ERA) -> str:
    """Return the address of a unit's page by its path."""
    return reverse(PAGES[era][len(path)], args=[place.code for place in path])


def trail(path: Sequence[Place], *, era: Era = ERA) -> list[tuple[str, str]]:
    """Return the pages above a unit's, from the country down."""
    if not path:
        return []
    country = (t("Cả nước", "The whole country"), address_of([], era=era))
    above = [(unit.display_name, address_of(path[: place + 1], era=era)) for place, unit in enumerate(path[:-1])]
    return [country, *above]


def _row(
    standing: AreaStanding, path: Sequence[Place], doses: Sequence[int], sites: Mapping[str, str], *, era: Era
) -> Row:
    unit = places.unit(era, standing.code)
    if standing.code in sites:
        name, href = sites[standing.code], reverse("center:site", args=[standing.code])
    elif unit is None:
        # A site of a unit of 2025 has no place in the division of 2021, one of a split commune none since 2025.
        name, href = t("không rõ", "unknown"), ""
    else:
        name, href = unit.display_name, address_of([*path, unit], era=era)
    return Row(
        name=name, href=href, standing=standing, today=doses[0], yesterday=doses[1], shape=shape_of(standing.days)
    )


def shape_of(days: float | None) -> str:
    """Return the shape of a stock that lasts so many days; "" where all is well or nothing is known."""
    if days is None or days >= SHORT_DAYS:
        return ""
    return "oct" if days < EMPTY_DAYS else "tri"


def _map(found: Sequence[AreaStanding], *, era: Era) -> dict[str, object]:
    today = business_day(clock().now())
    provinces = places.children(era)
    doses = figures.doses_on(Level.PROVINCE, {unit.code for unit in provinces}, days=(today,), era=era.value)
    rows = [
        drawing.Row(code=unit.code, name=unit.display_name, href=address_of([unit], era=era), doses=doses[unit.code][0])
        for unit in provinces
    ]
    return drawing.country_map(rows, silent={each.code: each.silent for each in found}, era=era.value)


def _map_below(rows: Sequence[Row], path: Sequence[Place], *, era: Era) -> dict[str, object] | None:
    """Return the units of the table as points on their province's shape; None where nobody knows where any of them lies."""
    codes = [row.standing.code for row in rows]
    if LEVELS[era][len(path)] is Level.SITE:
        sites = places.sites_of(codes).values()
        spots = {site.code: (site.lon, site.lat) for site in sites if site.lon is not None and site.lat is not None}
    else:
        spots = {code: (spot.lon, spot.lat) for code, spot in places.points(era, codes).items()}
    ground = maps.provinces(era.value).get(path[0].code)
    if not spots or ground is None:
        return None
    drawn = [drawing.Row(code=row.standing.code, name=row.name, href=row.href, doses=row.today) for row in rows]
    silent = {row.standing.code: row.standing.silent for row in rows}
    return drawing.unit_map(drawn, spots, silent=silent, ground=ground, level=len(path))


def _group_name(code: str, groups: Mapping[str, TargetGroup]) -> str:
    found = groups.get(code)
    if found is None:
        return t("không rõ nhóm", "group unknown") if code == UNKNOWN else code
    return f"{code} · {found.label_en if language() == 'en' else found.label_vi}"
