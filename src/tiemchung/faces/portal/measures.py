"""What the table has a column for and the map can be drawn by: its words, and where it is known at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tiemchung.domain.figures import values as counted
from tiemchung.faces.portal.pages import Column, Row
from tiemchung.faces.portal.units import ERA, Here
from tiemchung.faces.shared.numbers import number
from tiemchung.faces.shared.words import Words, said, t


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One column: the words above it, what the map is called that is drawn by it, and the words of a count."""

    column: Column
    head: str
    title: str
    words: Words
    none: str
    persons: bool

    def say(self, row: Row) -> str:
        """Return the count of a unit in words."""
        count = row.count(self.column)
        if count is None:
            return t("dưới {n} người, ẩn", "fewer than {n} persons, hidden", n=counted.SMALLEST_PUBLIC_CELL)
        return said(self.words).format(n=number(count)) if count else self.none


DOSES = Words("{n} mũi", "{n} doses")
PERSONS = Words("{n} người", "{n} persons")
STOCK = Words("{n} liều", "{n} doses")


def measures(here: Here, *, due_known: bool) -> dict[Column, Measure]:
    """Return the columns of a page, in their order.

    Residents are known by communes of 2021, demand by any commune but not by site; who is due only once it was computed.
    """
    below_site = here.below is not counted.Level.SITE
    wanted: dict[Column, tuple[bool, Callable[[], Measure]]] = {
        Column.DOSES: (True, _doses),
        Column.ONE: (below_site and here.era is ERA, _one),
        Column.TWO: (below_site and here.era is ERA, _two),
        Column.REGISTERED: (below_site, _registered),
        Column.DUE: (below_site and due_known, _due),
        Column.ALLOCATED: (True, _allocated),
        Column.ON_HAND: (True, _on_hand),
    }
    return {column: measure() for column, (known, measure) in wanted.items() if known}


def _doses() -> Measure:
    return Measure(
        column=Column.DOSES,
        head=t("Mũi tiêm tại đây", "Doses given here"),
        title=t("Số mũi theo nơi tiêm", "Doses by place of vaccination"),
        words=DOSES,
        none=t("chưa ghi mũi nào", "none recorded yet"),
        persons=False,
    )


def _one() -> Measure:
    return Measure(
        column=Column.ONE,
        head=t("Dân ở đây, từ 1 mũi", "Residents, 1 dose or more"),
        title=t("Dân đã tiêm từ 1 mũi, theo nơi ở", "Residents with 1 dose or more"),
        words=PERSONS,
        none=t("chưa có người nào", "nobody yet"),
        persons=True,
    )


def _two() -> Measure:
    return Measure(
        column=Column.TWO,
        head=t("Dân ở đây, từ 2 mũi", "Residents, 2 or more"),
        title=t("Dân đã tiêm từ 2 mũi, theo nơi ở", "Residents with 2 doses or more"),
        words=PERSONS,
        none=t("chưa có người nào", "nobody yet"),
        persons=True,
    )


def _registered() -> Measure:
    return Measure(
        column=Column.REGISTERED,
        head=t("Dân đã đăng ký", "Residents registered"),
        title=t("Dân đã đăng ký tiêm, theo nơi ở", "Residents registered"),
        words=PERSONS,
        none=t("chưa có người đăng ký", "nobody registered yet"),
        persons=True,
    )


def _due() -> Measure:
    return Measure(
        column=Column.DUE,
        head=t("Dân đến hạn tiêm", "Residents due"),
        title=t("Dân đã đăng ký và đến hạn tiêm, theo nơi ở", "Residents registered and due"),
        words=PERSONS,
        none=t("không có người đến hạn", "nobody due"),
        persons=True,
    )


def _allocated() -> Measure:
    return Measure(
        column=Column.ALLOCATED,
        head=t("Liều đã phân bổ", "Doses allocated"),
        title=t("Liều đã phân bổ cho các điểm tiêm", "Doses allocated to the sites"),
        words=STOCK,
        none=t("chưa có liều nào", "no doses yet"),
        persons=False,
    )


def _on_hand() -> Measure:
    return Measure(
        column=Column.ON_HAND,
        head=t("Liều còn lại", "Doses on hand"),
        title=t("Liều dùng được còn tại các điểm tiêm", "Usable doses on hand at the sites"),
        words=STOCK,
        none=t("không còn liều nào", "no doses left"),
        persons=False,
    )
