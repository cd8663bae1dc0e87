"""The open pages of figures, from the country to the commune; each with its map, its days and its table.

They show counts of doses and of persons, by units of 2021 or of 2025, and read counters only. Nobody is known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.figures import queries as figures
from tiemchung.domain.figures import values as counted
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era
from tiemchung.domain.response import queries as response
from tiemchung.faces.portal import units
from tiemchung.faces.portal.asked import clock_of, column_of, columns_of, drawn_by
from tiemchung.faces.portal.pages import Age, Row, paint_country, sort_rows
from tiemchung.faces.portal.parts import by_group, by_product, doses_apart, persons_by_age
from tiemchung.faces.portal.progress import progress
from tiemchung.faces.portal.series import days_of
from tiemchung.faces.portal.units import Here
from tiemchung.faces.shared import maps
from tiemchung.faces.shared.divisions import ERA, heir_since_2025, in_force
from tiemchung.faces.shared.doors import public
from tiemchung.faces.shared.points import place_points
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing.time import clock

OPEN_FIGURES = "figures of no person, small cells hidden"

FRESH_FOR_S = 5
"""How long a copy of a page may stand in for it, in seconds: figures are seconds old anyway, and everybody may ask."""

open_page = cache_control(public=True, max_age=FRESH_FOR_S)


@public(OPEN_FIGURES)
@open_page
@require_safe
def home(request: HttpRequest, era: Era | None = None) -> HttpResponse:
    """Show the country: all doses, the map by province, the days, the table. No era told is the division in force."""
    era = era or in_force()
    here = units.country(era)
    rows = units.rows(here)
    page = _page(request, here, rows)
    page |= {
        "campaigns": _campaigns(),
        "map": paint_country(rows, maps.provinces(era.value), by=drawn_by(request, here)),
        "archipelagos": [
            {**vars(group), "name": said(Words(*group.names)), "belongs_to": group.belongs_to}
            for group in maps.ARCHIPELAGOS
        ],
        "inset_left": maps.INSET_LEFT,
        "inset_width": maps.INSET_WIDTH,
        "view_box": maps.VIEW_BOX,
    }
    return render(request, "portal/home.html", page)


@public(OPEN_FIGURES)
@open_page
@require_safe
def unit(request: HttpRequest, era: Era = ERA, **codes: str) -> HttpResponse:
    """Show a province, a district or a commune by what lies right below it, as points and as a table."""
    here = units.unit_at([*codes.values()], era)
    rows = units.rows(here)
    page = _page(request, here, rows)
    page |= {
        "map": place_points(
            rows,
            units.spots(here, rows),
            ground=maps.provinces(era.value)[codes["province"]],
            close_up=here.unit.level is not counted.Level.PROVINCE,
            size=partial(Row.size, by=drawn_by(request, here)),
        ),
        "trail": units.trail(here),
        "unit_name": here.name,
    }
    return render(request, "portal/unit.html", page)


# What every page shows


def _page(request: HttpRequest, here: Here, rows: Sequence[Row]) -> dict[str, Any]:
    now = clock().now()
    today = business_day(now)
    as_of = figures.as_of()
    columns = columns_of(here)
    totals = figures.totals(here.unit)
    own = units.against_list(here) if here.place else None
    return {
        "age": Age(as_of=as_of, span=max(now - as_of, timedelta(0))) if as_of else None,
        "totals": totals,
        "shares": doses_apart(here.unit, totals) if totals.doses else [],
        "products": by_product(here.unit, totals, era=here.era),
        "groups": by_group(here.unit),
        "ages": persons_by_age(here.unit, own),
        "progress": progress(here, own),
        "own": own,
        "today": _of_day(here, counted.Clock.DOSE, today),
        "entered_today": _of_day(here, counted.Clock.ENTRY, today),
        "days": days_of(here, clock_of(request), today=today),
        "table": sort_rows(rows, by=column_of(request, here)),
        "columns": [columns[column] for column in columns],
        "measure": columns[drawn_by(request, here)],
        "standing": response.unit_standing(here.unit.level, here.unit.code, era=here.era),
        "counted_at": response.counted_at(here.era),
        "table_title": _table_title(here),
        "unit_word": _unit_word(here),
        "address": here.address(),
        "csv_address": here.address("_table"),
        "new_era": here.era is not ERA,
        "sites": here.below is counted.Level.SITE,
        "other_era": _other_era(here),
        "estimated": places.estimated_sites(here.place.code if here.place else None) if here.era is not ERA else None,
        "smallest": counted.SMALLEST_PUBLIC_CELL,
    }


def _campaigns() -> list[str]:
    """Return the names of the campaigns whose doses these are: those that are open, or the one that ran last."""
    found = campaigns.open_campaigns(business_day(clock().now())) or campaigns.campaigns()[:1]
    return [campaign.name for campaign in found]


def _of_day(here: Here, by: counted.Clock, on: date) -> int:
    return sum(each.doses for each in figures.doses_by_day(here.unit, clock=by, first=on, last=on))


def _table_title(here: Here) -> str:
    return {
        counted.Level.PROVINCE: t("Bảng theo tỉnh, thành", "Table by province"),
        counted.Level.DISTRICT: t("Bảng theo quận, huyện", "Table by district"),
        counted.Level.COMMUNE: t("Bảng theo xã, phường", "Table by commune"),
        counted.Level.SITE: t("Bảng theo điểm tiêm", "Table by site"),
    }[here.below]


def _unit_word(here: Here) -> str:
    return {
        counted.Level.PROVINCE: t("Tỉnh, thành", "Province"),
        counted.Level.DISTRICT: t("Quận, huyện", "District"),
        counted.Level.COMMUNE: t("Xã, phường", "Commune"),
        counted.Level.SITE: t("Điểm tiêm", "Site"),
    }[here.below]


def _other_era(here: Here) -> tuple[str, str]:
    """Return the words and the address of the same country, or of the heir of a province, in the other division."""
    if here.era is not ERA:
        return t("Xem theo 63 tỉnh, thành năm 2021", "See the 63 provinces of 2021"), units.address(ERA, None)
    words = t("Xem theo 34 tỉnh, thành từ 2025", "See the 34 provinces since 2025")
    heir = heir_since_2025(places.unit_path(here.place.code, ERA) if here.place else [])
    if heir is None:
        return words, units.address(Era.Y2025, None)
    said = t("Xem {unit} từ 2025", "See {unit} since 2025", unit=units.name(heir))
    return said, units.address(Era.Y2025, heir)
