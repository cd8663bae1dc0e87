"""The country as paths: the reference shapes, projected once, and the classes that color a count."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from math import cos, radians
from typing import Any

Ring = Sequence[tuple[float, float]]

WEST, NORTH = 102.1, 23.42
"""The upper left corner of the drawing, in degrees."""
PIXELS_PER_DEGREE = 40.0
_EAST_SCALE = PIXELS_PER_DEGREE * cos(radians(16))
"""A degree of longitude is drawn as wide as it is at 16° north, the middle of the country."""

VIEW_BOX = "-4 -6 432 624"
NO_DATA = 0


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One province: its outline as an SVG path, the middle of its largest part, and the box around it, in pixels."""

    code: str
    path: str
    x: float
    y: float
    box: tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Archipelago:
    """An island group, drawn in an inset east of the mainland in the class of the province it belongs to.

    The dots are a scheme for the eye, not to scale: the reference file has one point for each group.
    """

    names: tuple[str, str]
    province: str
    belongs_to: str
    top: int
    height: int
    dots: tuple[tuple[int, int, float], ...]


ARCHIPELAGOS = (
    Archipelago(
        names=("Hoàng Sa", "Hoang Sa"),
        province="48",
        belongs_to="Đà Nẵng",
        top=206,
        height=132,
        dots=((331, 238, 2.6), (327, 229, 2.2), (338, 233, 2.2), (320, 244, 2.2), (371, 228, 3.4), (379, 221, 2.4),
              (386, 232, 2.4), (374, 238, 2.2), (324, 259, 2.4)),
    ),
    Archipelago(
        names=("Trường Sa", "Truong Sa"),
        province="56",
        belongs_to="Khánh Hòa",
        top=448,
        height=156,
        dots=((382, 460, 2.6), (387, 469, 2.2), (389, 485, 3.0), (395, 489, 2.4), (378, 491, 2.2), (385, 500, 2.2),
              (356, 506, 2.4), (372, 517, 2.2), (339, 519, 3.2), (330, 513, 2.2), (352, 528, 2.2)),
    ),
)  # fmt: skip
INSET_LEFT, INSET_WIDTH = 300, 124


def project(lon: float, lat: float) -> tuple[float, float]:
    """Return where a place lies in the drawing, in pixels from the upper left corner."""
    return (lon - WEST) * _EAST_SCALE, (NORTH - lat) * PIXELS_PER_DEGREE


@cache
def provinces(era: str = "2021") -> dict[str, Shape]:
    """Return the provinces' shapes by code, as projected from the reference file of one era."""
    text = (resources.files("tiemchung.reference") / f"vn_provinces_{era}.geojson").read_text(encoding="utf-8")
    return {
        feature["properties"]["code"]: _shape(feature["properties"]["code"], feature["geometry"])
        for feature in json.loads(text)["features"]
        if feature["properties"]["kind"] == "province"
    }


def _shape(code: str, geometry: dict[str, Any]) -> Shape:
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    rings = [[project(lon, lat) for lon, lat in ring] for part in parts for ring in part]
    largest = max(rings, key=lambda ring: abs(_area(ring)))
    x, y = _middle(largest)
    xs, ys = zip(*(point for ring in rings for point in ring), strict=True)
    box = (min(xs), min(ys), max(xs), max(ys))
    return Shape(code=code, path="".join(_path(ring) for ring in rings), x=round(x, 1), y=round(y, 1), box=box)


def _path(ring: Ring) -> str:
    """Write a closed ring with steps of a tenth of a pixel; points that fall together are written once."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in ring]
    (last_x, last_y), steps = tenths[0], []
    for x, y in tenths[1:-1]:
        if (x, y) != (last_x, last_y):
            steps.append(f"{_tenth(x - last_x)} {_tenth(y - last_y)}")
            last_x, last_y = x, y
    return f"M{_tenth(tenths[0][0])} {_tenth(tenths[0][1])}l{' '.join(steps)}z" if len(steps) > 1 else ""


def _tenth(tenths: int) -> str:
    return f"{tenths / 10:g}"


def _area(ring: Ring) -> float:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring)) / 2


def _middle(ring: Ring) -> tuple[float, float]:
    area = _area(ring)
    crossed = [(x0 + x1, y0 + y1, x0 * y1 - x1 * y0) for (x0, y0), (x1, y1) in pairwise(ring)]
    return sum(x * c for x, _, c in crossed) / (6 * area), sum(y * c for _, y, c in crossed) / (6 * area)


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Up to five classes of a count, the highest always the strongest color. Zero has no class: nothing is known."""

    bounds: tuple[int, ...]

    def class_of(self, count: int) -> int:
        """Return 1 to 5, or `NO_DATA` for none."""
        if count <= 0:
            return NO_DATA
        return 5 - sum(count < bound for bound in self.bounds)

    def steps(self) -> list[tuple[int, int, int | None]]:
        """Return for each class, from the highest, the class, its lowest count and the count it stays below."""
        uppers: list[int | None] = [None, *self.bounds]
        lowers = [*self.bounds, 1] if 1 not in self.bounds else [*self.bounds]
        return [(5 - place, lower, uppers[place]) for place, lower in enumerate(lowers)]


def scale_of(counts: Iterable[int]) -> Scale:
    """Choose up to four bounds of 1, 2 or 5 times a power of ten, the highest one that the largest count reaches."""
    largest = max(counts, default=0)
    marks = [step * 10**power for power in range(len(str(largest))) for step in (1, 2, 5)]
    return Scale(bounds=tuple(sorted((mark for mark in marks if mark <= largest), reverse=True)[:4]))
