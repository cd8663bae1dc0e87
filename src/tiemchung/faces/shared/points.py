"""Units below a province as points on its shape: where they lie, as large as they count, named as far as there is room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import cos, pi, sin, sqrt
from typing import Generic, Protocol, TypeVar

from tiemchung.faces.shared import maps

SMALLEST_POINT, WIDEST_POINT = 0.008, 0.042
"""Radius of a circle without doses, and what the largest count adds to it, as shares of the drawing's side."""

LETTERS, NAMED_POINTS = 0.03, 8
"""Size of a point's name as a share of the drawing's side, and how many points are named at most."""

SMALLEST_VIEW = 2.0
"""A drawing is never closer than this many pixels of the country's map (some 5 km), or one point would fill it."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


class Named(Protocol):
    """A row of a table as a point asks for it."""

    @property
    def code(self) -> str:
        """Return its code, by which its place is known."""

    @property
    def name(self) -> str:
        """Return its name."""

    @property
    def href(self) -> str | None:
        """Return the address of its page, if it has one."""


RowT = TypeVar("RowT", bound=Named)


@dataclass(frozen=True, kw_only=True)
class Point(Generic[RowT]):
    """A unit as a circle whose area follows its count (`size`), in the drawing's own units."""

    row: RowT
    size: int
    x: float
    y: float
    radius: float


@dataclass(frozen=True, kw_only=True)
class Label:
    """A point's name where there is room for it."""

    words: str
    x: float
    y: float


@dataclass(frozen=True, kw_only=True)
class PointMap(Generic[RowT]):
    """Units below a province as points on its shape. `unplaced` counts those that have no place and are in the table only."""

    view_box: str
    ground: str
    points: tuple[Point[RowT], ...]
    letters: float
    labels: tuple[Label, ...]
    unplaced: int


def place_points(
    rows: Sequence[RowT],
    places: Mapping[str, tuple[float, float]],
    *,
    ground: maps.Shape,
    close_up: bool,
    size: Callable[[RowT], int],
) -> PointMap[RowT]:
    """Set the units as circles on their province's shape; close up, the drawing is cut to the points themselves.

    Units that fell to one heir share its middle: they stand in a ring around it.
    """
    spots = {row.code: maps.project(*places[row.code]) for row in rows if row.code in places}
    left, top, side = _square(_around(spots.values()) if close_up and spots else ground.box)
    largest = max((size(row) for row in rows), default=0)
    placed = sorted((row for row in rows if row.code in spots), key=size, reverse=True)
    points = [
        Point(
            row=row,
            size=size(row),
            x=spots[row.code][0],
            y=spots[row.code][1],
            radius=side * (SMALLEST_POINT + WIDEST_POINT * sqrt(size(row) / largest if largest else 0)),
        )
        for row in placed
    ]
    points = _in_rings(points, reach=side * WIDEST_POINT)
    letters = side * LETTERS
    return PointMap(
        view_box=f"{left:.3f} {top:.3f} {side:.3f} {side:.3f}",
        ground=ground.path,
        points=tuple(points),
        letters=round(letters, 3),
        labels=_labels(points, letters=letters, right=left + side),
        unplaced=len(rows) - len(placed),
    )


def _around(spots: Iterable[tuple[float, float]]) -> Box:
    xs, ys = zip(*spots, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _square(box: Box) -> tuple[float, float, float]:
    """Return the upper left corner and the side of a square around a box, with a margin."""
    left, top, right, bottom = box
    side = max(right - left, bottom - top, SMALLEST_VIEW) * 1.24
    return (left + right - side) / 2, (top + bottom - side) / 2, side


def _in_rings(points: Sequence[Point[RowT]], *, reach: float) -> list[Point[RowT]]:
    at_spot: dict[tuple[float, float], list[Point[RowT]]] = {}
    for point in points:
        at_spot.setdefault((point.x, point.y), []).append(point)
    moved = []
    for (x, y), together in at_spot.items():
        distance = reach * max(1.0, len(together) / 4) if len(together) > 1 else 0.0
        for turn, point in enumerate(together):
            angle = 2 * pi * turn / len(together)
            moved.append(replace(point, x=x + distance * sin(angle), y=y - distance * cos(angle)))
    return [replace(p, x=round(p.x, 3), y=round(p.y, 3), radius=round(p.radius, 3)) for p in moved]


def _labels(points: Sequence[Point[RowT]], *, letters: float, right: float) -> tuple[Label, ...]:
    """Name the largest points, as many as find room: no name covers another name or another point."""
    taken = [(p.x - p.radius, p.y - p.radius, p.x + p.radius, p.y + p.radius) for p in points]
    found: list[Label] = []
    for point in sorted(points, key=lambda point: point.size, reverse=True):
        if len(found) == NAMED_POINTS or not point.size:
            break
        x, width = point.x + point.radius + letters * 0.25, len(point.row.name) * letters * 0.58
        box = (x, point.y - letters * 0.8, x + width, point.y + letters * 0.4)
        if box[2] < right and not any(_overlap(box, other) for other in taken):
            taken.append(box)
            found.append(Label(words=point.row.name, x=round(x, 3), y=round(point.y + letters * 0.35, 3)))
    return tuple(found)


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
