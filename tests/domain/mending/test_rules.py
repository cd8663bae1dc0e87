from __future__ import annotations

import pytest

from tiemchung.domain.mending.rules import LETTERS, new_number, read_number


def test_a_number_reads_back_however_it_is_typed() -> None:
    number = new_number()
    plain = number.replace("-", "")
    for typed in (number, plain, number.lower(), f"  {plain[:3]} {plain[3:]} "):
        assert read_number(typed) == number


def test_no_letter_is_taken_for_another() -> None:
    assert not set("01OILU") & set(LETTERS)


def test_numbers_do_not_repeat() -> None:
    assert len({new_number() for _ in range(1_000)}) == 1_000


@pytest.mark.parametrize("typed", ["", "7K3MC", "7K3MC-9QXDO", "7K3MC-9QXDA-2", "Đ" * 10, "' or 1=1 --"])
def test_what_can_be_no_number_is_none(typed: str) -> None:
    assert read_number(typed) is None
