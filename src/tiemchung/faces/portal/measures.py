"""What the table has a column for and the map can be drawn by: its words, and where it is known at all."""

from __future__ import annotations

from dataclasses import dataclass

from tiemchung.domain.figures import values as counted
from tiemchung.faces.portal.pages import Column, Row
from tiemchung.faces.portal.units import ERA, Here
from tiemchung.faces.shared.numbers import number
from tiemchung.faces.shared.words import Words, said, t

DOSES = Words("{n} mũi", "{n} doses")
PERSONS = Words("{n} người", "{n} persons")
STOCK = Words("{n} liều", "{n} doses")
NOBODY = Words("chưa có người nào", "nobody yet")


@dataclass(frozen=True)
class Measure:
    """One column: the words above it, what the map is called that is drawn by it, the words of a count and of none."""

    column: Column
    above: Words
    of_map: Words
    words: Words
    of_none: Words

    @property
    def head(self) -> str:
        """Return the words above the column."""
        return said(self.above)

    @property
    def title(self) -> str:
        """Return what a map is called that is drawn by it."""
        return said(self.of_map)

    @property
    def none(self) -> str:
        """Return what is said of a unit that has none."""
        return said(self.of_none)

    def say(self, row: Row) -> str:
        """Return the count of a unit in words."""
        count = row.count(self.column)
        if count is None:
            return t("dưới {n} người, ẩn", "fewer than {n} persons, hidden", n=counted.SMALLEST_PUBLIC_CELL)
        return said(self.words).format(n=number(count)) if count else self.none


MEASURES = (
    Measure(
        Column.DOSES,
        Words("Mũi tiêm tại đây", "Doses given here"),
        Words("Số mũi theo nơi tiêm", "Doses by place of vaccination"),
        DOSES,
        Words("chưa ghi mũi nào", "none recorded yet"),
    ),
    Measure(
        Column.ONE,
        Words("Dân ở đây, từ 1 mũi", "Residents, 1 dose or more"),
        Words("Dân đã tiêm từ 1 mũi, theo nơi ở", "Residents with 1 dose or more"),
        PERSONS,
        NOBODY,
    ),
    Measure(
        Column.TWO,
        Words("Dân ở đây, từ 2 mũi", "Residents, 2 or more"),
        Words("Dân đã tiêm từ 2 mũi, theo nơi ở", "Residents with 2 doses or more"),
        PERSONS,
        NOBODY,
    ),
    Measure(
        Column.REGISTERED,
        Words("Dân đã đăng ký", "Residents registered"),
        Words("Dân đã đăng ký tiêm, theo nơi ở", "Residents registered"),
        PERSONS,
        Words("chưa có người đăng ký", "nobody registered yet"),
    ),
    Measure(
        Column.DUE,
        Words("Dân đến hạn tiêm", "Residents due"),
        Words("Dân đã đăng ký và đến hạn tiêm, theo nơi ở", "Residents registered and due"),
        PERSONS,
        Words("không có người đến hạn", "nobody due"),
    ),
    Measure(
        Column.ALLOCATED,
        Words("Liều đã phân bổ", "Doses allocated"),
        Words("Liều đã phân bổ cho các điểm tiêm", "Doses allocated to the sites"),
        STOCK,
        Words("chưa có liều nào", "no doses yet"),
    ),
    Measure(
        Column.ON_HAND,
        Words("Liều còn lại", "Doses on hand"),
        Words("Liều dùng được còn tại các điểm tiêm", "Usable doses on hand at the sites"),
        STOCK,
        Words("không còn liều nào", "no doses left"),
    ),
)
"""Every column, in its order."""


def measures(here: Here, *, due_known: bool) -> dict[Column, Measure]:
    """Return the columns of a page, in their order.

    Residents are known by communes of 2021, demand by any commune but not by site; who is due only once it was computed.
    """
    of_units = here.below is not counted.Level.SITE
    known = {
        Column.ONE: of_units and here.era is ERA,
        Column.TWO: of_units and here.era is ERA,
        Column.REGISTERED: of_units,
        Column.DUE: of_units and due_known,
    }
    return {measure.column: measure for measure in MEASURES if known.get(measure.column, True)}
