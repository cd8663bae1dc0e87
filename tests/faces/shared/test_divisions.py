"""Which commune a residence names that somebody typed: read in the division in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tiemchung.faces.shared.divisions import commune_named, commune_shown

pytestmark = pytest.mark.django_db
SetTime = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def in_2021(set_time: SetTime) -> None:
    set_time(datetime(2021, 9, 13, 2, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("26740", "26740"),
        ("Phường Trúc Bạch", "00004"),
        ("phuong truc bach, ba dinh, ha noi", "00004"),
        ("Trúc Bạch, Quận Ba Đình", "00004"),
    ],
)
def test_a_whole_name_with_or_without_the_units_above_is_its_code(typed: str, code: str) -> None:
    assert commune_named(typed) == (code, 1)


@pytest.mark.parametrize(
    "typed", ["Quận Ba Đình", "Hà Nội", "Phường Trúc", "Trúc Bạch Ba", "Phường Trúc Bạch, Quận Hoàn Kiếm", "không đâu"]
)
def test_what_is_no_commune_s_whole_name_names_none(typed: str) -> None:
    assert commune_named(typed) == (typed, 0)


def test_of_several_communes_none_is_meant_though_the_other_era_has_one() -> None:
    for several in ("Phường Ba Đình", "Ba Đình", "Phường 1"):
        found = commune_named(several)
        assert found.code == several
        assert found.fitting > 1


def test_a_commune_since_2025_whose_number_another_had_is_not_named() -> None:
    assert commune_named("Phường Hoàn Kiếm") == ("Phường Hoàn Kiếm", 1)
    assert commune_shown("00070") == "Phường Hàng Trống, Quận Hoàn Kiếm, Thành phố Hà Nội (00070)"


def test_what_is_no_commune_is_not_shown_as_a_residence() -> None:
    assert commune_shown("26740").endswith("Thành phố Hồ Chí Minh (26740)")
    assert [commune_shown(code) for code in ("79", "001", "99999", "Phường 1")] == [""] * 4


def test_since_july_2025_a_residence_is_one_of_today_and_an_old_name_with_a_number_of_today_is_not_named(
    set_time: SetTime,
) -> None:
    set_time(datetime(2026, 4, 6, 2, 0, tzinfo=UTC))
    assert commune_named("Phường Hoàn Kiếm, Hà Nội") == ("00070", 1)
    assert commune_shown("00070") == "Phường Hoàn Kiếm, Thành phố Hà Nội (00070)"
    assert commune_named("Phường Trúc Bạch") == ("Phường Trúc Bạch", 1), "its number is Ba Đình's today"
    assert commune_named("Phường Phúc Xá") == ("00001", 1), "its number is nobody else's"
