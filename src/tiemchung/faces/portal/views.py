"""The open pages of figures, from the country to the commune; each with its map, its days, its table and its CSV.

They show counts of doses and of persons, by units of 2021 or of 2025, and read counters only. Nobody is known here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.portal import units
from tiemchung.faces.portal.measures import Measure, measures
from tiemchung.faces.portal.pages import Age, AgeRow, Column, Row, Share, paint_country, place_points, shares, sort_rows
from tiemchung.faces.portal.progress import progress, progress_of_unit
from tiemchung.faces.portal.units import ERA, Here
from tiemchung.faces.shared import maps
from tiemchung.faces.shared.charts import DayChart, days_chart
from tiemchung.faces.shared.doors import public
from tiemchung.faces.shared.numbers import day, number, time
from tiemchung.faces.shared.words import Words, language, said, t
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing.time import clock

LONGEST, SHORTEST = timedelta(days=90), timedelta(days=14)
"""How many days the series shows: from the first dose on, within these bounds."""

OPEN_FIGURES = "figures of no person, small cells hidden"

FRESH_FOR_S = 5
"""How long a copy of a page may stand in for it, in seconds: figures are seconds old anyway, and everybody may ask."""

open_page = cache_control(public=True, max_age=FRESH_FOR_S)


@dataclass(frozen=True, kw_only=True)
class Days:
    """The doses of each day by one clock, drawn twice, with the sentence that says what the drawing shows."""

    clock: counted.Clock
    values: tuple[tuple[date, int], ...]
    wide: DayChart
    narrow: DayChart
    sentence: str
    csv_address: str


@public(OPEN_FIGURES)
@open_page
@require_safe
def home(request: HttpRequest, era: Era = ERA) -> HttpResponse:
    """Show the country: all doses, the map by province, the days, the table."""
    here = units.country(era)
    rows = units.rows(here)
    page = _page(request, here, rows)
    page |= {
        "map": paint_country(rows, maps.provinces(era.value), by=_drawn_by(request, here)),
        "archipelagos": [
            {**vars(group), "name": said(Words(*group.names)), "belongs_to": group.belongs_to}
            for group in maps.ARCHIPELAGOS
        ],
        "inset_left": maps.INSET_LEFT,
        "inset_width": maps.INSET_WIDTH,
        "view_box": maps.VIEW_BOX,
        "groups": _groups(here),
        "progress": progress(page["totals"]),
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
    told = progress_of_unit(here, page["standing"].listed)
    page |= {
        "groups": () if here.unit.level is counted.Level.COMMUNE else _groups(here),
        "progress": [told] if told else [],
        "map": place_points(
            rows,
            units.spots(here, rows),
            ground=maps.provinces(era.value)[codes["province"]],
            close_up=here.unit.level is not counted.Level.PROVINCE,
            by=_drawn_by(request, here),
        ),
        "trail": units.trail(here),
        "unit_name": here.name,
    }
    return render(request, "portal/unit.html", page)


@public(OPEN_FIGURES)
@open_page
@require_safe
def table_csv(request: HttpRequest, era: Era = ERA, **codes: str) -> HttpResponse:
    """Hand over the table of a page as it is sorted, with unit, date and source of the figures in the first lines."""
    here = units.unit_at([*codes.values()], era)
    columns = _measures(here)
    table = sort_rows(units.rows(here), by=_column(request, here))
    head = [t("mã", "code"), t("đơn vị", "unit"), *(measure.head.lower() for measure in columns.values())]
    lines = [[row.code, row.name, *(_shown(row.count(column)) for column in columns)] for row in table.rows]
    sorting = t("xếp theo: {column}", "sorted by: {column}", column=table.sorted_by.value)
    return _csv([*_origin(here, sorting), head, *lines], name=["doses", *_of_era(here), *here.path])


@public(OPEN_FIGURES)
@open_page
@require_safe
def days_csv(request: HttpRequest, era: Era = ERA, **codes: str) -> HttpResponse:
    """Hand over the days of a page by the clock it shows."""
    here = units.unit_at([*codes.values()], era)
    days = _days(here, _clock(request), today=business_day(clock().now()))
    by = (
        t("theo ngày tiêm", "by day of the dose")
        if days.clock is counted.Clock.DOSE
        else t("theo ngày nhập", "by day of entry")
    )
    lines: list[Sequence[object]] = [
        [t("ngày", "day"), t("mũi", "doses")],
        *([on.isoformat(), n] for on, n in days.values),
    ]
    return _csv([*_origin(here, by), *lines], name=["days", days.clock.value, *_of_era(here), *here.path])


# What every page shows


def _page(request: HttpRequest, here: Here, rows: Sequence[Row]) -> dict[str, Any]:
    now = clock().now()
    today = business_day(now)
    as_of = figures.as_of()
    columns = _measures(here)
    totals = figures.totals(here.unit)
    return {
        "age": Age(as_of=as_of, span=max(now - as_of, timedelta(0))) if as_of else None,
        "totals": totals,
        "shares": _shares(totals) if totals.doses else [],
        "ages": _ages(here) if here.era is ERA else [],
        "today": _of_day(here, counted.Clock.DOSE, today),
        "entered_today": _of_day(here, counted.Clock.ENTRY, today),
        "days": _days(here, _clock(request), today=today),
        "table": sort_rows(rows, by=_column(request, here)),
        "columns": [columns[column] for column in columns],
        "measure": columns[_drawn_by(request, here)],
        "standing": response.unit_standing(here.unit.level, here.unit.code, era=here.era),
        "counted_at": response.counted_at(here.era),
        "table_title": _table_title(here),
        "unit_word": _unit_word(here),
        "address": here.address(),
        "csv_address": here.address("_table"),
        "residents": Column.ONE in columns,
        "sites": here.below is counted.Level.SITE,
        "other_era": _other_era(here),
        "estimated": places.estimated_sites(here.place.code if here.place else None) if here.era is not ERA else None,
        "smallest": counted.SMALLEST_PUBLIC_CELL,
    }


def _days(here: Here, by: counted.Clock, *, today: date) -> Days:
    """Return the days from the first dose on, at least two weeks, at most ninety days."""
    found = figures.doses_by_day(here.unit, clock=by, first=today - LONGEST + timedelta(days=1), last=today)
    begun = next((place for place, each in enumerate(found) if each.doses), len(found))
    values = tuple((each.day, each.doses) for each in found[min(begun, len(found) - SHORTEST.days) :])
    return Days(
        clock=by,
        values=values,
        wide=days_chart(values, width=620, height=250, labels=6),
        narrow=days_chart(values, width=330, height=220, labels=4),
        sentence=_sentence(values),
        csv_address=here.address("_days"),
    )


def _sentence(values: Sequence[tuple[date, int]]) -> str:
    highest_on, highest = max(values, key=lambda each: each[1])
    return t(
        "Biểu đồ cột: số mũi mỗi ngày từ {first} đến {last}, cao nhất {n} mũi ngày {on}, ngày cuối {latest} mũi.",
        "Bar chart: doses each day from {first} to {last}, most {n} doses on {on}, on the last day {latest}.",
        first=day(values[0][0]),
        last=day(values[-1][0]),
        n=number(highest),
        on=day(highest_on),
        latest=number(values[-1][1]),
    )


def _of_day(here: Here, by: counted.Clock, on: date) -> int:
    return sum(each.doses for each in figures.doses_by_day(here.unit, clock=by, first=on, last=on))


def _shares(totals: counted.Totals) -> list[tuple[str, tuple[Share, ...]]]:
    by_number = [
        (t("Mũi {n}", "Dose {n}", n=which) if which else t("Chưa rõ mũi mấy", "Number unknown"), doses)
        for which, doses in totals.by_dose_number.items()
    ]
    products = vaccines.products()
    by_product = [
        (products[code].name_vi if code in products else code, doses) for code, doses in totals.by_product.items()
    ]
    return [
        (t("Theo mũi", "By dose"), shares(by_number)),
        (t("Theo vắc xin", "By vaccine"), shares(by_product)),
    ]


def _groups(here: Here) -> tuple[Share, ...]:
    """Return the doses given here by the target group that was told at the arrival, the largest first."""
    labels = campaigns.target_groups()
    return shares(
        (said(Words(labels[code].label_vi, labels[code].label_en)), doses)
        if code in labels
        else (t("Chưa rõ nhóm", "Group unknown"), doses)
        for code, doses in figures.doses_by_group(here.unit).items()
    )


def _ages(here: Here) -> list[AgeRow]:
    """Return persons by age band, youngest first, as far as anybody of that age is known."""
    bands = {band.code: band for band in figures.age_bands()}
    return [
        AgeRow(words=_years(bands.get(told.age_band)), one=told.by_dose_number[1], two=told.by_dose_number.get(2, 0))
        for told in figures.persons_by_age_band(here.unit)
        if 1 in told.by_dose_number
    ]


def _years(band: counted.AgeBand | None) -> str:
    if band is None:
        return t("Chưa rõ tuổi", "Age unknown")
    if band.below_years is None:
        return t("từ {n} tuổi", "{n} and older", n=band.from_years)
    return t("{n} – {m} tuổi", "{n} – {m} years", n=band.from_years, m=band.below_years - 1)


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
    if here.place is None:
        return words, units.address(Era.Y2025, None)
    above = places.unit_path(here.place.code, ERA)[0]
    heir = places.unit(Era.Y2025, above.successor) if above.successor else None
    if heir is None:
        return words, units.address(Era.Y2025, None)
    said = t("Xem {unit} từ 2025", "See {unit} since 2025", unit=units.name(heir))
    return said, units.address(Era.Y2025, heir)


def _of_era(here: Here) -> list[str]:
    return [] if here.era is ERA else [here.era.value]


def _measures(here: Here) -> dict[Column, Measure]:
    return measures(here, due_known=response.counted_at(here.era).due is not None)


def _column(request: HttpRequest, here: Here) -> Column:
    asked = request.GET.get("sort", "")
    return Column(asked) if asked == Column.NAME or asked in _measures(here) else Column.DOSES


def _drawn_by(request: HttpRequest, here: Here) -> Column:
    """Return the column that the map is drawn by: the one the table is sorted by, of a table by name the doses."""
    column = _column(request, here)
    return Column.DOSES if column is Column.NAME else column


def _clock(request: HttpRequest) -> counted.Clock:
    return counted.Clock.ENTRY if request.GET.get("clock") == counted.Clock.ENTRY else counted.Clock.DOSE


# CSV


def _origin(here: Here, filtered: str) -> list[Sequence[object]]:
    as_of: datetime | None = figures.as_of()
    told = f"{time(as_of)} {day(business_day(as_of))}" if as_of else t("chưa có số liệu", "no figures yet")
    return [
        ["Tiêm Chủng", here.name],
        [t("số liệu lúc", "figures as of"), told],
        [t("bộ lọc", "filter"), filtered],
        [t("đơn vị tính", "unit"), t("mũi tiêm; người; liều vắc xin", "doses given; persons; doses of vaccine")],
    ]


def _shown(persons: int | None) -> str:
    return t("ẩn", "hidden") if persons is None else str(persons)


def _csv(lines: Iterable[Sequence[object]], *, name: Sequence[str]) -> HttpResponse:
    """Answer with a file that spreadsheets open as UTF-8."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="tiem-chung-{"-".join(name)}.{language()}.csv"'
    response.write("\ufeff")
    csv.writer(response).writerows(lines)
    return response
