"""What the open pages show, as frozen values: rows of a table, the drawing above it, and the days below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tiemchung.faces.shared import maps
from tiemchung.faces.shared.sorting import alphabetical

OLD_AFTER = timedelta(minutes=30)
"""From which age on a page warns how old its figures are. A habit of ours: sites send every few minutes."""


class Column(StrEnum):
    """By which column a table is sorted and the map above it drawn; the value stands in the address."""

    NAME = "name"
    DOSES = "doses"
    ONE = "one"
    TWO = "two"
    REGISTERED = "registered"
    DUE = "due"
    CALLED = "called"
    ALLOCATED = "allocated"
    ON_HAND = "on-hand"
    PROGRESS = "progress"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One unit: doses given at its sites, and its residents with at least one and two doses (None: hidden, too few).

    `registered` and `due` count residents who want a dose and whose next one is due (None: hidden), of a site those who
    want it there; `called` who has an appointment (None: hidden). `allocated` and `on_hand` are doses that came to its
    sites so far, and that lie there now. `of` is what progress is measured against: the target list, of a site the doses
    it was allocated.
    """

    code: str
    name: str
    sorts_as: str
    href: str | None
    doses: int
    one: int | None
    two: int | None
    registered: int | None = 0
    due: int | None = 0
    called: int | None = 0
    allocated: int = 0
    on_hand: int = 0
    reached: int | None = 0
    of: int | None = 0

    @property
    def share(self) -> float | None:
        """Return how far it is; None where there is nothing to measure by, or either number is hidden."""
        return None if self.reached is None or not self.of else self.reached / self.of

    @property
    def per_mille(self) -> int | None:
        """Return how far it is as a whole number; None is hidden, 0 stands for nothing to measure by."""
        if self.reached is None or self.of is None:
            return None
        return round(1000 * self.reached / self.of) if self.of else 0

    def count(self, by: Column) -> int | None:
        """Return what stands in a column; None is hidden."""
        return {
            Column.NAME: self.doses,
            Column.DOSES: self.doses,
            Column.ONE: self.one,
            Column.TWO: self.two,
            Column.REGISTERED: self.registered,
            Column.DUE: self.due,
            Column.CALLED: self.called,
            Column.ALLOCATED: self.allocated,
            Column.ON_HAND: self.on_hand,
            Column.PROGRESS: self.per_mille,
        }[by]

    def size(self, by: Column) -> int:
        """Return how large the map draws it: what is hidden is drawn as nothing."""
        return self.count(by) or 0


@dataclass(frozen=True, kw_only=True)
class Table:
    """The rows as they are sorted now; the largest count sets the width of the bars."""

    rows: tuple[Row, ...]
    sorted_by: Column
    largest: int
    doses: int


@dataclass(frozen=True, kw_only=True)
class Painted:
    """One province of the country's map, in the class of its doses."""

    row: Row
    path: str
    x: float
    y: float
    shade: int


@dataclass(frozen=True, kw_only=True)
class CountryMap:
    """The country by province, the bounds of its classes, and the province that the callout starts with."""

    by: Column
    provinces: tuple[Painted, ...]
    scale: maps.Scale
    pointed: Painted | None

    def shade_of(self, province: str) -> int:
        """Return the class of a province, for the archipelago that belongs to it."""
        return next((painted.shade for painted in self.provinces if painted.row.code == province), maps.NO_DATA)


@dataclass(frozen=True, kw_only=True)
class Share:
    """One part of all doses: what it is, how many (None: hidden), and the width of its bar in per cent of the largest."""

    words: str
    doses: int | None
    width: float


@dataclass(frozen=True, kw_only=True)
class AgeRow:
    """Residents of one age band with at least one and two doses (None: hidden, too few)."""

    words: str
    one: int | None
    two: int | None


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far the country is on one goal: what was reached, of how many, and where both numbers come from.

    `share` and `mark` (of one) are None where no source gives a denominator: then a count is shown and nothing else.
    """

    title: str
    reached: int
    unit: str
    share: float | None
    mark: float | None
    of: str
    due_on: date | None
    source: str


@dataclass(frozen=True, kw_only=True)
class Age:
    """When the newest entry in the figures reached the center, and how long ago that was."""

    as_of: datetime
    span: timedelta

    @property
    def old(self) -> bool:
        """Tell whether the page should warn."""
        return self.span > OLD_AFTER


def sort_rows(rows: Sequence[Row], *, by: Column) -> Table:
    """Sort by name in the alphabet, or by a count from the largest down; what is hidden comes after every figure."""
    ordered = sorted(rows, key=lambda row: alphabetical(row.sorts_as))
    if by is not Column.NAME:
        ordered.sort(key=lambda row: -1 if (count := row.count(by)) is None else count, reverse=True)
    return Table(
        rows=tuple(ordered),
        sorted_by=by,
        largest=max((row.doses for row in rows), default=0),
        doses=sum(row.doses for row in rows),
    )


def paint_country(rows: Iterable[Row], shapes: Mapping[str, maps.Shape], *, by: Column = Column.DOSES) -> CountryMap:
    """Color every province by one column; a province without any is a province of which nothing is known."""
    by_code = {row.code: row for row in rows}
    scale = maps.scale_of(row.size(by) for code, row in by_code.items() if code in shapes)
    painted = tuple(
        Painted(row=by_code[code], path=shape.path, x=shape.x, y=shape.y, shade=scale.class_of(by_code[code].size(by)))
        for code, shape in shapes.items()
        if code in by_code
    )
    most = max(painted, key=lambda province: province.row.size(by), default=None)
    return CountryMap(by=by, provinces=painted, scale=scale, pointed=most if most and most.row.size(by) else None)


def shares(parts: Iterable[tuple[str, int | None]], *, ordered: bool = False) -> tuple[Share, ...]:
    """Set parts of all doses side by side, the largest first unless they have an order; what is hidden has no bar."""
    told = [(words, doses) for words, doses in parts if doses != 0]
    if not ordered:
        told.sort(key=lambda part: -(part[1] or 0))
    largest = max((doses or 0 for _, doses in told), default=0) or 1
    return tuple(Share(words=words, doses=doses, width=round(100 * (doses or 0) / largest, 2)) for words, doses in told)
