"""What the workbench says of lists: an answer's word and reason, and a cell with its wrong letters marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup, escape

from tiemchung.domain.campaigns.values import ListRow, ListState, Remark, Result
from tiemchung.faces.shared.spreadsheets import why_unreadable
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.spreadsheets import Minded

TEMPLATE = {
    "vi": ["Họ và tên", "Ngày sinh", "Giới tính", "Số giấy tờ", "Điện thoại", "Nhóm ưu tiên", "Địa chỉ", "Ghi chú"],
    "en": ["Full name", "Birth date", "Sex", "ID number", "Phone", "Target group", "Address", "Note"],
}
FIELDS = {
    "name": Words("Họ tên", "Name"),
    "born": Words("Ngày sinh", "Birth"),
    "sex": Words("Giới tính", "Sex"),
    "number": Words("Giấy tờ", "ID"),
    "phone": Words("Điện thoại", "Phone"),
    "group": Words("Nhóm ưu tiên", "Target group"),
}
COLUMNS = {
    **FIELDS,
    "number": Words("Số giấy tờ", "ID number"),
    "phone": Words("Điện thoại", "Phone"),
    "address": Words("Địa chỉ", "Address"),
    "note": Words("Ghi chú", "Note"),
}
"""What a column of a list can be."""
_SERIAL = re.compile(r"[0-9]{5}")
"""A day as a spreadsheet counts it; no birth date that somebody types is five digits."""
LAST_DIGITS = 4
"""Of a document, all that a screen shows (UI, 5)."""
SEXES = {"male": Words("nam", "male"), "female": Words("nữ", "female")}
STATES = {
    ListState.READING: Words("Đang đọc tệp", "Being read"),
    ListState.UNREADABLE: Words("Không đọc được, không lưu gì", "Cannot be read, nothing stored"),
    ListState.OPEN: Words("Chưa có gì được lưu", "Nothing is stored yet"),
    ListState.KEEPING: Words("Đang lưu", "Being stored"),
    ListState.KEPT: Words("Đã lưu các dòng chắc chắn", "The certain rows are stored"),
    ListState.UNDOING: Words("Đang rút lại các dòng đã lưu", "What was stored is being taken back"),
    ListState.UNDONE: Words("Đã rút lại các dòng đã lưu", "What was stored was taken back"),
    ListState.DROPPED: Words("Đã hủy, không lưu gì", "Thrown away, nothing stored"),
    ListState.FORGOTTEN: Words("Đã quá 30 ngày, các dòng của tệp đã xóa", "Older than 30 days, its rows are erased"),
}
REASONS = {
    "new": Words("Người mới trong danh sách", "New on the list"),
    "match": Words("Khớp theo số giấy tờ, họ tên và ngày sinh", "Matches by number, name and birth"),
    "match-phone": Words("Khớp theo họ tên, ngày sinh và số điện thoại", "Matches by name, birth and phone"),
    "in-campaign": Words(
        "Đã có trong danh sách của chiến dịch này; lưu cũng không thêm gì",
        "On this campaign's list already; keeping it adds nothing",
    ),
    "vaccinated": Words(
        "Đã tiêm {doses} mũi, mũi gần nhất ngày {day}",
        "Has had {doses} [dose|doses], the last on {day}",
    ),
    "like-known": Words("Giống người đã có. Cần chọn", "Like somebody known. Choose"),
    "number-of-another": Words(
        "Số giấy tờ này đang thuộc người khác tên", "This number belongs to somebody of another name"
    ),
    "number-of-several": Words(
        "Hồ sơ có nhiều người mang số này. Xem lại giấy tờ rồi chọn",
        "Several people on record have this number. Look at the card and choose",
    ),
    "known-dead": Words(
        "Theo cơ sở dữ liệu dân cư, người mang số này đã mất. Kiểm tra lại",
        "By the population register the holder of this number has died. Check again",
    ),
    "above": Words("Trùng với dòng {line} trong tệp", "The same as line {line} of the file"),
    "new-year": Words("Ngày 01/01: có phải chỉ biết năm sinh {year}?", "1 January: is only the year {year} known?"),
    "number-year": Words(
        "Số căn cước này là của người sinh năm {year}, cột ngày sinh ghi {told}",
        "This number is of somebody born in {year}; the column says {told}",
    ),
    "number-century": Words(
        "Số thứ tư của số căn cước chỉ từ 0 đến 5, ở đây là {digit}",
        "The fourth digit of an ID number is 0 to 5; here it is {digit}",
    ),
    "number-sex": Words(
        "Số căn cước này là của {sex}, cột giới tính ghi khác", "This number is of a {sex}; the column says otherwise"
    ),
    "old-font": Words(
        "Họ tên có thể gõ bằng phông chữ cũ (.VnTime, VNI). Xem lại trên giấy",
        "The name may be typed in an old font (.VnTime, VNI). Look at the paper",
    ),
    "phone": Words(
        "Số điện thoại không đọc được; thêm mới thì không kèm số", "The phone cannot be read; added without it"
    ),
    "no-name": Words("Chưa có họ tên", "No name"),
    "long-name": Words("Họ tên dài quá 80 chữ", "The name is longer than 80 letters"),
    "no-letters": Words("Họ tên có ký tự không phải chữ", "The name has signs that are no letters"),
    "formula": Words("Ô này là công thức. Dán lại giá trị", "This cell is a formula. Paste its value"),
    "no-birth": Words("Chưa có ngày hoặc năm sinh", "No birth date or year"),
    "birth-unreadable": Words("Ngày sinh không đọc được", "The birth date cannot be read"),
    "no-such-day": Words("Ngày {day} không có", "There is no {day}"),
    "birth-to-come": Words("Ngày sinh chưa đến", "The birth date is yet to come"),
    "birth-too-old": Words("Năm sinh trước {year}", "Born before {year}"),
    "number-digits": Words(
        "Số giấy tờ có {digits} số; căn cước cần đủ 12, CMND 9",
        "The number has {digits} [digit|digits]; the ID card needs 12, the old one 9",
    ),
    "number-letters": Words("Số giấy tờ có ký tự lạ", "The number has odd signs"),
    "masked": Words(
        "Số bị che mà không có mã dòng: chọn người, hoặc gõ đủ số",
        "A hidden number without a row key: choose who it is",
    ),
    "key": Words("Đúng dòng đã xuất, không sửa gì", "The row that was taken along, nothing changed"),
    "key-newer": Words(
        "Đúng dòng đã xuất, không sửa gì; hồ sơ đã đổi từ đó và được giữ như bây giờ",
        "The row that was taken along, nothing changed in it; the record has changed since and stays as it is now",
    ),
    "key-group": Words(
        "Đúng dòng đã xuất; lưu thì đổi nhóm ưu tiên",
        "The row that was taken along; keeping it changes the target group",
    ),
    "key-differs": Words("Đúng dòng đã xuất, có chỗ sửa khác hồ sơ", "The row that was taken along, with changes"),
    "key-of-somebody-else": Words(
        "Mã dòng là của {name}, nhưng dòng này ghi người khác: mã bị chép sang?",
        "The row key is {name}'s, but the row tells of somebody else: was the key copied?",
    ),
    "key-twice": Words(
        "Mã dòng này đã có ở dòng {line}: mã bị chép", "This row key stands in line {line} already: it was copied"
    ),
    "key-changed": Words("Mã dòng bị sửa hoặc mất ký tự", "The row key was changed or cut"),
    "key-unknown": Words(
        "Mã dòng của một danh sách không có ở phường này, hoặc xuất đã quá 180 ngày",
        "The row key is of a list that this ward does not have, or that was taken over 180 days ago",
    ),
    "key-elsewhere": Words(
        "Mã dòng của phường hoặc chiến dịch khác", "The row key is of another ward or another campaign"
    ),
    "key-of-another-list": Words(
        "Mã dòng của một lần xuất khác, không phải của tệp này",
        "The row key is of another list than the rest of this file",
    ),
    "key-taken-off": Words(
        "Người này đã ra khỏi danh sách sau khi xuất; chọn người này thì đưa vào lại",
        "This person has left the list since it was taken; choosing them puts them back",
    ),
}


REMARKS = {
    Remark.ABOVE: Words("Trùng trong tệp", "Twice in the file"),
    Remark.LISTED: Words("Đã có trong chiến dịch", "On the campaign's list"),
    Remark.VACCINATED: Words("Đã tiêm", "Had a dose"),
}


def unreadable(refusal: Refusal) -> str | None:
    """Return why a file is no list, in a sentence; None for any other refusal."""
    return why_unreadable(str(refusal.facts.get("reason"))) if refusal.code == "list-unreadable" else None


def results() -> list[tuple[Result, str, str, str]]:
    """Return the four results in their order: shape, word, tone."""
    return [
        (Result.NEW, "done", t("Nhận, người mới", "Taken, new"), "ma"),
        (Result.MATCH, "half", t("Khớp người đã có", "Matches somebody known"), "cham"),
        (Result.DOUBT, "twin", t("Ngờ, cần bạn chọn", "Doubtful, choose"), "nghe"),
        (Result.UNUSABLE, "oct", t("Từ chối, sửa rồi nhập lại", "Refused, mend and bring again"), "son"),
    ]


def reason_of(row: ListRow) -> str:
    """Return the reason of a row's answer in a sentence."""
    facts = {**row.facts}
    if "sex" in facts:
        facts["sex"] = said(SEXES[facts["sex"]])
    return said(REASONS[row.reason], **facts)


def minded(line: int, groups: Sequence[str]) -> list[Minded]:
    """Return what a sheet minds below a header in the template's columns on this line."""
    sexes = [said(SEXES[sex]).capitalize() for sex in ("female", "male")]
    told: list[tuple[str, str, Sequence[str], int, int]] = [
        (t("Họ và tên", "Full name"), t("Cần có, không quá 80 chữ.", "Needed, at most 80 letters."), (), 1, 80),
        (
            t("Ngày sinh", "Birth date"),
            t(
                "Ngày/tháng/năm, hoặc chỉ năm: 09/11/1971, 1971.",
                "Day/month/year, or the year alone: 09/11/1971, 1971.",
            ),
            (),
            4,
            10,
        ),
        (t("Giới tính", "Sex"), " / ".join(sexes), sexes, 0, 0),
        (
            t("Số giấy tờ", "ID number"),
            t("Căn cước 12 số, CMND 9 số, hoặc hộ chiếu.", "12 digits, 9 of an old card, or a passport."),
            (),
            5,
            14,
        ),
        (t("Điện thoại", "Phone"), t("10 số, bắt đầu bằng 0.", "10 digits beginning with 0."), (), 7, 16),
        (t("Nhóm ưu tiên", "Target group"), t("Mã nhóm từ 01 đến 16.", "The group's code, 01 to 16."), groups, 0, 0),
    ]
    return [
        Minded(column=column, line=line, title=title, words=words, choices=choices, fewest=fewest, most=most)
        for column, (title, words, choices, fewest, most) in enumerate(told, start=1)
    ]


def key_word() -> str:
    """Return the header of the column with the row keys."""
    return t("Mã dòng (không sửa)", "Row key (do not change)")


def differences_of(row: ListRow) -> list[dict[str, str]]:
    """Return what a row says otherwise than the record: the field's word, how it stands, what the file says."""
    return [
        {"field": said(FIELDS[one.field]), "stands": _told(one.field, one.stands), "told": _told(one.field, one.told)}
        for one in row.differences
    ]


def _told(field: str, value: str) -> str:
    if field == "sex":
        return said(SEXES[value]) if value in SEXES else "–"
    if field == "born":
        return "/".join(reversed(value.split("-"))) or "–"
    return value if value not in ("", "unknown") else "–"


def row_shown(row: ListRow, columns: dict[str, int]) -> dict[str, Any]:
    """Return a row as the page shows it: four cells with their wrong letters underlined, the answer and its reason."""
    return {
        "line": row.line,
        "choice": row.choice,
        "result": row.result,
        "reason": reason_of(row),
        "differences": differences_of(row),
        **{field: _cell(row, field, columns) for field in ("name", "born", "number", "phone")},
    }


def _cell(row: ListRow, field: str, columns: dict[str, int]) -> str:
    place = columns.get(field)
    text = row.cells[place] if place is not None and place < len(row.cells) else ""
    marked = row.wrong == field
    if field == "born" and not marked and row.block is not None and _SERIAL.fullmatch(text):
        # A true date of a spreadsheet is a count of days: shown as it was read, for whoever holds a paper beside it.
        return "/".join(reversed(row.block.born.split("-")))
    if field == "number" and not marked:
        text = f"•••• {text[-LAST_DIGITS:]}" if len(text) > LAST_DIGITS else text and "••••"
    if not marked or not text:
        return text
    start, end = row.start, row.end or len(text)
    # Who mends a number needs its end, not all of it: place, sex and birth year are inside.
    shown = text if field != "number" else "•" * max(len(text) - LAST_DIGITS, 0) + text[-LAST_DIGITS:]
    return Markup("{}<mark class='tc-wrong'>{}</mark>{}").format(
        escape(shown[:start]), escape(shown[start:end]), escape(shown[end:])
    )
