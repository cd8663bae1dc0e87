"""A list as an XLSX file, read as a stream: what it shares among its cells is kept packed, its rows pass by.

A file that swells beyond the limits, declares entities or is broken is refused; nothing is unpacked to disk.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from xml.parsers import expat

from tiemchung.kernel.cells import limits
from tiemchung.kernel.cells.limits import LONGEST_CELL, MOST_CELLS, Row, Unreadable

MOST_FILES = 2_000
MOST_EMPTY = 1_000
"""Parts inside an XLSX file, and empty rows in a row that are counted one by one. Ours."""
_EXACT = 1e15
_LINE_DIGITS = 7
_LONGEST_WORD = 1 << 20
"""Bytes of one element's name with its attributes, which the parser holds in memory until it has read them. Ours."""
NUMBER, FORMULA = "\ue000", "\ue001"
"""Marks of a cell that held a number or a formula: letters that no keyboard has (private use)."""
_CHUNK = 1 << 16
_DIMENSION = re.compile(rb"<dimension ref=.[A-Z]{1,3}\d{1,7}:[A-Z]{1,3}(\d{1,7})")
_COLUMN = re.compile("([A-Z]{1,3})")
_BROKEN = (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError, OSError, zlib.error)
"""What zipfile raises of a part that is cut short, encrypted, packed in another way, or no longer what its sum says."""


def unpacked_bytes(content: bytes) -> int:
    """Return how many bytes a file holds once it is unpacked. Unpacks nothing."""
    _, names = _opened(content)
    return sum(info.file_size for info in names.values())


def lines_in(content: bytes) -> int:
    """Return how many lines a file says it has; 0 if it does not. Nothing is refused here."""
    try:
        book, names = _opened(content)
        with book.open(_first_sheet(book, names)) as part:
            told = _DIMENSION.search(part.read(_CHUNK))
    except (Unreadable, *_BROKEN):
        return 0
    return int(told[1]) if told else 0


def _opened(content: bytes) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]:
    try:
        book = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OverflowError):
        raise Unreadable("broken") from None
    return book, {info.filename: info for info in book.infolist()}


def rows_of(content: bytes) -> Iterator[Row]:
    """Yield the rows of the first sheet that shows, empty ones included. Refuses what is no list."""
    book, names = _opened(content)
    if "xl/workbook.xml" not in names:
        raise Unreadable("no-list")
    if len(names) > MOST_FILES or sum(info.file_size for info in names.values()) > limits.MOST_UNPACKED:
        raise Unreadable("bomb")
    shared = _Strings()
    if "xl/sharedStrings.xml" in names:
        _parse(book, "xl/sharedStrings.xml", shared)
    sheet = _Sheet(shared)
    yield from _streamed(book, _first_sheet(book, names), sheet)


def _first_sheet(book: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo]) -> str:
    order = _Order()
    _parse(book, "xl/workbook.xml", order)
    if "xl/_rels/workbook.xml.rels" in names:
        _parse(book, "xl/_rels/workbook.xml.rels", order)
    for sheet in order.sheets:
        target = order.targets.get(sheet, "").lstrip("/")
        place = target if target.startswith("xl/") else f"xl/{target}"
        if place in names:
            return place
    sheets = sorted(name for name in names if name.startswith("xl/worksheets/sheet"))
    if not sheets:
        raise Unreadable("no-list")
    return sheets[0]


class _Reader:
    """What listens to one part of the file; a part that declares entities is refused, for they multiply."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Hear the beginning of an element."""

    def end(self, name: str) -> None:
        """Hear the end of an element."""

    def text(self, data: str) -> None:
        """Hear text."""


class _Order(_Reader):
    def __init__(self) -> None:
        self.sheets: list[str] = []
        self.targets: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            self.sheets += [value for key, value in attributes.items() if key.endswith("id") and key != "sheetId"]
        if name == "Relationship":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")


class _Strings(_Reader):
    """The texts that cells share: millions of them in a long list, and so one behind the other in one piece of memory."""

    def __init__(self) -> None:
        self._packed = bytearray()
        self._ends = array("L", [0])
        self._parts: list[str] = []
        self._hears = False
        self._phonetic = False

    def told(self, number: str) -> str:
        """Return the text of this number; nothing where there is none."""
        place = int(number) + 1 if number.isdecimal() and len(number) <= _LINE_DIGITS else 0
        if not 0 < place < len(self._ends):
            return ""
        return self._packed[self._ends[place - 1] : self._ends[place]].decode("utf-8", errors="replace")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        del attributes
        if name == "si":
            self._parts = []
        self._phonetic |= name == "rPh"
        self._hears = name == "t" and not self._phonetic

    def end(self, name: str) -> None:
        if name == "rPh":
            self._phonetic = False
        if name == "si":
            self._packed += "".join(self._parts)[:LONGEST_CELL].encode("utf-8", errors="replace")
            self._ends.append(len(self._packed))
            if len(self._ends) > limits.MOST_TEXTS or len(self._packed) > limits.MOST_TEXT_BYTES:
                raise Unreadable("bomb")
        self._hears = False

    def text(self, data: str) -> None:
        if self._hears and len(self._parts) < LONGEST_CELL:
            self._parts.append(data[:LONGEST_CELL])


class _Sheet(_Reader):
    def __init__(self, shared: _Strings) -> None:
        self._shared = shared
        self._row: dict[int, str] = {}
        self._parts: list[str] = []
        self._hears = self._formula = False
        self._kind = ""
        self._column = self._line = 0
        self.rows: list[Row] = []
        self.lines = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            place = _COLUMN.match(attributes.get("r", ""))
            self._column = _number(place[1]) if place else self._column + 1
            self._kind, self._parts, self._formula = attributes.get("t", "n"), [], False
        elif name == "row":
            self._row, self._column = {}, 0
            told = attributes.get("r", "")
            self._line = int(told) if told.isdecimal() and len(told) <= _LINE_DIGITS else self._line + 1
        elif name == "f":
            self._formula = True
        self._hears = name in ("v", "t")

    def end(self, name: str) -> None:
        self._hears = False
        if name == "c":
            text = self._text()
            if text and self._column <= MOST_CELLS:
                self._row[self._column] = text
        elif name == "row":
            # Empty rows are left out of the file; a few are put back so that numbers of lines stay those she sees.
            while self.lines + 1 < self._line and self._line - self.lines < MOST_EMPTY:
                self.rows.append([])
                self.lines += 1
            last = max(self._row, default=0)
            self.rows.append([self._row.get(column, "") for column in range(1, last + 1)])
            self.lines += 1

    def text(self, data: str) -> None:
        if self._hears and len(self._parts) < LONGEST_CELL:
            self._parts.append(data[:LONGEST_CELL])

    def _text(self) -> str:
        told = "".join(self._parts)[:LONGEST_CELL]
        if self._kind == "s":
            told = self._shared.told(told)
        elif self._kind == "n" and told:
            told = NUMBER + _plain_number(told)
        return FORMULA + told if self._formula else told


def _plain_number(told: str) -> str:
    try:
        number = float(told)
    except ValueError:
        return told
    return str(int(number)) if abs(number) < _EXACT and number.is_integer() else told


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _parser(reader: _Reader) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=None)
    parser.buffer_text = True

    def local(name: str) -> str:
        return name.rpartition(":")[2]

    def refuse(*_told: object) -> None:
        raise Unreadable("bomb")

    parser.StartElementHandler = lambda name, attributes: reader.start(local(name), attributes)
    parser.EndElementHandler = lambda name: reader.end(local(name))
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = refuse
    return parser


def _parse(book: zipfile.ZipFile, name: str, reader: _Reader) -> None:
    for _ in _fed(book, name, reader):
        pass


def _streamed(book: zipfile.ZipFile, name: str, sheet: _Sheet) -> Iterator[Row]:
    for _ in _fed(book, name, sheet):
        yield from sheet.rows
        sheet.rows = []


def _fed(book: zipfile.ZipFile, name: str, reader: _Reader) -> Iterator[None]:
    parser, read = _parser(reader), 0
    try:
        with book.open(name) as part:
            while chunk := part.read(_CHUNK):
                read += len(chunk)
                if read > limits.MOST_UNPACKED:
                    raise Unreadable("bomb")
                parser.Parse(chunk, False)
                if read - parser.CurrentByteIndex > _LONGEST_WORD:
                    raise Unreadable("bomb")
                yield
        parser.Parse(b"", True)
        yield
    except (expat.ExpatError, LookupError, ValueError, *_BROKEN):
        # The last two: an encoding that is none, or one of several bytes a letter, in which no sheet is saved.
        raise Unreadable("broken") from None
