from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiemchung.faces.shared import maps

HA_NOI, DA_NANG, KHANH_HOA, CA_MAU = "01", "48", "56", "96"


def test_every_province_has_a_shape_inside_the_drawing() -> None:
    shapes = maps.provinces()
    left, top, width, height = (float(side) for side in maps.VIEW_BOX.split())
    assert len(shapes) == 63
    for shape in shapes.values():
        x0, y0, x1, y1 = shape.box
        assert left <= x0 < x1 <= left + width
        assert top <= y0 < y1 <= top + height


def test_paths_close_and_hold_nothing_but_steps_of_a_tenth() -> None:
    for shape in maps.provinces().values():
        assert re.fullmatch(r"(M-?[\d.]+ -?[\d.]+l(-?[\d.]+ -?[\d.]+ ?)+z)+", shape.path)


def test_the_country_is_the_right_way_up() -> None:
    shapes = maps.provinces()
    assert shapes[HA_NOI].y < shapes[DA_NANG].y < shapes[CA_MAU].y
    assert shapes[CA_MAU].x < shapes[KHANH_HOA].x


def test_no_province_reaches_into_the_insets_of_the_archipelagos() -> None:
    for inset in maps.ARCHIPELAGOS:
        for shape in maps.provinces().values():
            _, y0, x1, y1 = shape.box
            apart = x1 < maps.INSET_LEFT or y1 < inset.top or y0 > inset.top + inset.height
            assert apart, f"{shape.code} under {inset.names[0]}"


def test_both_archipelagos_belong_to_their_provinces() -> None:
    assert {group.names[0]: group.province for group in maps.ARCHIPELAGOS} == {
        "Hoàng Sa": DA_NANG,
        "Trường Sa": KHANH_HOA,
    }


@pytest.mark.parametrize(
    ("counts", "bounds"),
    [
        ([], ()),
        ([0, 0], ()),
        ([1], (1,)),
        ([7, 3], (5, 2, 1)),
        ([930_000, 12], (500_000, 200_000, 100_000, 50_000)),
        ([1_000], (1_000, 500, 200, 100)),
    ],
)
def test_bounds_are_round_and_the_largest_count_reaches_the_highest(counts: list[int], bounds: tuple[int, ...]) -> None:
    assert maps.scale_of(counts).bounds == bounds


@given(st.lists(st.integers(0, 10**9), min_size=1))
def test_more_is_never_paler(counts: list[int]) -> None:
    scale = maps.scale_of(counts)
    classes = [scale.class_of(count) for count in sorted(counts)]
    assert classes == sorted(classes)
    assert max(classes) == (5 if max(counts) else maps.NO_DATA)


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_the_legend_says_the_class_that_the_map_paints(largest: int, count: int) -> None:
    scale = maps.scale_of([largest])
    count = min(count, largest)
    painted = [shade for shade, lowest, below in scale.steps() if count >= lowest and (below is None or count < below)]
    assert painted == [scale.class_of(count)]
