"""The cells of a file that somebody saved as a list: CSV in whatever encoding, or XLSX. Read as a stream, within limits.

A cell is its text. What is no text in an XLSX file keeps a mark before it, so that a formula and a number that lost
its leading zero can be told from what somebody typed.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from tiemchung.kernel import legacy

MOST_BYTES = 16 * 1024 * 1024
MOST_UNPACKED = 256 * 1024 * 1024
"""An XLSX file is a packed one: beyond this much text inside it is refused before it is unpacked. Ours."""
MOST_TEXTS = 2_000_000
"""Texts that the cells of an XLSX file share: twenty for each row of the longest list. Ours."""
MOST_COLUMNS = 60
"""Columns that carry something; a template has nine. A file of 200 columns is another table. Ours."""
LONGEST_CELL = 500
MOST_FILES = 2_000
MOST_EMPTY = 1_000
"""Parts inside an XLSX file, and empty rows in a row that are counted one by one. Ours."""
_EXACT = 1e15
_LINE_DIGITS = 7
NUMBER, FORMULA = "\ue000", "\ue001"
"""Marks of a cell that held a number or a formula: letters that no keyboard has (private use)."""
_MARKS = NUMBER + FORMULA

Row = list[str]
_CHUNK = 1 << 16
_DIMENSION = re.compile(rb"<dimension ref=.[A-Z]{1,3}\d{1,7}:[A-Z]{1,3}(\d{1,7})")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"RIFF")
_COLUMN = re.compile("([A-Z]{1,3})")
_BROKEN = (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError, OSError, zlib.error)
"""What zipfile raises of a part that is cut short, encrypted, packed in another way, or no longer what its sum says."""


class Unreadable(Exception):  # noqa: N818 - it tells what the file is
    """A file that is no list; `reason` says what it is: empty, too-large, old-excel, picture, no-header, ..."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def rows_of(content: bytes) -> Iterator[Row]:
    """Return the rows of a file in their order, empty ones included. Refuses what is no list (`list-unreadable`)."""
    if not content.strip():
        raise Unreadable("empty")
    if len(content) > MOST_BYTES:
        raise Unreadable("too-large")
    if content.startswith(b"PK"):
        return _xlsx(content)
    if content.startswith(_OLD_EXCEL):
        raise Unreadable("old-excel")
    if content[4:8] == b"ftyp" or content.startswith(_PICTURES):
        raise Unreadable("picture")
    return _csv(decoded(content))


def unpacked_bytes(content: bytes) -> int:
    """Return how many bytes a file holds once it is unpacked; of one that is not packed, its own. Unpacks nothing."""
    if not content.startswith(b"PK"):
        return len(content)
    _, names = _opened(content)
    return sum(info.file_size for info in names.values())


def lines_in(content: bytes) -> int:
    """Return about how many lines a file has, from what it tells of itself; 0 if it does not. Nothing is refused here."""
    if not content.startswith(b"PK"):
        # In two bytes a letter a line's end is followed or led by a zero: counted all the same.
        return content.count(b"\n")
    try:
        book, names = _opened(content)
        with book.open(_first_sheet(book, names)) as part:
            told = _DIMENSION.search(part.read(_CHUNK))
    except (Unreadable, *_BROKEN):
        return 0
    return int(told[1]) if told else 0


def plain(cell: str) -> str:
    """Return a cell's text without its mark."""
    return cell.lstrip(_MARKS)


# --- CSV ---------------------------------------------------------------------------------------------------------


def decoded(content: bytes) -> str:
    """Return the text of a file: Unicode by its mark or its pattern of zeros, UTF-8, else a code page of one byte.

    Text of one byte a letter is Windows-1258 where that makes Vietnamese; TCVN3 and VNI are read back by `legacy`.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _insist(content, encoding)
    sample = content[:4096]
    if sample.count(0) > len(sample) // 4:
        return _insist(content, "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be")
    if 0 in sample:
        raise Unreadable("no-list")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    western = content.decode("cp1252", errors="replace")
    if legacy.typed_as([western[:65536]]) == "tcvn3":
        return western
    try:
        vietnamese = content.decode("cp1258")
    except UnicodeDecodeError:
        return western
    has_marks = re.search("[ăâđêôơưĂÂĐÊÔƠƯ]", vietnamese) and re.search("[\u0300\u0301\u0303\u0309\u0323]", vietnamese)
    return vietnamese if has_marks else western


def _insist(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("encoding") from None


def _csv(text: str) -> Iterator[Row]:
    head = text[:8192]
    separator = max(";\t,|", key=head.count) if any(sign in head for sign in ";\t,|") else ","
    csv.field_size_limit(1 << 20)
    lines = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=separator)
    try:
        for row in lines:
            yield [cell[:LONGEST_CELL] for cell in row[: MOST_COLUMNS * 5]]
    except csv.Error:
        raise Unreadable("no-list") from None


# --- XLSX --------------------------------------------------------------------------------------------------------


def _opened(content: bytes) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]:
    try:
        book = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OverflowError):
        raise Unreadable("broken") from None
    return book, {info.filename: info for info in book.infolist()}


def _xlsx(content: bytes) -> Iterator[Row]:
    book, names = _opened(content)
    if "xl/workbook.xml" not in names:
        raise Unreadable("no-list")
    if len(names) > MOST_FILES or sum(info.file_size for info in names.values()) > MOST_UNPACKED:
        raise Unreadable("bomb")
    shared = _Strings()
    if "xl/sharedStrings.xml" in names:
        _parse(book, "xl/sharedStrings.xml", shared)
    sheet = _Sheet(shared.texts)
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
    def __init__(self) -> None:
        self.texts: list[str] = []
        self._parts: list[str] = []
        self._hears = False
        self._phonetic = False

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
            self.texts.append("".join(self._parts)[:LONGEST_CELL])
            if len(self.texts) > MOST_TEXTS:
                raise Unreadable("bomb")
        self._hears = False

    def text(self, data: str) -> None:
        if self._hears:
            self._parts.append(data)


class _Sheet(_Reader):
    def __init__(self, shared: list[str]) -> None:
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
            if text and self._column <= MOST_COLUMNS * 5:
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
        if self._hears:
            self._parts.append(data)

    def _text(self) -> str:
        told = "".join(self._parts)[:LONGEST_CELL]
        if self._kind == "s":
            told = self._shared[int(told)] if told.isdecimal() and int(told) < len(self._shared) else ""
        elif self._kind == "n" and told:
            told = NUMBER + _plain_number(told)
        return FORMULA + told if self._formula else told


def _plain_number(told: str) -> str:
    try:
        number = float(told)
    except ValueError:
        return told
    return str(int(number)) if number == int(number) and abs(number) < _EXACT else told


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
                if read > MOST_UNPACKED:
                    raise Unreadable("bomb")
                parser.Parse(chunk, False)
                yield
        parser.Parse(b"", True)
        yield
    except (expat.ExpatError, *_BROKEN):
        raise Unreadable("broken") from None
