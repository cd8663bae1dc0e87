"""What a filled row of a session sheet tells, or why it cannot be taken: values in, an answer out."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, cast
from uuid import UUID

from tiemchung.domain.access.values import StaffMember
from tiemchung.domain.people.values import PersonBlock
from tiemchung.domain.scheduling.values import Appointment
from tiemchung.domain.supply.values import LotFacts
from tiemchung.domain.visits.values import How
from tiemchung.faces.shared.words import Words, said
from tiemchung.faces.station.pages import desk, sheet
from tiemchung.faces.station.pages.board import STATES
from tiemchung.faces.station.pages.chair import told_lot
from tiemchung.faces.station.pages.mending import CODE_LENGTH, STOP_REASONS
from tiemchung.faces.station.pages.sheet import Line
from tiemchung.kernel.ids import beside
from tiemchung.kernel.names import search_key

VISIT, PERSON, ARRIVED, IDENTIFIED, DOSED, ENDED = range(0x5401, 0x5407)
"""What is told of a row, each with an id beside the row's own: told again, it is the same."""
MOST_MINUTES = 24 * 60
_SERIAL_ZERO = date(1899, 12, 30)
_DAY = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?")
_MONTH = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{4})")
_SERIAL = re.compile(r"[0-9]{5}")
_PASSPORT = re.compile(r"[A-Z][0-9]{7}")
_SHORT_OF_ZERO = {"number": 11, "phone": 9}
"""Digits that are left when a spreadsheet takes a number for a figure and drops the zero in front."""
WRONG = {
    "formula": Words("Có ô là công thức. Dán lại giá trị", "A cell is a formula. Paste its value"),
    "no-code": Words(
        "Thiếu mã dòng. Đã cấp mã mới trong tệp sửa", "The row code is missing. The file to mend has a new one"
    ),
    "code-twice": Words(
        "Mã dòng này có hai lần trong phiếu. Ghi người này vào một dòng trống",
        "This row code is twice in the sheet. Write this person into an empty row",
    ),
    "answer": Words("Cột Kết quả: ghi đã tiêm, hoãn hoặc không đến", "In Answer write dosed, deferred or absent"),
    "at": Words("Giờ: ghi như 8:05", "Time: write it like 8:05"),
    "at-to-come": Words("Giờ này chưa tới", "This time is yet to come"),
    "how": Words(
        "Nhận ra bằng: giấy tờ có ảnh, biết mặt hoặc chỉ nghe nói",
        "Made sure by: photo document, known by face or told only",
    ),
    "elsewhere": Words(
        "Người này đã có lượt tiêm ngày đó trên hệ thống. Ghi tiếp ở lượt ấy",
        "This person has a visit of that day in the system already. Go on there",
    ),
    "not-listed": Words(
        "Dòng này thuộc danh sách của ngày hoặc điểm khác: xem lại dòng Ngày ở đầu phiếu",
        "This row is of another day's or site's list: look at the Day at the top",
    ),
    "lot": Words("Ghi số lô như trên lọ", "Write the lot as on the vial"),
    "product": Words(
        "Lô này chưa có trong sổ kho: ghi tên vắc xin trên lọ", "This lot is in no ledger: write the vaccine's name"
    ),
    "arm": Words("Tay: trái hoặc phải", "Arm: left or right"),
    "vaccinator": Words(
        "Người tiêm: ghi đủ họ tên một người tiêm của điểm", "Vaccinator: the full name of one of the site's"
    ),
    "vaccinator-twice": Words(
        "Điểm có hai người tiêm cùng tên này. Nhập mũi này ở bàn tiêm",
        "Two vaccinators here have this name. Record this dose at the chair's page",
    ),
    "dose-number": Words("Mũi thứ mấy: ghi một số, hoặc để trống", "Dose number: a number, or nothing"),
    "minutes": Words("Số phút theo dõi: ghi một số, hoặc để trống", "Minutes observed: a number, or nothing"),
    "state": Words("Đã ghi số phút thì ghi cả lúc về thế nào", "With the minutes, say how they were when they left"),
    "reason": Words("Vì sao không tiêm: chọn một câu ở đầu phiếu", "Why no dose: one of the answers at the top"),
    "otherwise": Words(
        "Dòng này đã nhập trước đây với nội dung khác. Sửa ở trang của lượt tiêm",
        "This row was brought before and said otherwise. Mend it on the visit's page",
    ),
}


class Wrong(Exception):  # noqa: N818 - it tells what is wrong with a row
    """A row that cannot be taken, and why, in a sentence."""

    def __init__(self, reason: str, sentence: str = "") -> None:
        super().__init__(reason)
        self.sentence = sentence or said(WRONG[reason])


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known where the sheet is brought: of its site and day, and of those whom its rows name."""

    day: date
    now: datetime
    appointments: Mapping[UUID, Appointment]
    received: Mapping[UUID, UUID]
    products: Mapping[str, str]
    lots: Mapping[str, LotFacts]
    vaccinators: Sequence[StaffMember]


@dataclass(frozen=True, kw_only=True)
class Dose:
    """What a row tells of the dose; `watched` is for how many minutes and how they were, if that is told."""

    product: str
    lot: str
    vial: str | None
    arm: Literal["left", "right"]
    number: int | None
    vaccinator: UUID
    watched: tuple[int, str] | None


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What a row tells of somebody who came: a dose, or the reason why there was none."""

    line: Line
    code: UUID
    person: UUID
    block: PersonBlock | None
    appointment: Appointment | None
    at: datetime
    how: How
    ticket: str
    dose: Dose | None
    reason: str

    @property
    def visit(self) -> UUID:
        """Return the visit's id."""
        return beside(self.code, VISIT)


def typed(line: Line, known: Known, *, taken: Collection[UUID]) -> Typed | None:
    """Return what a row tells, None if nobody came. Raises `Wrong` for what cannot be taken; `taken` are codes of rows before."""
    code, answer = _answered(line, taken)
    if answer == "absent":
        return None
    at, how = _moment(line, known), sheet.how_of(line.told["how"])
    if how is None:
        raise Wrong("how")
    appointment = known.appointments.get(code)
    if appointment is None and line.told["called"]:
        raise Wrong("not-listed")
    person = appointment.person if appointment else beside(code, PERSON)
    if known.received.get(person, beside(code, VISIT)) != beside(code, VISIT):
        raise Wrong("elsewhere")
    return Typed(
        line=line,
        code=code,
        person=person,
        block=None if appointment else _block(line, known, how),
        appointment=appointment,
        at=at,
        how=how,
        ticket=f"giấy-{line.told['place'] or line.line}"[: desk.TICKET_LENGTH],
        dose=_dose(line, known, appointment) if answer == "dosed" else None,
        reason=_reason(line) if answer == "deferred" else "",
    )


def _answered(line: Line, taken: Collection[UUID]) -> tuple[UUID, str]:
    if line.computes:
        raise Wrong("formula")
    code = sheet.code_of(line)
    if code is None:
        raise Wrong("no-code")
    if code in taken:
        raise Wrong("code-twice")
    answer = sheet.one_of(line.told["answer"], sheet.ANSWERS)
    if answer is None:
        raise Wrong("answer")
    return code, answer


def _moment(line: Line, known: Known) -> datetime:
    at = sheet.at_of(line, known.day)
    if at is None:
        raise Wrong("at")
    if at > known.now:
        raise Wrong("at-to-come")
    return at


def _reason(line: Line) -> str:
    reason = sheet.one_of(line.told["reason"], STOP_REASONS)
    if reason is None:
        raise Wrong("reason")
    return reason


def _dose(line: Line, known: Known, appointment: Appointment | None) -> Dose:
    lot, vial = line.told["lot"], line.told["vial"]
    if not lot or len(lot) > CODE_LENGTH or len(vial) > CODE_LENGTH:
        raise Wrong("lot")
    names = {code: Words(name, code) for code, name in known.products.items()}
    product = told_lot(lot, dict(known.lots)) or sheet.one_of(line.told["product"], names)
    if product is None and appointment is not None and not line.told["product"]:
        product = appointment.product
    if product is None or product not in known.products:
        raise Wrong("product")
    arm = sheet.one_of(line.told["arm"], sheet.SIDES)
    if arm is None:
        raise Wrong("arm")
    return Dose(
        product=product,
        lot=lot,
        vial=vial or None,
        arm=cast('Literal["left", "right"]', arm),
        number=_count(line.told["dose_number"], most=9, wrong="dose-number"),
        vaccinator=_vaccinator(line.told["vaccinator"], known.vaccinators),
        watched=_watched(line),
    )


def _vaccinator(name: str, members: Sequence[StaffMember]) -> UUID:
    found = [member.id for member in members if name and search_key(member.name) == search_key(name)]
    if len(found) != 1:
        raise Wrong("vaccinator-twice" if found else "vaccinator")
    return found[0]


def _watched(line: Line) -> tuple[int, str] | None:
    minutes = _count(line.told["minutes"], most=MOST_MINUTES, wrong="minutes")
    if minutes is None:
        return None
    state = sheet.one_of(line.told["state"], STATES)
    if state is None:
        raise Wrong("state")
    return minutes, state


def _count(text: str, *, most: int, wrong: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(most)) or int(text) > most:
        raise Wrong(wrong)
    return int(text)


def _block(line: Line, known: Known, how: How) -> PersonBlock:
    """Return who came without being on the list, read as the first desk reads its form."""
    year, month, day = _born(line)
    number = _with_zero(line, "number")
    sex = sheet.one_of(line.told["sex"], desk.SEXES)
    form = {
        "name": line.told["name"],
        "year": year,
        "month": month,
        "day": day,
        "sex": sex or ("" if line.told["sex"] else "unknown"),
        "kind": _kind_of(number),
        "number": number,
        "phone": _with_zero(line, "phone"),
        "how": str(int(how)),
    }
    told = desk.read_arrival(form, today=known.day, communes={})
    if isinstance(told, dict):
        raise Wrong("person", " ".join(sentence for sentence in told.values() if sentence))
    return told.block


def _born(line: Line) -> tuple[str, str, str]:
    """Return year, month and day as far as they were written; what is no date stays as it is, for the desk to refuse."""
    text = line.told["born"]
    if "born" in line.figures and _SERIAL.fullmatch(text):
        day = _SERIAL_ZERO + timedelta(days=int(text))
        return str(day.year), str(day.month), str(day.day)
    if written := _DAY.fullmatch(text):
        return written[3], written[2], written[1]
    if written := _ISO.fullmatch(text):
        return written[1], written[2], written[3] or ""
    if written := _MONTH.fullmatch(text):
        return written[2], written[1], ""
    return text, "", ""


def _with_zero(line: Line, column: str) -> str:
    text = line.told[column]
    return f"0{text}" if column in line.figures and len(text) == _SHORT_OF_ZERO[column] else text


def _kind_of(number: str) -> str:
    letters = "".join(letter for letter in number if letter.isalnum()).upper()
    if letters.isdecimal():
        return "old-identity-card" if len(letters) < 10 else "personal-number"  # noqa: PLR2004 - 9 digits and 12
    return "passport-vn" if _PASSPORT.fullmatch(letters) else "passport-foreign"
