"""What a file may be at most, and why one is no list."""

from __future__ import annotations

from typing import Final

MOST_BYTES = 128 * 1024 * 1024
"""A file as it is brought: a million rows as CSV are some hundred megabytes. Ours."""
MOST_UNPACKED = 1024 * 1024 * 1024
"""An XLSX file is a packed one: beyond this much text inside it is refused before it is unpacked. Ours."""
MOST_TEXTS = 8_000_000
MOST_TEXT_BYTES = 192 * 1024 * 1024
"""Texts that the cells of an XLSX file share, and what they take in memory: eight for each row of the longest sheet. Ours."""
MOST_COLUMNS = 60
"""Columns that carry something; a template has nine. A file of 200 columns is another table. Ours."""
LONGEST_CELL = 500
MOST_CELLS: Final = MOST_COLUMNS * 5
"""Cells of a row that are looked at at all: enough to tell that there are too many. Ours."""

Row = list[str]


class Unreadable(Exception):  # noqa: N818 - it tells what the file is
    """A file that is no list; `reason` says what it is: empty, too-large, old-excel, picture, no-header, ..."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
