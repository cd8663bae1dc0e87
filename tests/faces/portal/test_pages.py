from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiemchung.faces.portal.pages import Column, CountryMap, Row, paint_country, shares, sort_rows
from tiemchung.faces.shared import maps
from tiemchung.faces.shared.points import place_points

HCMC, HA_NOI = "79", "01"
CU_CHI, DISTRICT_1 = (106.49, 10.97), (106.70, 10.77)


SHAPES = maps.provinces()


def paint(rows: Sequence[Row]) -> CountryMap:
    return paint_country(rows, SHAPES)


def row(code: str, name: str, doses: int, one: int | None = 0, two: int | None = 0) -> Row:
    return Row(code=code, name=name, sorts_as=name, href=f"/{code}/", doses=doses, one=one, two=two)


ROWS = [row("75", "Đồng Nai", 30, 5, None), row("01", "Hà Nội", 20, None, 1), row("89", "An Giang", 40, 9, 2)]


@pytest.mark.parametrize(
    ("by", "codes"),
    [
        (Column.NAME, ["89", "75", "01"]),
        (Column.DOSES, ["89", "75", "01"]),
        (Column.ONE, ["89", "75", "01"]),
        (Column.TWO, ["89", "01", "75"]),
    ],
)
def test_a_hidden_cell_comes_after_every_figure(by: Column, codes: list[str]) -> None:
    assert [each.code for each in sort_rows(ROWS, by=by).rows] == codes


def test_equal_counts_stay_in_the_alphabet() -> None:
    rows = [row("1", "Đồng Nai", 7), row("2", "Cà Mau", 7), row("3", "Điện Biên", 7)]
    assert [each.name for each in sort_rows(rows, by=Column.DOSES).rows] == ["Cà Mau", "Điện Biên", "Đồng Nai"]


def test_the_sum_is_that_of_the_rows_shown() -> None:
    table = sort_rows(ROWS, by=Column.NAME)
    assert (table.doses, table.largest) == (90, 40)


def test_a_province_without_doses_is_one_of_which_nothing_is_known() -> None:
    country = paint([row(HCMC, "Hồ Chí Minh", 7_000), row(HA_NOI, "Hà Nội", 0)])
    assert {each.row.code: each.shade for each in country.provinces} == {HCMC: 5, HA_NOI: maps.NO_DATA}
    assert country.pointed is not None
    assert country.pointed.row.code == HCMC


def doses_of(each: Row) -> int:
    return each.doses


def test_an_archipelago_wears_the_class_of_its_province() -> None:
    country = paint([row("48", "Đà Nẵng", 900), row("56", "Khánh Hòa", 30)])
    assert [country.shade_of(group.province) for group in maps.ARCHIPELAGOS] == [5, country.scale.class_of(30)]


def test_without_any_dose_the_map_points_nowhere() -> None:
    assert paint([row(HCMC, "Hồ Chí Minh", 0)]).pointed is None


def test_what_has_no_place_is_counted_and_left_to_the_table() -> None:
    drawn = place_points(
        [row("783", "Củ Chi", 5), row("x", "Chưa rõ", 1)],
        {"783": CU_CHI},
        ground=SHAPES[HCMC],
        close_up=False,
        size=doses_of,
    )
    assert [point.row.code for point in drawn.points] == ["783"]
    assert drawn.unplaced == 1


def test_four_times_the_doses_is_four_times_the_area() -> None:
    rows = [row("783", "Củ Chi", 100), row("760", "Quận 1", 400), row("0", "Không", 0)]
    places = {"783": CU_CHI, "760": DISTRICT_1, "0": (106.6, 10.8)}
    drawn = place_points(rows, places, ground=SHAPES[HCMC], close_up=False, size=doses_of)
    radii = {point.row.code: point.radius for point in drawn.points}
    empty = radii["0"]
    assert radii["760"] - empty == pytest.approx(2 * (radii["783"] - empty), rel=1e-3)


def test_units_of_one_heir_do_not_lie_on_each_other() -> None:
    rows = [row(str(n), f"Phường {n}", 10) for n in range(5)]
    drawn = place_points(
        rows, {each.code: DISTRICT_1 for each in rows}, ground=SHAPES[HCMC], close_up=True, size=doses_of
    )
    assert len({(point.x, point.y) for point in drawn.points}) == 5


SPOTS = st.lists(
    st.tuples(st.floats(106.4, 106.9), st.floats(10.4, 11.1), st.integers(0, 10**6)), min_size=1, max_size=30
)


@given(SPOTS, st.booleans())
def test_no_name_covers_another(spots: Sequence[tuple[float, float, int]], close_up: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    rows = [row(str(n), f"Phường số {n}", doses) for n, (_, _, doses) in enumerate(spots)]
    places = {str(n): (lon, lat) for n, (lon, lat, _) in enumerate(spots)}
    drawn = place_points(rows, places, ground=SHAPES[HCMC], close_up=close_up, size=doses_of)
    boxes = [
        (each.x, each.y - drawn.letters, each.x + len(each.words) * drawn.letters * 0.5, each.y)
        for each in drawn.labels
    ]
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_parts_stand_by_size_and_the_largest_fills_its_row() -> None:
    drawn = shares([("Mũi 2", 30), ("Mũi 1", 120), ("Mũi 3", 0)])
    assert [(part.words, part.width) for part in drawn] == [("Mũi 1", 100.0), ("Mũi 2", 25.0)]
