"""GS1 element strings: what the DataMatrix on a vaccine's box or vial says.

Read in two spellings: as a scanner gives it (application identifiers run together, FNC1 as the group separator, with or
without the symbology's name before it) and as people print it, with identifiers in brackets. The rules are those of the
GS1 General Specifications, sections 3 (identifiers) and 7.12 (the century of a two-digit year).
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

SEPARATOR: Final = "\x1d"
"""FNC1 after an element of variable length, as scanners send it (ASCII group separator)."""

_SYMBOLOGY: Final = re.compile(r"\](?:C1|e0|d2|Q3|J1)")
_BRACKETED: Final = re.compile(r"\((\d{2,4})\)")
_TEXT: Final = re.compile(r"""[A-Za-z0-9!"%&'()*+,\-./_:;<=>?]+""")
_CENTURY: Final = 100
_FAR_BACK: Final = 51
_FAR_AHEAD: Final = -50


class ElementCode(StrEnum):
    """Why an element string cannot be read."""

    EMPTY = "empty"
    IDENTIFIER_UNKNOWN = "identifier-unknown"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    NOT_DIGITS = "not-digits"
    LETTER_NOT_ALLOWED = "letter-not-allowed"
    CHECK_DIGIT_WRONG = "check-digit-wrong"
    NO_SUCH_DAY = "no-such-day"
    TWO_VALUES = "two-values"


class ElementStringError(ValueError):
    """A string that is no GS1 element string; `code` says in which way, `identifier` names the element."""

    def __init__(self, code: ElementCode, identifier: str = "") -> None:
        super().__init__(f"{code} ({identifier})" if identifier else str(code))
        self.code = code
        self.identifier = identifier


class _Shape(msgspec.Struct, frozen=True):
    """What the value of one application identifier may be."""

    shortest: int
    longest: int
    digits: bool = True
    checked: bool = False
    separated: bool = False


def _fixed(length: int, *, checked: bool = False) -> _Shape:
    return _Shape(length, length, checked=checked)


def _variable(longest: int, *, digits: bool = False) -> _Shape:
    return _Shape(1, longest, digits=digits, separated=True)


_SHAPES: Final[dict[str, _Shape]] = {
    "00": _fixed(18, checked=True),  # shipping unit
    "01": _fixed(14, checked=True),  # trade item
    "02": _fixed(14, checked=True),  # trade items within
    "10": _variable(20),  # lot
    "11": _fixed(6),  # produced
    "12": _fixed(6),  # payment due
    "13": _fixed(6),  # packed
    "15": _fixed(6),  # best before
    "16": _fixed(6),  # sell by
    "17": _fixed(6),  # expires
    "20": _fixed(2),  # variant
    "21": _variable(20),  # serial
    "22": _variable(20),
    "30": _variable(8, digits=True),  # count, variable
    "37": _variable(8, digits=True),  # count of trade items within
    "240": _variable(30),
    "241": _variable(30),
    "250": _variable(30),
    "251": _variable(30),
    "400": _variable(30),
    "410": _fixed(13, checked=True),  # ship to
    "414": _fixed(13, checked=True),  # place
    "7003": _Shape(10, 10, separated=True),  # expires, to the minute
    **{str(number): _variable(20) for number in range(710, 717)},  # national reimbursement numbers
    **{str(number): _variable(90) for number in range(91, 100)},  # company's own
}
"""Identifiers seen on vaccines, boxes and pallets. Another one is refused by name: its length is not known here."""


class ElementString(msgspec.Struct, frozen=True, kw_only=True):
    """What was read: the elements a vaccination needs, and all of them in the order of the string."""

    elements: tuple[tuple[str, str], ...]
    gtin: str | None = None
    lot: str | None = None
    serial: str | None = None
    produced_on: date | None = None
    expires_on: date | None = None


def parse(text: str, *, today: date) -> ElementString:
    """Read an element string in either spelling; raise ElementStringError with the reason.

    `today` decides the century of two-digit years. A day 00 is the last of its month.
    """
    pairs = tuple(_bracketed(text) if text.startswith("(") else _scanned(text))
    if not pairs:
        raise ElementStringError(ElementCode.EMPTY)
    values: dict[str, str] = {}
    for identifier, value in pairs:
        _check(identifier, value)
        if values.setdefault(identifier, value) != value:
            raise ElementStringError(ElementCode.TWO_VALUES, identifier)
    dates = {name: _day(name, values[name], today=today) for name in ("11", "17") if name in values}
    return ElementString(
        elements=pairs,
        gtin=values.get("01"),
        lot=values.get("10"),
        serial=values.get("21"),
        produced_on=dates.get("11"),
        expires_on=dates.get("17"),
    )


def _bracketed(text: str) -> Iterator[tuple[str, str]]:
    """Split at brackets that hold an identifier; others belong to the value, where GS1 allows them."""
    marks = [mark for mark in _BRACKETED.finditer(text) if mark[1] in _SHAPES]
    if not marks or marks[0].start() > 0:
        raise ElementStringError(ElementCode.IDENTIFIER_UNKNOWN, text[1:].partition(")")[0][:4])
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=True):
        yield mark[1], text[mark.end() : end]


def _scanned(text: str) -> Iterator[tuple[str, str]]:
    rest = _SYMBOLOGY.sub("", text, count=1) if _SYMBOLOGY.match(text) else text
    rest = rest.removeprefix(SEPARATOR)
    while rest:
        identifier = next((rest[:length] for length in (2, 3, 4) if rest[:length] in _SHAPES), None)
        if identifier is None:
            raise ElementStringError(ElementCode.IDENTIFIER_UNKNOWN, rest[:4])
        rest = rest[len(identifier) :]
        shape = _SHAPES[identifier]
        if shape.separated:
            value, _, rest = rest.partition(SEPARATOR)
        else:
            value, rest = rest[: shape.longest], rest[shape.longest :].removeprefix(SEPARATOR)
        yield identifier, value


def _check(identifier: str, value: str) -> None:
    shape = _SHAPES[identifier]
    if len(value) < shape.shortest:
        raise ElementStringError(ElementCode.TOO_SHORT, identifier)
    if len(value) > shape.longest:
        raise ElementStringError(ElementCode.TOO_LONG, identifier)
    if shape.digits and not (value.isascii() and value.isdigit()):
        raise ElementStringError(ElementCode.NOT_DIGITS, identifier)
    if not _TEXT.fullmatch(value):
        raise ElementStringError(ElementCode.LETTER_NOT_ALLOWED, identifier)
    if shape.checked and check_digit(value[:-1]) != value[-1]:
        raise ElementStringError(ElementCode.CHECK_DIGIT_WRONG, identifier)


def check_digit(body: str) -> str:
    """Return the check digit that follows these digits: weights 3 and 1 from the right, up to the next ten."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return str(-total % 10)


def _day(identifier: str, value: str, *, today: date) -> date:
    year, month, day = _year(int(value[:2]), today=today), int(value[2:4]), int(value[4:])
    try:
        return date(year, month, day or monthrange(year, month)[1])
    except ValueError as error:
        raise ElementStringError(ElementCode.NO_SUCH_DAY, identifier) from error


def _year(two_digits: int, *, today: date) -> int:
    """Choose the century: a year lies at most 49 years back or 50 ahead of today's."""
    century, this_year = divmod(today.year, _CENTURY)
    ahead = two_digits - this_year
    if ahead >= _FAR_BACK:
        century -= 1
    elif ahead <= _FAR_AHEAD:
        century += 1
    return century * _CENTURY + two_digits
