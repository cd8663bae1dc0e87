from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiemchung.domain.people.values import Card, Holder

CHIP = "079187004417|271234567|Nguyễn Thị Ánh Hằng|02031987|Nữ|12 Lê Lợi, P. Bến Nghé|01012021"


def test_the_code_of_a_chip_card_fills_in_number_name_birth_and_sex() -> None:
    assert Card.read(CHIP) == Card(
        kind="personal-number",
        number="079187004417",
        name="Nguyễn Thị Ánh Hằng",
        born="1987-03-02",
        sex="female",
        old_number="271234567",
    )


@pytest.mark.parametrize(
    ("written", "born"),
    [
        ("02031987", "1987-03-02"),
        ("01011955", "1955-01-01"),
        ("00001955", "1955"),
        ("00071955", "1955-07"),
        ("31021987", ""),
        ("02131987", ""),
        ("00000000", ""),
    ],
)
def test_a_card_tells_as_much_of_a_birth_date_as_a_calendar_has(written: str, born: str) -> None:
    card = Card.read(f"079187004417||Nguyễn Thị Ánh Hằng|{written}|Nữ|12 Lê Lợi|01012021")
    assert card is not None
    assert (card.number, card.born, card.old_number) == ("079187004417", born, "")


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("079187004417", "personal-number", "079187004417"),
        (" 079 187 004 417 ", "personal-number", "079187004417"),
        ("271234567", "old-identity-card", "271234567"),
        ("c1234567", "passport-vn", "C1234567"),
        ("AB12345", "passport-foreign", "AB12345"),
        ("7916012345", "health-insurance-10", "7916012345"),
        ("079087001122||Trần Văn Ấn|02031987|Nam||", "personal-number", "079087001122"),
        ("079187004417|271234567|A|02031987|Nữ|x|01012021|y|z|9", "personal-number", "079187004417"),
    ],
)
def test_a_number_alone_tells_its_kind_by_its_shape(text: str, kind: str, number: str) -> None:
    card = Card.read(text)
    assert card is not None
    assert (card.kind, card.number) == (kind, number)


@pytest.mark.parametrize("text", ["", "?", "Trần Văn Ấn", "07918700441", "079187004417|x", "٠٧٩١٨٧٠٠٤٤١٧٩", "x" * 500])
def test_what_is_neither_a_card_nor_a_number_is_none(text: str) -> None:
    assert Card.read(text) is None


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    card = Card.read(text)
    assert card is None or card.number


@pytest.mark.parametrize(
    ("number", "year", "sex"),
    [("079187004417", 1987, "female"), ("079087004417", 1987, "male"), ("079301004417", 2001, "female")],
)
def test_a_personal_number_tells_year_and_sex(number: str, year: int, sex: str) -> None:
    assert Holder.of(number) == Holder(year=year, sex=sex)


@pytest.mark.parametrize("number", ["", "27123456", "079987004417", "07918700441X"])
def test_any_other_number_tells_nothing(number: str) -> None:
    assert Holder.of(number) is None
