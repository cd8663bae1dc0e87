"""Rows of data files as they were written: each knows its file and line, so that a bad one can be told precisely."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tiemchung.kernel.refusal import Refusal

_LEADING_NUMBER = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*(.*)$", re.DOTALL)
_YEAR_AND_MONTH = re.compile(r"^(\d{4})-(\d{2})$")


class BadRow(Refusal):
    """A row of a data file that cannot be taken: `file`, `line` (from 1) and `reason` say which and why."""

    code = "bad-row"

    def __init__(self, *, file: str, line: int, reason: str) -> None:
        super().__init__(file=file, line=line, reason=reason)

    def __str__(self) -> str:
        return f"{self.facts['file']}, line {self.facts['line']}: {self.facts['reason']}"


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceRow:
    """One row of a data file. The cells are read through the methods, which refuse with the row's own place."""

    file: str
    line: int
    cells: Mapping[str, Any]

    def bad(self, reason: str) -> BadRow:
        """Return the refusal of this row."""
        return BadRow(file=self.file, line=self.line, reason=reason)

    def text(self, name: str) -> str:
        """Return a cell that must say something, without spaces around it."""
        value = self.maybe_text(name)
        if value is None:
            raise self.bad(f"{name} is empty")
        return value

    def maybe_text(self, name: str) -> str | None:
        """Return a cell's text, None if it is empty or missing."""
        value = self.cells.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.bad(f"{name} is {value!r} and no text")
        return unicodedata.normalize("NFC", value).strip() or None

    def code(self, name: str, pattern: str) -> str:
        """Return a code that must match the pattern from end to end."""
        value = self.text(name)
        if not re.fullmatch(pattern, value, re.ASCII):
            raise self.bad(f"{name} {value!r} does not look like {pattern}")
        return value

    def one_of(self, name: str, allowed: Iterable[str]) -> str:
        """Return a text that must be one of a closed set."""
        value, words = self.text(name), list(allowed)
        if value not in words:
            raise self.bad(f"{name} {value!r} is none of {', '.join(words)}")
        return value

    def whole(self, name: str, *, least: int = 0) -> int:
        """Return a whole number that must be there."""
        value = self.maybe_whole(name, least=least)
        if value is None:
            raise self.bad(f"{name} is empty")
        return value

    def maybe_whole(self, name: str, *, least: int = 0) -> int | None:
        """Return a whole number, None if the cell is empty."""
        number = self.maybe_number(name)
        if number is None:
            return None
        if number != int(number) or number < least:
            raise self.bad(f"{name} {self.cells[name]!r} is no whole number from {least} up")
        return int(number)

    def maybe_number(self, name: str) -> float | None:
        """Return a number, None if the cell is empty."""
        value = self.cells.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        text = self.maybe_text(name)
        if text is None:
            return None
        if not re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII):
            raise self.bad(f"{name} {text!r} is no number")
        return float(text)

    def leading_number(self, name: str) -> tuple[float | None, str]:
        """Return the number a prose cell begins with and the rest, its mark; no number if it begins with words."""
        found = _LEADING_NUMBER.match(self.maybe_text(name) or "")
        return (float(found[1]), found[2]) if found else (None, self.maybe_text(name) or "")

    def first_day(self, name: str) -> date:
        """Return a date that must be there; a month `YYYY-MM` is its first day."""
        value = self.maybe_first_day(name)
        if value is None:
            raise self.bad(f"{name} is empty")
        return value

    def maybe_first_day(self, name: str) -> date | None:
        """Return a date, None if the cell is empty; a month `YYYY-MM` is its first day."""
        text = self.maybe_text(name)
        if text is None:
            return None
        try:
            return date.fromisoformat(f"{text}-01" if _YEAR_AND_MONTH.match(text) else text)
        except ValueError:
            raise self.bad(f"{name} {text!r} is no date YYYY-MM-DD and no month YYYY-MM") from None


def read_csv(file: str, content: bytes, *, columns: Sequence[str]) -> list[SourceRow]:
    """Return the rows of a CSV file in UTF-8 whose header names exactly these columns, in any order.

    Refuses what no reader should guess at: other encodings, a header that lacks or adds a column, a row with more or
    fewer cells than the header.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as broken:
        line = content.count(b"\n", 0, broken.start) + 1
        raise BadRow(file=file, line=line, reason=f"byte {broken.start} is not UTF-8") from None
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    return list(_rows(file, lines, columns))


def from_objects(file: str, objects: Iterable[Mapping[str, Any]]) -> list[SourceRow]:
    """Return objects of a JSON list as rows; the line is the object's place in the list, from 1."""
    return [SourceRow(file=file, line=place, cells=cells) for place, cells in enumerate(objects, start=1)]


def unique(rows: Iterable[SourceRow], *names: str) -> None:
    """Refuse the second of two rows with the same cells under these names."""
    seen: dict[tuple[str | None, ...], int] = {}
    for row in rows:
        key = tuple(row.maybe_text(name) for name in names)
        first = seen.setdefault(key, row.line)
        if first != row.line:
            told = ", ".join(f"{name} {value!r}" for name, value in zip(names, key, strict=True))
            raise row.bad(f"{told} stands already in line {first}")


def _rows(file: str, lines: Any, columns: Sequence[str]) -> Iterator[SourceRow]:
    try:
        header: list[str] = next(lines, [])
        missing, foreign = [c for c in columns if c not in header], [c for c in header if c not in columns]
        if missing or foreign or len(header) != len(set(header)):
            reason = f"the header lacks {missing}, adds {foreign} or names a column twice"
            raise BadRow(file=file, line=1, reason=reason)
        before = lines.line_num
        for cells in lines:
            line, before = before + 1, lines.line_num
            if len(cells) != len(header):
                raise BadRow(file=file, line=line, reason=f"{len(cells)} cells where the header has {len(header)}")
            yield SourceRow(file=file, line=line, cells=dict(zip(header, cells, strict=True)))
    except csv.Error as broken:
        raise BadRow(file=file, line=lines.line_num, reason=str(broken)) from None
