"""A list as text: in which code and with which sign between its cells it was saved, and its rows from any byte on.

The bytes come from a source, which gives them from an offset on and never all at once: a file of a million rows is read
in a few megabytes of memory, and whoever stopped reading goes on behind the row at which they stopped.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from tiemchung.kernel import legacy
from tiemchung.kernel.cells.limits import LONGEST_CELL, MOST_CELLS, Row, Unreadable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Source = Callable[[int], Iterator[bytes]]
"""The bytes of a file from an offset on, some at a time."""

_SAMPLE, _HEAD_BYTES = 4096, 65536
_HEAD_LETTERS = 8192
_SEPARATORS: Final = ";\t,|"
_BUFFER = 1 << 16
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HATS, _TONES = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ]"), re.compile("[\u0300\u0301\u0303\u0309\u0323]")


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """How a text file was saved: its code, the byte at which its text begins, and the sign between two cells."""

    encoding: str
    begins: int = 0
    separator: str = ","


LINES: Final = Form(encoding="utf-8")
"""The form in which `written` writes rows."""


def form_of(source: Source) -> Form:
    """Return how a file was saved: Unicode by its mark or its pattern of zeros, UTF-8, else a code page of one byte.

    Text of one byte a letter is Windows-1258 where that makes Vietnamese; TCVN3 and VNI are read back by `legacy`. The
    whole file is read for it, a piece at a time. Refuses a file of several codes (`mixed`).
    """
    head = _head_of(source)
    encoding, begins = _encoding(source, head)
    # A letter that is cut in two at the end of the head is left out of it.
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head[begins:])[:_HEAD_LETTERS]
    separator = max(_SEPARATORS, key=text.count) if any(sign in text for sign in _SEPARATORS) else ","
    return Form(encoding=encoding, begins=begins, separator=separator)


def _head_of(source: Source) -> bytes:
    head = b""
    for some in source(0):
        head += some[:_HEAD_BYTES]
        if len(head) >= _HEAD_BYTES:
            break
    return head[:_HEAD_BYTES]


def _encoding(source: Source, head: bytes) -> tuple[str, int]:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return _insist(source, encoding, len(mark)), len(mark)
    sample = head[:_SAMPLE]
    if sample.count(0) > len(sample) // 4:
        little = sample[1::2].count(0) > sample[::2].count(0)
        return _insist(source, "utf-16-le" if little else "utf-16-be", 0), 0
    if 0 in sample:
        raise Unreadable("no-list")
    if _is_all(source, "utf-8", 0):
        return "utf-8", 0
    if _mixes(source):
        raise Unreadable("mixed")
    if legacy.typed_as([head.decode("cp1252", errors="replace")]) == "tcvn3":
        return "cp1252", 0
    return ("cp1258" if _is_vietnamese(source) else "cp1252"), 0


def _insist(source: Source, encoding: str, begins: int) -> str:
    if not _is_all(source, encoding, begins):
        raise Unreadable("encoding")
    return encoding


def _is_all(source: Source, encoding: str, begins: int) -> bool:
    try:
        for _ in _decoded(source(begins), encoding):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _mixes(source: Source) -> bool:
    """Tell whether lines of a file that is not UTF-8 are: it was put together of several, and a name would lose its marks."""
    rest = b""
    for piece in source(0):
        *lines, rest = (rest[-_HEAD_BYTES:] + piece).split(b"\n")
        if any(map(_is_marked_utf8, lines)):
            return True
    return _is_marked_utf8(rest)


def _is_marked_utf8(line: bytes) -> bool:
    if line.isascii():
        return False
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_vietnamese(source: Source) -> bool:
    """Tell whether the whole file can be Windows-1258 and has letters with hats and tones that stand behind them."""
    hats = tones = False
    try:
        for text in _decoded(source(0), "cp1258"):
            hats, tones = hats or bool(_HATS.search(text)), tones or bool(_TONES.search(text))
    except UnicodeDecodeError:
        return False
    return hats and tones


def _decoded(pieces: Iterable[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for piece in pieces:
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def rows_from(source: Source, form: Form, *, offset: int = 0) -> Iterator[tuple[Row, int]]:
    """Yield the rows of a text from an offset on, empty ones included, each with the offset behind it.

    An offset is 0 or what came with a row: a row may go over several lines, and is never begun in its middle.
    """
    lines = _Lines(source, form, offset or form.begins)
    csv.field_size_limit(1 << 20)
    reader = csv.reader(lines, delimiter=form.separator)
    before = lines.behind
    try:
        for row in reader:
            behind = lines.behind
            if behind - before > LONGEST_CELL:
                yield [cell[:LONGEST_CELL] for cell in row[:MOST_CELLS]], behind
            else:
                yield row[:MOST_CELLS], behind
            before = behind
    except csv.Error:
        raise Unreadable("no-list") from None


def written(rows: Iterable[Row], *, size: int) -> Iterator[bytes]:
    """Yield rows as text of the form `LINES`, some `size` bytes at a time; no row of it begins in one and ends in another."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        writer.writerow(row)
        if text.tell() >= size:
            yield text.getvalue().encode("utf-8", errors="replace")
            text.seek(0)
            text.truncate()
    if text.tell():
        yield text.getvalue().encode("utf-8", errors="replace")


class _Lines(Iterator[str]):
    """The lines of a text, each with its end; `behind` is the offset behind the last one that was given."""

    def __init__(self, source: Source, form: Form, offset: int) -> None:
        self.behind = offset
        self._encoding = form.encoding
        self._is_of_bytes = form.encoding.startswith("cp")
        errors = "replace" if self._is_of_bytes else "strict"
        raw: io.RawIOBase = _Raw(source(offset))
        read = io.BufferedReader(raw, _BUFFER)
        self._lines = io.TextIOWrapper(read, encoding=form.encoding, errors=errors, newline="")

    def __next__(self) -> str:
        line = next(self._lines)
        self.behind += len(line) if self._is_of_bytes or self._is_plain(line) else len(line.encode(self._encoding))
        return line.replace("\0", "") if "\0" in line else line

    def _is_plain(self, line: str) -> bool:
        return self._encoding == "utf-8" and line.isascii()


class _Raw(io.RawIOBase):
    """Pieces of bytes as a file that can only be read onwards."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        room = memoryview(buffer).cast("B")
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        some = self._rest[: len(room)]
        room[: len(some)] = some
        self._rest = self._rest[len(some) :]
        return len(some)
