"""The cells of a file that somebody saved as a list: CSV in whatever encoding, or XLSX. Read as a stream, within limits.

A cell is its text. What is no text in an XLSX file keeps a mark before it, so that a formula and a number that lost
its leading zero can be told from what somebody typed.
"""

from __future__ import annotations

from collections.abc import Iterator

from tiemchung.kernel.cells import book
from tiemchung.kernel.cells.book import FORMULA, NUMBER
from tiemchung.kernel.cells.limits import (
    LONGEST_CELL,
    MOST_BYTES,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_UNPACKED,
    Row,
    Unreadable,
)
from tiemchung.kernel.cells.text import LINES, Form, Source, form_of, rows_from, written

__all__ = [
    "FORMULA",
    "LINES",
    "LONGEST_CELL",
    "MOST_BYTES",
    "MOST_CELLS",
    "MOST_COLUMNS",
    "MOST_UNPACKED",
    "NUMBER",
    "Form",
    "Row",
    "Source",
    "Unreadable",
    "form_of",
    "insist_listlike",
    "is_packed",
    "lines_in",
    "plain",
    "rows_from",
    "rows_of",
    "unpacked_bytes",
    "unpacked_rows",
    "written",
]
_MARKS = NUMBER + FORMULA
_PACKED = b"PK"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"RIFF")
_PIECE = 1 << 20

unpacked_rows = book.rows_of
"""The rows of an XLSX file."""


def rows_of(content: bytes) -> Iterator[Row]:
    """Return the rows of a file in their order, empty ones included. Refuses what is no list (`list-unreadable`)."""
    insist_listlike(content)
    if is_packed(content):
        return book.rows_of(content)
    source = source_of(content)
    return (row for row, _ in rows_from(source, form_of(source)))


def insist_listlike(content: bytes) -> None:
    """Refuse what is no list by its first bytes, and what is too large."""
    if len(content) > MOST_BYTES:
        raise Unreadable("too-large")
    if not content[:_PIECE].strip() and not content.strip():
        raise Unreadable("empty")
    if content.startswith(_OLD_EXCEL):
        raise Unreadable("old-excel")
    if content[4:8] == b"ftyp" or content.startswith(_PICTURES):
        raise Unreadable("picture")


def is_packed(content: bytes) -> bool:
    """Tell whether a file is a packed one, by its first bytes."""
    return content.startswith(_PACKED)


def source_of(content: bytes) -> Source:
    """Return a file that is at hand as a source of its bytes."""

    def pieces(offset: int) -> Iterator[bytes]:
        for first in range(offset, len(content), _PIECE):
            yield content[first : first + _PIECE]

    return pieces


def unpacked_bytes(content: bytes) -> int:
    """Return how many bytes a file holds once it is unpacked; of one that is not packed, its own. Unpacks nothing."""
    return book.unpacked_bytes(content) if is_packed(content) else len(content)


def lines_in(content: bytes) -> int:
    """Return about how many lines a file has, from what it tells of itself; 0 if it does not. Nothing is refused here."""
    # In two bytes a letter a line's end is followed or led by a zero: counted all the same.
    return book.lines_in(content) if is_packed(content) else content.count(b"\n")


def plain(cell: str) -> str:
    """Return a cell's text without its mark."""
    return cell.lstrip(_MARKS)
