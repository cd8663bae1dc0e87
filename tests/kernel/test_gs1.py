from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conformance.gs1 import make
from tiemchung.kernel.gs1 import SEPARATOR, ElementCode, ElementString, ElementStringError, check_digit, parse

TODAY = date(2021, 9, 13)
GS = SEPARATOR
GTIN = "09506000134352"  # of GS1's own examples
LETTERS = st.text(alphabet="ABCabc0123456789-/.()", min_size=1, max_size=20)


def read(text: str) -> ElementString:
    return parse(text, today=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        f"(01){GTIN}(10)ABX1234(17)220630(21)S-77",
        f"01{GTIN}10ABX1234{GS}1722063021S-77",
        f"]d201{GTIN}10ABX1234{GS}1722063021S-77",
        f"{GS}01{GTIN}10ABX1234{GS}1722063021S-77",
        f"]C101{GTIN}172206301{'0ABX1234'}{GS}21S-77{GS}",
        f"01{GTIN}{GS}17220630{GS}10ABX1234{GS}21S-77",  # some printers separate what needs none
    ],
)
def test_both_spellings_say_the_same(text: str) -> None:
    box = read(text)
    assert (box.gtin, box.lot, box.expires_on, box.serial) == (GTIN, "ABX1234", date(2022, 6, 30), "S-77")


def test_all_elements_are_kept_in_order() -> None:
    box = read(f"(11)210401(37)10(01){GTIN}")
    assert box.elements == (("11", "210401"), ("37", "10"), ("01", GTIN))
    assert box.produced_on == date(2021, 4, 1)
    assert box.lot is None


def test_a_lot_that_starts_like_another_element_ends_at_the_separator_only() -> None:
    assert read(f"1017ABC21{GS}17220630").lot == "17ABC21"


def test_brackets_that_hold_no_identifier_belong_to_the_value() -> None:
    assert read("(10)AB(5)C").lot == "AB(5)C"


@pytest.mark.parametrize(
    ("digits", "day"),
    [
        ("220630", date(2022, 6, 30)),
        ("220600", date(2022, 6, 30)),
        ("240200", date(2024, 2, 29)),
        ("230200", date(2023, 2, 28)),
        ("700101", date(2070, 1, 1)),  # 49 ahead of 2021
        ("710101", date(2071, 1, 1)),  # 50 ahead: still this century
        ("720101", date(1972, 1, 1)),  # 51 ahead: the last
        ("990101", date(1999, 1, 1)),
    ],
)
def test_two_digits_find_their_century_and_day_zero_is_the_last(digits: str, day: date) -> None:
    assert read(f"(17){digits}").expires_on == day


def test_near_the_end_of_a_century_small_years_are_the_next() -> None:
    assert parse("(17)050101", today=date(2099, 1, 1)).expires_on == date(2105, 1, 1)
    assert parse("(17)490101", today=date(2099, 1, 1)).expires_on == date(2149, 1, 1)
    assert parse("(17)500101", today=date(2099, 1, 1)).expires_on == date(2050, 1, 1)


@pytest.mark.parametrize(
    ("text", "code", "identifier"),
    [
        ("", ElementCode.EMPTY, ""),
        ("]d2", ElementCode.EMPTY, ""),
        ("hello", ElementCode.IDENTIFIER_UNKNOWN, "hell"),
        ("8935049010019", ElementCode.IDENTIFIER_UNKNOWN, "8935"),  # a bare EAN-13 is no element string
        ("(88)1", ElementCode.IDENTIFIER_UNKNOWN, "88"),
        ("(01)0950600013435", ElementCode.TOO_SHORT, "01"),
        ("010950600013435", ElementCode.TOO_SHORT, "01"),
        (f"(01){GTIN}1", ElementCode.TOO_LONG, "01"),
        ("(01)09506000134353", ElementCode.CHECK_DIGIT_WRONG, "01"),
        ("(01)0950600013435X", ElementCode.NOT_DIGITS, "01"),
        ("(17)２２０６３０", ElementCode.NOT_DIGITS, "17"),
        ("(10)", ElementCode.TOO_SHORT, "10"),
        ("(10)" + "A" * 21, ElementCode.TOO_LONG, "10"),
        ("(10)Lô 7", ElementCode.LETTER_NOT_ALLOWED, "10"),
        ("(17)221301", ElementCode.NO_SUCH_DAY, "17"),
        ("(17)220631", ElementCode.NO_SUCH_DAY, "17"),
        ("(17)220000", ElementCode.NO_SUCH_DAY, "17"),
        ("(10)A(10)B", ElementCode.TWO_VALUES, "10"),
    ],
)
def test_what_is_no_element_string_is_refused_with_its_reason(text: str, code: ElementCode, identifier: str) -> None:
    with pytest.raises(ElementStringError) as refusal:
        read(text)
    assert (refusal.value.code, refusal.value.identifier) == (code, identifier)


def test_the_same_element_twice_is_no_contradiction() -> None:
    assert read("(10)A(10)A").lot == "A"


@pytest.mark.parametrize(("body", "digit"), [("0950600013435", "2"), ("629104150021", "3"), ("37610425002123456", "9")])
def test_check_digits_are_those_of_gs1s_examples(body: str, digit: str) -> None:
    assert check_digit(body) == digit


@given(body=st.text(alphabet="0123456789", min_size=13, max_size=13), place=st.integers(0, 12), shift=st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body: str, place: int, shift: int) -> None:
    wrong = body[:place] + str((int(body[place]) + shift) % 10) + body[place + 1 :]
    assert read(f"(01){body}{check_digit(body)}").gtin == body + check_digit(body)
    with pytest.raises(ElementStringError):
        read(f"(01){wrong}{check_digit(body)}")


@given(lot=LETTERS, serial=LETTERS, day=st.dates(date(1972, 1, 1), date(2071, 12, 31)))
def test_what_a_printer_wrote_a_scanner_reads(lot: str, serial: str, day: date) -> None:
    box = read(f"01{GTIN}17{day:%y%m%d}10{lot}{GS}21{serial}")
    assert (box.gtin, box.expires_on, box.lot, box.serial) == (GTIN, day, lot, serial)


@given(today=st.dates(date(1950, 1, 1), date(2150, 1, 1)), days=st.integers(-49 * 365, 49 * 365))
def test_any_day_within_49_years_is_read_back(today: date, days: int) -> None:
    day = today + timedelta(days=days)
    assert parse(f"(17){day:%y%m%d}", today=today).expires_on == day


@given(text=st.text(max_size=60))
def test_any_text_is_read_or_refused_and_never_breaks(text: str) -> None:
    with suppress(ElementStringError):
        assert read(text).elements


def test_the_cases_of_both_readers_are_what_the_kernel_reads() -> None:
    assert make.CASES.read_text(encoding="utf-8") == make.written()
