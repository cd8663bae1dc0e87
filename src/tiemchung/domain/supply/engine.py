"""Bytes that come from elsewhere: what kind of file a paper is, and the points of a logger's file however it was saved."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date, datetime, time

from tiemchung.domain.supply.values import Logged, Media
from tiemchung.kernel.clock import VIET_NAM

MOST_POINTS = 50_000
"""Half a year of a point every five minutes; ours."""
HEAD_LINES = 60
"""Lines of a device's own words before its table; ours."""
_STARTS = ((b"%PDF-", Media.PDF), (b"\xff\xd8\xff", Media.JPEG), (b"\x89PNG\r\n\x1a\n", Media.PNG))
_HEIC = re.compile(rb"^.{4}ftyp(heic|heix|hevc|mif1|msf1)", re.DOTALL)
_TIME, _DAY, _TEMP = re.compile(r"time|giờ|thời"), re.compile(r"date|ngày"), re.compile(r"temp|°c|nhiệt|celsius")
_NUMBER = re.compile(r"[-−]?\d{1,3}([.,]\d{1,3})?")
_WRITTEN_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


class LoggerFileError(ValueError):
    """A logger's file that cannot be read; the line (from 1) where it fails, 0 for the file as a whole."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def media_of(content: bytes) -> Media | None:
    """Return what kind of file this is by its first bytes; None for any other."""
    if _HEIC.match(content[:12]):
        return Media.HEIC
    return next((media for start, media in _STARTS if content.startswith(start)), None)


def read_logger(content: bytes) -> list[Logged]:
    """Return the points of a logger's file in order of time, each instant once. Days are written day first, as here.

    The table may follow lines of the device's own, and be separated by comma, semicolon or tab. Times without a zone are
    those of Viet Nam. One bad line refuses the file: half a curve would hide what it leaves out.
    """
    text = _decoded(content)
    lines = text.splitlines()
    start, columns, separator = _table(lines)
    found: dict[datetime, float] = {}
    for number, cells in enumerate(csv.reader(io.StringIO("\n".join(lines[start:])), delimiter=separator), start + 1):
        if not any(cell.strip() for cell in cells):
            continue
        point = _point(cells, columns)
        if point is None or len(found) >= MOST_POINTS:
            raise LoggerFileError(number)
        found[point.at] = point.temp_c
    if not found:
        raise LoggerFileError(0)
    return [Logged(at=at, temp_c=found[at]) for at in sorted(found)]


def _decoded(content: bytes) -> str:
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1258"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise LoggerFileError(0)


def _table(lines: Sequence[str]) -> tuple[int, tuple[int | None, int, int], str]:
    """Return where the points begin, in which columns day (None if it stands with the time), time and degrees are."""
    for place, line in enumerate(lines[:HEAD_LINES]):
        for separator in (";", "\t", ","):
            names = [name.strip().lower() for name in line.split(separator)]
            temps = [at for at, name in enumerate(names) if _TEMP.search(name)]
            times = [at for at, name in enumerate(names) if _TIME.search(name)]
            days = [at for at, name in enumerate(names) if _DAY.search(name)]
            if len(names) > 1 and temps and (times or days):
                when = (times or days)[0]
                day = days[0] if days and days[0] != when else None
                return place + 1, (day, when, temps[0]), separator
    raise LoggerFileError(0)


def _point(cells: Sequence[str], columns: tuple[int | None, int, int]) -> Logged | None:
    day, when, temp = columns
    if len(cells) <= max(day or 0, when, temp):
        return None
    at = _instant(f"{cells[day]} {cells[when]}" if day is not None else cells[when])
    told = cells[temp].strip().removesuffix("°C").strip()
    if at is None or not _NUMBER.fullmatch(told):
        return None
    return Logged(at=at, temp_c=float(told.replace(",", ".").replace("−", "-")))


def _instant(text: str) -> datetime | None:
    told = " ".join(text.split())
    if found := _WRITTEN_DAY.match(told):
        told = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}{told[found.end() :]}"
    told = told.replace("/", "-")
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        written, _, clock = told.partition(" ")
        try:
            at = datetime.combine(date.fromisoformat(written), time.fromisoformat(clock.zfill(5)))
        except ValueError:
            return None
    return at if at.tzinfo else at.replace(tzinfo=VIET_NAM)
