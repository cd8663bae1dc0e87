"""The session sheet: who is expected, a row each, with room for the answer. Filled by hand on any computer, and brought back.

A row is known by its code: that of the appointment, or one made for somebody who is not on the list. What is told of a row
has ids that follow from its code, so that a sheet brought twice, or two copies of it, tell each dose once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from uuid import UUID

from tiemchung.domain.people.values import PersonShown
from tiemchung.domain.scheduling.values import CalledTo
from tiemchung.domain.visits.values import How
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.faces.station.pages import chair, expected
from tiemchung.faces.station.pages.board import STATES
from tiemchung.faces.station.pages.mending import STOP_REASONS
from tiemchung.faces.station.typed import day_in, uuid_in, words_in
from tiemchung.kernel import cells, legacy
from tiemchung.kernel.cells import Unreadable
from tiemchung.kernel.clock import VIET_NAM
from tiemchung.kernel.ids import is_uuid7, uuid7
from tiemchung.kernel.names import search_key

BLANK_ROWS = 40
"""Rows for people who are on no list. Ours."""
MOST_ANSWERED, MOST_ROWS = 10_000, 20_000
"""Rows with an answer that one sheet brings, a day of the largest hall, for whoever brings it waits; and rows. Ours."""
MOST_BYTES, MOST_UNPACKED = 4 * 1024 * 1024, 32 * 1024 * 1024
"""Bytes of a sheet as it is brought and as it unpacks: the largest hall's has a tenth of it. Ours."""
LOOKED_AT = 25
"""Rows above the header that are looked at. Ours."""
CELL_LENGTH = 120
_MINUTES_A_DAY = 24 * 60
_WRITTEN = re.compile(r"([0-9]{1,2}) ?[:hg.] ?([0-5][0-9])?")
"""8:05, 8h05, 8g05, 8h. A number alone is no time."""
SITE, DAY = Words("Điểm tiêm", "Site"), Words("Ngày", "Day")
COLUMNS: dict[str, Words] = {
    "place": Words("STT", "No."),
    "called": Words("Giờ hẹn", "Called for"),
    "name": Words("Họ và tên", "Name"),
    "born": Words("Ngày sinh", "Birth date"),
    "sex": Words("Giới tính", "Sex"),
    "number": Words("Số giấy tờ", "ID number"),
    "phone": Words("Điện thoại", "Phone"),
    "answer": Words("Kết quả", "Answer"),
    "at": Words("Giờ", "Time"),
    "how": Words("Nhận ra bằng", "Made sure by"),
    "product": Words("Vắc xin", "Vaccine"),
    "lot": Words("Số lô", "Lot"),
    "vial": Words("Lọ", "Vial"),
    "arm": Words("Tay", "Arm"),
    "dose_number": Words("Mũi thứ", "Dose number"),
    "vaccinator": Words("Người tiêm", "Vaccinator"),
    "minutes": Words("Theo dõi mấy phút", "Minutes observed"),
    "state": Words("Lúc về", "When they left"),
    "reason": Words("Vì sao không tiêm", "Why no dose"),
    "id": Words("Mã dòng (giữ nguyên)", "Row code (leave it)"),
}
WHY = Words("Vì sao chưa nhận", "Why it was not taken")
FILLED = ("answer", "at", "how", "lot", "vial", "arm", "dose_number", "vaccinator", "minutes", "state", "reason")
"""Columns in which an answer leaves its mark: a row with none of them is open."""
ANSWERS = {
    "dosed": Words("đã tiêm", "dosed"),
    "deferred": Words("hoãn", "deferred"),
    "absent": Words("không đến", "absent"),
}
HOWS = {
    How.DOCUMENT_SEEN: Words("giấy tờ có ảnh", "photo document"),
    How.KNOWN_TO_OFFICER: Words("biết mặt", "known by face"),
    How.TOLD: Words("chỉ nghe nói", "told only"),
}
"""How somebody made sure who came, as paper can tell it: nothing is scanned there."""
SIDES = {"left": Words("trái", "left"), "right": Words("phải", "right")}
CHOSEN: Mapping[str, Mapping[str, Words]] = {
    "answer": ANSWERS,
    "arm": SIDES,
    "state": STATES,
    "reason": STOP_REASONS,
}
"""Columns that take one of a few words, by which it shows how a row was typed."""
OLD_WAYS = ("tcvn3", "vni")
GIVEN = frozenset({"place", "called", "name", "born", "sex", "number", "product", "id"})
"""Columns that the sheet brought along for whoever is called: these are Unicode, whatever was typed beside them."""
FAULTS = {
    "not-a-sheet": Words(
        "Đây không phải phiếu buổi tiêm. Chọn tệp đã tải từ trang Trưởng điểm; giữ nguyên các dòng đầu và dòng tiêu đề.",
        "This is no session sheet. Choose the file downloaded from the lead's page, with its first rows and header as they were.",
    ),
    "other-site": Words(
        "Phiếu này của điểm khác. Người của điểm đó nhập.", "This sheet is another site's. Its own staff bring it."
    ),
    "no-day": Words(
        "Dòng Ngày ở đầu phiếu không đọc được. Ghi lại, ví dụ 13/09/2021.",
        "The Day at the top cannot be read. Write it again, for example 13/09/2021.",
    ),
    "day-to-come": Words("Ngày của phiếu chưa đến.", "The day of this sheet is yet to come."),
    "sheet-too-long": Words(
        "Phiếu có quá 10.000 dòng đã điền. Chia làm nhiều tệp, mỗi tệp giữ các dòng đầu.",
        "The sheet has over 10,000 rows with an answer. Split it, and keep the first rows in each part.",
    ),
}


Cells = Mapping[str, str]
"""A row's cells by column, with their marks."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row as it was filled: its line in the file, and by column what its cell says and whether that was a number."""

    line: int
    told: Mapping[str, str]
    figures: frozenset[str]
    computes: bool

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has written here: no answer, and no name on an empty row."""
        is_empty = not any(self.told[column] for column in FILLED)
        return is_empty and (bool(self.told["called"]) or not self.told["name"])


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet that was brought back."""

    site: str
    day: date
    lines: Sequence[Line]


def rows_for(
    called: Sequence[CalledTo],
    shown: Mapping[UUID, PersonShown],
    *,
    products: Mapping[str, str],
    now: datetime,
) -> Iterator[list[str]]:
    """Return the rows of a sheet below its header: those who are called, then empty ones for whoever else comes."""
    for place, one in enumerate(called, 1):
        person = shown.get(one.person)
        told = {
            "place": str(place),
            "called": numbers.time(one.starts_at),
            "name": expected.name_of(person),
            "born": person.born if person else "",
            "sex": said(chair.SEXES[person.sex]) if person and person.sex in chair.SEXES else "",
            "number": " ".join(chair.number_shown(each.kind, each.value) for each in person.identifiers[:1])
            if person
            else "",
            "product": products.get(one.product, one.product),
            "id": str(one.appointment),
        }
        yield [told.get(column, "") for column in COLUMNS]
    for place in range(len(called) + 1, len(called) + BLANK_ROWS + 1):
        told = {"place": str(place), "id": str(uuid7(now))}
        yield [told.get(column, "") for column in COLUMNS]


def head(*, site: str, day: date, told: Iterable[tuple[str, str]], why: bool = False) -> list[list[str]]:
    """Return the first rows: what it is, of which site and day, who took it and what for, what may be answered, the header."""
    return [
        [t("Phiếu buổi tiêm", "Session sheet")],
        [said(SITE), site],
        [said(DAY), f"{day:%d/%m/%Y}"],
        *([name, value] for name, value in told),
        [said(COLUMNS["answer"]), _choices(ANSWERS)],
        [said(COLUMNS["how"]), _choices(HOWS)],
        [said(COLUMNS["arm"]), _choices(SIDES)],
        [said(COLUMNS["state"]), _choices(STATES)],
        [said(COLUMNS["reason"]), _choices(STOP_REASONS)],
        [],
        [*(said(words) for words in COLUMNS.values()), *([said(WHY)] if why else [])],
    ]


def _choices(listed: Mapping[str, Words] | Mapping[How, Words]) -> str:
    return " / ".join(said(words) for words in listed.values())


def read(content: bytes) -> Sheet:
    """Read a sheet that was brought back. Refuses, by `Unreadable`, what is no sheet of ours, has no day or is too long."""
    if len(content) > MOST_BYTES:
        raise Unreadable("sheet-too-long")
    if cells.unpacked_bytes(content) > MOST_UNPACKED:
        raise Unreadable("bomb")
    rows = enumerate(cells.rows_of(content), 1)
    above: list[list[str]] = []
    for _, row in islice(rows, LOOKED_AT):
        plain = [_text(cell) for cell in row]
        columns = _columns(plain)
        if {"answer", "id", "name"} <= columns.keys():
            break
        above.append(plain)
    else:
        raise Unreadable("not-a-sheet")
    site, day = _above(above, SITE), day_in(_above(above, DAY))
    if not site:
        raise Unreadable("not-a-sheet")
    if day is None:
        raise Unreadable("no-day")
    lines = _lines(_filled(rows, columns))
    if sum(not line.is_open for line in lines) > MOST_ANSWERED:
        raise Unreadable("sheet-too-long")
    return Sheet(site=site, day=day, lines=lines)


def one_of(text: str, listed: Mapping[str, Words]) -> str | None:
    """Return which of these words somebody wrote, in either language, with or without marks; None for any other."""
    key = search_key(text)
    return next((code for code, words in listed.items() if key in map(search_key, (words.vi, words.en))), None)


def how_of(text: str) -> How | None:
    """Return how somebody made sure who came; who wrote nothing was told only."""
    if not text:
        return How.TOLD
    told = one_of(text, {str(int(how)): words for how, words in HOWS.items()})
    return How(int(told)) if told else None


def code_of(line: Line) -> UUID | None:
    """Return the code of a row; None where it is lacking or is none of ours."""
    code = uuid_in(line.told["id"])
    return code if code is not None and is_uuid7(code) else None


def cells_of(line: Line, *, now: datetime) -> list[str]:
    """Return a row as it was filled, for the file of those that were not taken; one without a code is given one."""
    told = {**line.told, "id": str(code_of(line) or uuid7(now))}
    return [told[column] for column in COLUMNS]


def at_of(line: Line, day: date) -> datetime | None:
    """Return the instant of which a row tells: hours and minutes of the sheet's day in Viet Nam."""
    minutes = _as_figure(line.told["at"]) if "at" in line.figures else _as_written(line.told["at"])
    if minutes is None or not 0 <= minutes < _MINUTES_A_DAY:
        return None
    return datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=VIET_NAM).astimezone(UTC)


def _as_figure(text: str) -> int | None:
    """A spreadsheet keeps a time as a part of a day."""
    try:
        part = float(text)
    except ValueError:
        return None
    return round(part * _MINUTES_A_DAY) if 0 <= part < 1 else None


def _as_written(text: str) -> int | None:
    written = _WRITTEN.fullmatch(text.lower())
    return int(written[1]) * 60 + int(written[2] or 0) if written else None


def _text(cell: str, typed: str = "unicode") -> str:
    return words_in(legacy.read_back(cells.plain(cell), typed), longest=CELL_LENGTH)


def _columns(row: Sequence[str]) -> dict[str, int]:
    """Return which column holds what, by the words of either language."""
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        column = one_of(cell, COLUMNS) if cell else None
        if column is not None:
            found.setdefault(column, place)
    return found


def _above(rows: Sequence[Sequence[str]], label: Words) -> str:
    wanted = {search_key(label.vi), search_key(label.en)}
    return next((row[1] for row in rows if len(row) > 1 and search_key(row[0]) in wanted), "")


def _filled(rows: Iterable[tuple[int, Sequence[str]]], columns: Mapping[str, int]) -> list[tuple[int, Cells]]:
    filled: list[tuple[int, Cells]] = []
    for number, row in rows:
        told = _cells(row, columns)
        if any(_text(cell) for column, cell in told.items() if column not in ("place", "id")):
            filled.append((number, told))
        if len(filled) > MOST_ROWS:
            raise Unreadable("sheet-too-long")
    return filled


def _cells(row: Sequence[str], columns: Mapping[str, int]) -> Cells:
    return {column: row[columns[column]] if columns.get(column, len(row)) < len(row) else "" for column in COLUMNS}


def _lines(filled: Sequence[tuple[int, Cells]]) -> list[Line]:
    """Read what was typed before Unicode back, row by row: several people may have filled one sheet."""
    ways = [_typed_as(told) for _, told in filled]
    known = set(ways) - {None}
    usual = known.pop() if len(known) == 1 else "unicode"
    return [_line(number, told, way or usual or "unicode") for (number, told), way in zip(filled, ways, strict=True)]


def _typed_as(told: Cells) -> str | None:
    """Return how a row was typed, by a choice that reads as one of its words; None where no choice has a mark.

    A name alone would not tell: what says Hoàng in Unicode says Hồng in VNI.
    """
    chosen = ((cells.plain(told[column]), listed) for column, listed in CHOSEN.items())
    marked = [(text, listed) for text, listed in chosen if not text.isascii()]
    return next(
        (how for how in ("unicode", *OLD_WAYS) for text, listed in marked if one_of(_text(text, how), listed)), None
    )


def _line(number: int, raw: Cells, typed: str) -> Line:
    ours = GIVEN if raw["called"] else frozenset[str]()
    return Line(
        line=number,
        told={column: _text(cell, "unicode" if column in ours else typed) for column, cell in raw.items()},
        figures=frozenset(column for column, cell in raw.items() if cells.NUMBER in cell[:2]),
        computes=any(cell.startswith(cells.FORMULA) for cell in raw.values()),
    )
