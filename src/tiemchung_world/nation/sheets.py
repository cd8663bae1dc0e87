"""Tables of text, written by the million: a column has a width, and is filled up with zeros that are not written.

A row costs a fraction of a microsecond this way; joined as Python texts it would cost several.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

CHUNK: Final = 8_192
"""Rows made at once: few enough to stay near the processor."""
_FIRST_DAY: Final = np.datetime64("1900-01-01", "D")
_DAYS: Final = 73_049
"""Days from 1900 to 2099, the years that a birth can have here."""


def texts(words: Sequence[str]) -> NDArray[np.bytes_]:
    """Return words as a table to take from. None may hold a comma, a quote or a zero."""
    if set("".join(words)) & set(',"\n\r\0'):
        raise ValueError("a word that would need quoting")
    return np.array([word.encode() for word in words])


_GROUPS: Final = {3: texts([f"{n:03}" for n in range(1_000)]), 4: texts([f"{n:04}" for n in range(10_000)])}


def digits(numbers: NDArray[np.int64], count: int) -> NDArray[np.bytes_]:
    """Return numbers as text of so many digits, a multiple of three or four, with leading zeros."""
    group = 4 if count % 4 == 0 else 3
    parts = []
    for _ in range(count // group):
        # Twice as fast as divmod.
        rest = numbers // 10**group
        parts.append(_GROUPS[group].take(numbers - rest * 10**group))
        numbers = rest
    return beside(parts[::-1])


def beside(columns: Sequence[NDArray[np.bytes_]], *, sign: bytes = b"", end: bytes = b"") -> NDArray[np.bytes_]:
    """Return columns side by side as one, with a sign between them and one at the end."""
    signs = [sign] * (len(columns) - 1) + [end]
    row = _row(tuple(column.itemsize for column in columns), tuple(map(len, signs)))
    rows = np.empty(len(columns[0]), dtype=row)
    for at, (column, after) in enumerate(zip(columns, signs, strict=True)):
        rows[f"column{at}"] = column
        if after:
            rows[f"sign{at}"] = after
    return rows.view(f"S{row.itemsize}")


@cache
def _row(widths: tuple[int, ...], signs: tuple[int, ...]) -> np.dtype[np.void]:
    fields = []
    for at, (width, sign) in enumerate(zip(widths, signs, strict=True)):
        fields.append((f"column{at}", f"S{width}"))
        if sign:
            fields.append((f"sign{at}", f"S{sign}"))
    return np.dtype(fields)


_ISO: Final = np.datetime_as_string(_FIRST_DAY + np.arange(_DAYS)).astype("S10")
_SPOKEN: Final = texts([f"{day[8:]}/{day[5:7]}/{day[:4]}" for day in _ISO.astype(str).tolist()])
_YEARS: Final = texts([day[:4] for day in _ISO.astype(str).tolist()])


def iso_days(days: NDArray[np.datetime64]) -> NDArray[np.bytes_]:
    """Return days as yyyy-mm-dd."""
    return _ISO.take((days - _FIRST_DAY).astype(np.int64))


def spoken_days(days: NDArray[np.datetime64], *, year_only: NDArray[np.bool_]) -> NDArray[np.bytes_]:
    """Return days as dd/mm/yyyy, as people write them, or the year alone."""
    at = (days - _FIRST_DAY).astype(np.int64)
    written = _SPOKEN.take(at)
    written[year_only] = _YEARS.take(at[year_only])
    return written


def blanked(column: NDArray[np.bytes_], where: NDArray[np.bool_]) -> NDArray[np.bytes_]:
    """Return a column that says nothing in these rows; it is the same one."""
    column[where] = b""
    return column


def lines(columns: Sequence[NDArray[np.bytes_]]) -> bytes:
    """Return rows of these columns as comma separated text."""
    return beside(columns, sign=b",", end=b"\n").tobytes().translate(None, b"\0")


def chunks(count: int) -> Iterator[slice]:
    """Return the pieces in which so many rows are made."""
    return (slice(first, min(first + CHUNK, count)) for first in range(0, count, CHUNK))
