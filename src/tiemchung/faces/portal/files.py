"""The tables and the days of the open pages as files, each saying first what it holds and how old each figure is."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tiemchung.domain.figures import queries as figures
from tiemchung.domain.figures import values as counted
from tiemchung.domain.places.values import Era
from tiemchung.domain.response import queries as response
from tiemchung.faces.portal import units
from tiemchung.faces.portal.asked import clock_of, column_of, columns_of
from tiemchung.faces.portal.pages import sort_rows
from tiemchung.faces.portal.series import days_of
from tiemchung.faces.portal.units import Here
from tiemchung.faces.portal.views import OPEN_FIGURES, open_page
from tiemchung.faces.shared.divisions import ERA
from tiemchung.faces.shared.doors import public
from tiemchung.faces.shared.numbers import moment
from tiemchung.faces.shared.words import language, t
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing.time import clock


@public(OPEN_FIGURES)
@open_page
@require_safe
def table_csv(request: HttpRequest, era: Era = ERA, **codes: str) -> HttpResponse:
    """Hand over the table of a page as it is sorted, with unit, source and the age of each figure in the first lines."""
    here = units.unit_at([*codes.values()], era)
    columns = columns_of(here).values()
    table = sort_rows(units.rows(here), by=column_of(request, here))
    of = t("phân bổ (mẫu số)", "allocated (denominator)")
    if here.below is not counted.Level.SITE:
        of = t("trong danh sách (mẫu số)", "on the list (denominator)")
    head = [t("mã", "code"), t("đơn vị", "unit"), *(measure.head.lower() for measure in columns), of]
    lines = [
        [
            row.code,
            row.name,
            *(measure.plain(row) for measure in columns),
            t("ẩn", "hidden") if row.of is None else row.of,
        ]
        for row in table.rows
    ]
    sorting = t("xếp theo: {column}", "sorted by: {column}", column=table.sorted_by.value)
    return _csv([*_origin(here, sorting), *_ages(here), head, *lines], name=["doses", *_of_era(here), *here.path])


@public(OPEN_FIGURES)
@open_page
@require_safe
def days_csv(request: HttpRequest, era: Era = ERA, **codes: str) -> HttpResponse:
    """Hand over the days of a page by the clock it shows."""
    here = units.unit_at([*codes.values()], era)
    days = days_of(here, clock_of(request), today=business_day(clock().now()))
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


def _origin(here: Here, filtered: str) -> list[Sequence[object]]:
    return [
        ["Tiêm Chủng", here.name],
        [
            t("số liệu lúc", "figures as of"),
            _told(figures.as_of()),
            t("mũi tiêm, người đã tiêm", "doses given, persons"),
        ],
        [t("bộ lọc", "filter"), filtered],
        [t("đơn vị tính", "unit"), t("mũi tiêm; người; liều vắc xin", "doses given; persons; doses of vaccine")],
    ]


def _ages(here: Here) -> list[Sequence[object]]:
    """Return how old the columns are that have a clock of their own."""
    counted_at = response.counted_at(here.era)
    stock = t("liều, người đăng ký, danh sách, lịch hẹn", "doses of vaccine, registrations, lists, appointments")
    return [
        [t("đếm lúc", "counted at"), _told(counted_at.stock), stock],
        [t("tính lúc", "computed at"), _told(counted_at.due), t("người đến hạn", "persons due")],
    ]


def _told(at: datetime | None) -> str:
    return moment(at) if at else t("chưa có số liệu", "no figures yet")


def _of_era(here: Here) -> list[str]:
    return [] if here.era is ERA else [here.era.value]


def _csv(lines: Iterable[Sequence[object]], *, name: Sequence[str]) -> HttpResponse:
    """Answer with a file that spreadsheets open as UTF-8."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="tiem-chung-{"-".join(name)}.{language()}.csv"'
    answer.write("\ufeff")
    csv.writer(answer).writerows(lines)
    return answer
