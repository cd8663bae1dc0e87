"""What the table has a column for and the map can be drawn by: its words, and where it is known at all."""

from __future__ import annotations

from dataclasses import dataclass

from tiemchung.domain.figures import values as counted
from tiemchung.faces.portal.pages import Column, Row
from tiemchung.faces.portal.units import Here
from tiemchung.faces.shared.numbers import axis_number, number, percent
from tiemchung.faces.shared.words import Words, said, t

DOSES = Words("{n} mũi", "{n} [dose|doses]")
PERSONS = Words("{n} người", "{n} [person|persons]")
STOCK = Words("{n} liều", "{n} [dose|doses]")
NOBODY = Words("chưa có người nào", "nobody yet")
OF_LIST = Words("{n} so với danh sách", "{n} of the target list")
OF_ALLOCATED = Words("{n} số liều đã phân bổ", "{n} of the doses allocated")


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
        return said(self.words, n=self._written(row, count)) if count else self.none

    def cell(self, row: Row) -> str | None:
        """Return what stands in the column of a unit; None is hidden."""
        count = row.count(self.column)
        return None if count is None else self._written(row, count)

    def _written(self, row: Row, count: int) -> str:
        if self.column is not Column.PROGRESS:
            return number(count)
        return "–" if row.share is None else percent(row.share)

    def plain(self, row: Row) -> str:
        """Return what stands in the column of a file: plain digits, of progress a share of one."""
        count = row.count(self.column)
        if count is None:
            return t("ẩn", "hidden")
        if self.column is Column.PROGRESS:
            return "" if row.share is None else f"{row.share:.4f}"
        return str(count)

    def axis(self, bound: int) -> str:
        """Return the bound of a class of the map."""
        return percent(bound / 1000) if self.column is Column.PROGRESS else axis_number(bound)


_GIVEN = Measure(
    Column.DOSES,
    Words("Mũi tiêm tại đây", "Doses given here"),
    Words("Số mũi theo nơi tiêm", "Doses by place of vaccination"),
    DOSES,
    Words("chưa ghi mũi nào", "none recorded yet"),
)
_STOCKED = (
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
UNIT_MEASURES = (
    _GIVEN,
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
        Column.PROGRESS,
        Words("Từ 1 mũi so với danh sách", "1 dose or more, of the list"),
        Words("Dân đã tiêm từ 1 mũi so với danh sách đối tượng", "Residents with 1 dose or more, of the target list"),
        OF_LIST,
        Words("chưa có tỉ lệ", "no share yet"),
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
    *_STOCKED,
)
"""Every column of a table of units, in its order."""
SITE_MEASURES = (
    _GIVEN,
    Measure(
        Column.PROGRESS,
        Words("Đã tiêm so với phân bổ", "Given, of those allocated"),
        Words("Mũi đã tiêm so với số liều đã phân bổ cho điểm", "Doses given, of those allocated to the site"),
        OF_ALLOCATED,
        Words("chưa có tỉ lệ", "no share yet"),
    ),
    Measure(
        Column.REGISTERED,
        Words("Đăng ký tiêm tại đây", "Registered for this site"),
        Words("Người đăng ký muốn tiêm tại điểm", "Persons registered for the site"),
        PERSONS,
        Words("chưa có người đăng ký", "nobody registered yet"),
    ),
    Measure(
        Column.DUE,
        Words("Trong đó đến hạn", "Of them due"),
        Words("Người đăng ký tại điểm và đến hạn tiêm", "Persons registered for the site and due"),
        PERSONS,
        Words("không có người đến hạn", "nobody due"),
    ),
    Measure(
        Column.CALLED,
        Words("Đã hẹn, từ hôm nay", "Appointments from today"),
        Words("Lịch hẹn tại điểm, từ hôm nay", "Appointments at the site from today"),
        PERSONS,
        Words("chưa hẹn ai", "nobody called"),
    ),
    *_STOCKED,
)
"""Every column of a table of sites, in its order: who is counted wishes for the site, wherever they live."""


def measures(here: Here, *, due_known: bool) -> dict[Column, Measure]:
    """Return the columns of a page, in their order; who is due only once it was computed."""
    every = SITE_MEASURES if here.below is counted.Level.SITE else UNIT_MEASURES
    return {measure.column: measure for measure in every if due_known or measure.column is not Column.DUE}
