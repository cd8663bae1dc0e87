"""The country and its parts as the center sees them: by today's doses, with a mark where sites are silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tiemchung.faces.shared import maps
from tiemchung.faces.shared.numbers import axis_number, number
from tiemchung.faces.shared.points import place_points
from tiemchung.faces.shared.words import t


@dataclass(frozen=True, kw_only=True)
class Row:
    """A province as the shared map asks for it."""

    code: str
    name: str
    href: str
    doses: int


@dataclass(frozen=True, kw_only=True)
class Painted:
    """A province's shape in its class."""

    row: Row
    path: str
    x: float
    y: float
    shade: int


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A province with silent sites: where the mark stands, and what it says."""

    x: float
    y: float
    words: str


class Today:
    """By what the map is drawn: the doses given today."""

    @property
    def none(self) -> str:
        """Return the words for no dose."""
        return t("chưa có mũi", "none yet")

    def axis(self, bound: int) -> str:
        """Return the bound of a class of the map."""
        return axis_number(bound)

    def say(self, row: Row) -> str:
        """Return the count of a province in words."""
        return t("{n} mũi", "{n} [dose|doses]", n=number(row.doses)) if row.doses else self.none


@dataclass(frozen=True, kw_only=True)
class CountryMap:
    """What the shared map draws; nothing is pointed at, the marks say what to look at."""

    provinces: tuple[Painted, ...]
    scale: maps.Scale
    marks: tuple[Mark, ...]
    pointed: Painted | None = None

    def shade_of(self, province: str) -> int:
        """Return the class of a province, for the archipelago that belongs to it."""
        return next((painted.shade for painted in self.provinces if painted.row.code == province), maps.NO_DATA)


def unit_map(
    rows: Sequence[Row],
    spots: Mapping[str, tuple[float, float]],
    *,
    silent: Mapping[str, int],
    ground: maps.Shape,
    level: int,
) -> dict[str, object]:
    """Return what the macro of points takes: the units below one, `level` units deep, on the shape of their province.

    No shapes are to be had below the province, so a unit is a point at its middle, as on the portal.
    """
    drawn = place_points(rows, spots, ground=ground, close_up=level > 1, size=lambda row: row.doses)
    marks = tuple(
        Mark(x=each.x, y=each.y, words=_silent(each.row.name, silent[each.row.code]))
        for each in drawn.points
        if silent.get(each.row.code)
    )
    return {"map": drawn, "measure": Today(), "marks": marks}


def _silent(name: str, sites: int) -> str:
    return t("{name}: {n} điểm im lặng", "{name}: {n} silent [site|sites]", name=name, n=sites)


def country_map(rows: Sequence[Row], *, silent: Mapping[str, int], era: str = "2021") -> dict[str, object]:
    """Return what the map's macro takes: today's doses by province, and how many sites are silent in which."""
    shapes, by_code = maps.provinces(era), {row.code: row for row in rows}
    scale = maps.scale_of(row.doses for code, row in by_code.items() if code in shapes)
    painted = tuple(
        Painted(row=by_code[code], path=shape.path, x=shape.x, y=shape.y, shade=scale.class_of(by_code[code].doses))
        for code, shape in shapes.items()
        if code in by_code
    )
    marks = tuple(
        Mark(
            x=each.x,
            y=each.y,
            words=_silent(each.row.name, silent[each.row.code]),
        )
        for each in painted
        if silent.get(each.row.code)
    )
    return {
        "map": CountryMap(provinces=painted, scale=scale, marks=marks),
        "measure": Today(),
        "archipelagos": [
            {
                "name": t(*group.names),
                "belongs_to": group.belongs_to,
                "province": group.province,
                "top": group.top,
                "height": group.height,
                "dots": group.dots,
            }
            for group in maps.ARCHIPELAGOS
        ],
        "inset_left": maps.INSET_LEFT,
        "inset_width": maps.INSET_WIDTH,
        "view_box": maps.VIEW_BOX,
    }
