from __future__ import annotations

import io
import unicodedata
import zipfile

import pytest

from tests.domain.campaigns.files import GOOD, HEADER, changed, csv_of
from tests.domain.campaigns.wards import NOW
from tiemchung.domain.campaigns.engine import listed, reference
from tiemchung.domain.campaigns.engine.columns import table_of
from tiemchung.domain.campaigns.values import Result
from tiemchung.kernel import cells
from tiemchung.kernel.cells import Unreadable
from tiemchung.plumbing.spreadsheets import xlsx_file


def read_all(content: bytes) -> list[listed.Read]:
    table = table_of(cells.rows_of(content))
    told = {"typed": table.typed, "today": NOW.date(), "groups": tuple(reference.target_groups())}
    found = [
        listed.read_row(row, table.columns, width=len(table.header), **told)  # type: ignore[arg-type]  # the same for all
        for _, row in table.rows
    ]
    return [read for read in found if read]


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        (GOOD, (Result.NEW, "new", "")),
        (changed(born="1958", number="023456718", phone="01684220913"), (Result.NEW, "new", "")),
        (changed(number="", phone="", group="", sex=""), (Result.NEW, "new", "")),
        (changed(name="Ơ"), (Result.NEW, "new", "")),
        (changed(name="Ẳ" * 80), (Result.NEW, "new", "")),
        (changed(born="11/1971"), (Result.NEW, "new", "")),
        (changed(born="1971-11-09"), (Result.NEW, "new", "")),
        (changed(number="79171004512"), (Result.NEW, "new", "")),
        (changed(name=""), (Result.UNUSABLE, "no-name", "name")),
        (changed(name="Ẳ" * 81), (Result.UNUSABLE, "long-name", "name")),
        (changed(name="Kumar s/o Raj"), (Result.NEW, "new", "")),
        (changed(name="Lê Thị 7"), (Result.UNUSABLE, "no-letters", "name")),
        (changed(name='=HYPERLINK("http://x","Lê")'), (Result.UNUSABLE, "formula", "name")),
        (changed(born="31/02/1980"), (Result.UNUSABLE, "no-such-day", "born")),
        (changed(born="tháng ba"), (Result.UNUSABLE, "birth-unreadable", "born")),
        (changed(born="09/11/2031"), (Result.UNUSABLE, "birth-to-come", "born")),
        (changed(born="1871"), (Result.UNUSABLE, "birth-too-old", "born")),
        (changed(born=""), (Result.UNUSABLE, "no-birth", "born")),
        (changed(number="07917100451"), (Result.UNUSABLE, "number-digits", "number")),
        (changed(number="số cũ"), (Result.UNUSABLE, "number-letters", "number")),
        (changed(born="01/01/1971"), (Result.DOUBT, "new-year", "born")),
        (changed(born="09/11/1984"), (Result.DOUBT, "number-year", "number")),
        (changed(number="079771004518"), (Result.DOUBT, "number-century", "number")),
        (changed(sex="Nam"), (Result.DOUBT, "number-sex", "number")),
        (changed(phone="12345"), (Result.DOUBT, "phone", "phone")),
        (changed(phone="+856 20 5512 3456"), (Result.DOUBT, "phone", "phone")),
    ],
)
def test_each_row_gets_one_answer_with_its_reason_and_its_place(
    row: list[str], answer: tuple[Result, str, str]
) -> None:
    (read,) = read_all(csv_of(row))
    assert (read.result, read.reason, read.wrong) == answer


def test_a_phone_abroad_is_taken_where_codes_go_to_its_country() -> None:
    table = table_of(cells.rows_of(csv_of(changed(phone="+856 20 5512 3456"))))
    ((_, row),) = table.rows
    read = listed.read_row(
        row,
        table.columns,
        countries={84, 856},
        typed=table.typed,
        today=NOW.date(),
        groups=("09",),
        width=len(table.header),
    )
    assert read is not None
    assert read.block is not None
    assert (read.result, read.block.phone) == (Result.NEW, "+8562055123456")


def test_titles_above_the_header_and_columns_in_any_order_are_read() -> None:
    rows = [
        ["ỦY BAN NHÂN DÂN PHƯỜNG", "", ""],
        ["DANH SÁCH TIÊM CHỦNG TỔ 12", "", ""],
        [],
        ["Năm sinh", "CCCD", "TÊN NGƯỜI TIÊM"],
        ["1971", "079171004512", "Lê Thị Hường"],
    ]
    table = table_of(cells.rows_of(xlsx_file(rows)))
    (row,) = read_all(xlsx_file(rows))
    assert table.columns == {"name": 2, "born": 0, "number": 1}
    assert [line for line, _ in table.rows] == [5]
    assert row.result is Result.NEW


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1258"])
def test_a_list_is_read_in_whatever_unicode_or_windows_code_it_was_saved(encoding: str) -> None:
    plain = csv_of(GOOD).decode()
    text = windows_1258(plain) if encoding == "cp1258" else plain
    (row,) = read_all(text.encode(encoding))
    assert row.block is not None
    assert row.block.name == "Lê Thị Hường"


def windows_1258(text: str) -> str:
    """Return a text as Windows-1258 keeps it: letters with their hats and horns, tones behind them."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    kept = []
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in parts if mark in tones), "")
        kept.append(unicodedata.normalize("NFC", parts.replace(tone, "")) + tone if tone else letter)
    return "".join(kept)


def test_tcvn3_and_vni_are_read_back() -> None:
    tcvn3 = "Hä vµ tªn;Ngµy sinh;Sè CMND\nNguyÔn V¨n §øc;1958;023456718\n".encode("cp1252")
    vni = "Hoï vaø teân;Ngaøy sinh;Soá CMND\nNguyeãn Vaên Ñöùc;1958;023456718\n".encode("cp1252")
    for content in (tcvn3, vni):
        (row,) = read_all(content)
        assert row.block is not None
        assert row.block.name == "Nguyễn Văn Đức"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Lª ThÞ Hång", "old-font"),  # TCVN3 of Lê Thị Hồng
        ("TrÇn Thu", "old-font"),
        ("Leâ Thò Hoàng", "old-font"),  # VNI of Lê Thị Hồng
        ("Nguyeãn Vaên Ñöùc", "old-font"),
        ("NGUYEÃN THÒ HOA", "old-font"),
        ("Raúl Muñoz", "old-font"),
        ("Lê Hoàng Nguyên", "new"),
        ("Đỗ Tuân", "new"),
        ("TÔ HOÀ", "new"),
        ("Quách Huê Thuý", "new"),
        ("Kră Jăn K'Đô", "new"),
        ("H'Hen Niê", "new"),
        ("Y Bhĭt Ayŭn", "new"),
    ],
)
def test_a_row_of_an_old_font_in_a_list_of_unicode_is_looked_at_and_not_taken_as_it_stands(
    name: str, reason: str
) -> None:
    for content in (csv_of(GOOD, changed(name=name)), xlsx_file([HEADER, GOOD, changed(name=name)])):
        good, read = read_all(content)
        assert good.result is Result.NEW
        assert (read.reason, read.result) == (reason, Result.NEW if reason == "new" else Result.DOUBT)
        assert read.block is not None, "whoever looks may take it: a foreign name is one too"


def test_a_row_of_unicode_in_a_list_of_an_old_font_stays_what_it_is() -> None:
    content = xlsx_file([["Hä vµ tªn", "Ngµy sinh"], *[["NguyÔn V¨n §øc", "1958"]] * 250, ["Lê Thị Lự", "1960"]])
    *old, last = read_all(content)
    assert {read.block.name for read in old if read.block} == {"Nguyễn Văn Đức"}
    assert last.block is not None
    assert last.block.name == "Lê Thị Lự"


def sheet(rows: str) -> bytes:
    packed = io.BytesIO(xlsx_file([["x"]]))
    copied = io.BytesIO()
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(copied, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()
            new.writestr(name, text)
    return copied.getvalue()


def test_dates_as_serials_numbers_without_their_zero_and_formulas_in_a_sheet() -> None:
    head = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in ("Họ tên", "Ngày sinh", "CCCD"))
    name = '<c t="inlineStr"><is><t>Lê Thị Hường</t></is></c>'
    content = sheet(
        f"<row>{head}</row>"
        f"<row>{name}<c><v>26246</v></c><c><v>79171004512</v></c></row>"
        f"<row>{name}<c><v>1971</v></c><c/></row>"
        f"<row>{name}<c><f>TODAY()</f><v>26246</v></c><c/></row>"
    )
    rows = read_all(content)
    assert [row.result for row in rows] == [Result.NEW, Result.NEW, Result.UNUSABLE]
    assert rows[0].block is not None
    assert rows[1].block is not None
    assert (rows[0].block.born, rows[0].block.identifiers[0].value) == ("1971-11-09", "079171004512")
    assert (rows[1].block.born, rows[2].reason) == ("1971", "formula")


MOST_BYTES, MOST_UNPACKED = 100_000, 4 << 20
"""Limits of these tests alone: a file that reaches ours takes seconds to make."""


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(MOST_UNPACKED // (1 << 20) + 2):
                part.write(b" " * (1 << 20))
    return packed.getvalue()


def entities() -> bytes:
    return by_hand('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>')


def by_hand(text: str) -> bytes:
    """Return a book whose only sheet somebody wrote by hand."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("xl/worksheets/sheet1.xml", text)
    return packed.getvalue()


@pytest.mark.parametrize("told", ["1e999", "-1e999", "nan"])
def test_a_number_that_no_sheet_counts_to_stays_what_was_written(told: str) -> None:
    content = by_hand(f"<worksheet><sheetData><row><c><v>{told}</v></c></row></sheetData></worksheet>")
    assert [cells.plain(cell) for row in cells.rows_of(content) for cell in row] == [told]


def put_together() -> bytes:
    """Return a list of which one part was saved in Windows-1258 and another in UTF-8."""
    return windows_1258("Ho ten;Ngay sinh\nLê Văn Hải;1990\n").encode("cp1258") + "Hà;1980\n".encode()


def wide() -> bytes:
    return xlsx_file([[*HEADER, *(f"Cột {n}" for n in range(200))], GOOD])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"  \n ", "empty"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), "picture"),
        (b"\x89PNG\r\n", "picture"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old-excel"),
        (b"PK\x03\x04 not a book", "broken"),
        (b"a;b\n1;2\n", "no-header"),
        (b"abc\x00defghijklm", "no-list"),
        (bomb(), "bomb"),
        (entities(), "bomb"),
        (wide(), "too-wide"),
        (put_together(), "mixed"),
        (by_hand('<?xml version="1.0" encoding="gb2312"?><worksheet/>'), "broken"),
        (by_hand('<?xml version="1.0" encoding="no-such"?><worksheet/>'), "broken"),
        (b"x" * (MOST_BYTES + 1), "too-large"),
    ],
    ids=[
        *("empty", "heic", "png", "xls", "zip", "header", "bytes", "bomb", "entities", "200 columns"),
        *("two encodings", "letters of two bytes", "no encoding", "huge"),
    ],
)
def test_what_is_no_list_is_refused_by_its_reason(content: bytes, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MOST_BYTES", MOST_BYTES)
    monkeypatch.setattr(cells.limits, "MOST_UNPACKED", MOST_UNPACKED)
    with pytest.raises(Unreadable) as refused:
        read_all(content)
    assert refused.value.reason == reason
