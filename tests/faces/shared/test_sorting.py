from __future__ import annotations

from tiemchung.faces.shared.sorting import alphabetical


def test_names_stand_as_in_a_vietnamese_dictionary() -> None:
    in_order = [
        "An Giang",
        "Ăn Thi",
        "Ân Thi",
        "Bà Rịa",
        "Bình Dương",
        "Cà Mau",
        "Đà Nẵng",
        "Đắk Lắk",
        "Điện Biên",
        "Hà Nội",
    ]
    assert sorted(set(in_order), key=alphabetical) == in_order


def test_tones_decide_only_between_equal_letters() -> None:
    in_order = ["ma", "mà", "mả", "mã", "má", "mạ", "mạc"]
    assert sorted(set(in_order), key=alphabetical) == in_order


def test_numbered_districts_stand_by_their_number() -> None:
    assert sorted(["Quận 10", "Quận 2", "Quận Gò Vấp", "Quận 1"], key=alphabetical) == [
        "Quận 1",
        "Quận 2",
        "Quận 10",
        "Quận Gò Vấp",
    ]
