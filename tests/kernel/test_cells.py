from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest

from tiemchung.kernel import cells
from tiemchung.kernel.cells import Unreadable, limits

ROWS = [
    ["Họ và tên", "Ngày sinh", "Ghi chú"],
    ["Lê Thị Hường", "09/11/1971", "nhà số 3\nhẻm 12"],
    [],
    ["Võ Thúy Ái", "1950", 'gọi "cô Ái"; sau 17 giờ'],
    ["Y Blô Niê", "02/03/1987", "x" * 700],
    ["Trần Thị Tư", "02/03/1987", ""],
]
READ = [[cell[:500] for cell in row] for row in ROWS]
CODES = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]


def in_pieces(content: bytes, size: int) -> cells.Source:
    def pieces(offset: int) -> Iterator[bytes]:
        for first in range(offset, len(content), size):
            yield content[first : first + size]

    return pieces


def saved(code: str, *, ends: str = "\n") -> bytes:
    text = b"".join(cells.written(ROWS, size=50)).decode()
    return text.replace("\n", ends).encode(code)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("size", [1, 7, 1 << 16])
def test_a_text_is_read_on_from_behind_any_of_its_rows(code: str, size: int) -> None:
    source = in_pieces(saved(code), size)
    form = cells.form_of(source)
    read = list(cells.rows_from(source, form))
    assert [row for row, _ in read] == READ
    for place, (_, behind) in enumerate(read):
        assert list(cells.rows_from(source, form, offset=behind)) == read[place + 1 :]


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_lines_may_end_as_any_machine_ends_them(ends: str) -> None:
    source = in_pieces(saved("utf-8", ends=ends), 5)
    read = list(cells.rows_from(source, cells.form_of(source)))
    assert [row[0] for row, _ in read if row] == [row[0] for row in ROWS if row]
    assert [row[0] for row, _ in cells.rows_from(source, cells.form_of(source), offset=read[3][1])] == [
        "Y Blô Niê",
        "Trần Thị Tư",
    ]


def test_a_page_of_one_byte_a_letter_is_read_on_where_a_letter_of_it_is_unknown() -> None:
    content = b"Name;Birth\nJos\xe9;1950\n\x81\x8d;1951\nAn;1952\n"
    source = in_pieces(content, 4)
    form = cells.form_of(source)
    read = list(cells.rows_from(source, form))
    assert form.encoding == "cp1252"
    assert [row[0] for row, _ in cells.rows_from(source, form, offset=read[2][1])] == ["An"]


def test_a_letter_of_unicode_that_is_cut_in_two_is_told_at_the_end_as_at_the_beginning() -> None:
    content = b"a;b\n" * 30_000 + "Hường;1971\n".encode()
    assert cells.form_of(in_pieces(content, 1000)).encoding == "utf-8"
    with pytest.raises(Unreadable, match="mixed"):
        cells.form_of(in_pieces(content + b"\xff\xfe;1\n", 1000))


def test_rows_that_were_written_are_read_as_they_were() -> None:
    pieces = list(cells.written(READ, size=60))
    assert len(pieces) > 2
    assert all(piece.endswith(b"\n") for piece in pieces)
    read = cells.rows_from(in_pieces(b"".join(pieces), 9), cells.LINES)
    assert [row for row, _ in read] == READ


def book(sheet: str, *, texts: str = "") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", "<workbook/>")
        made.writestr("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{sheet}</sheetData></worksheet>")
        if texts:
            made.writestr("xl/sharedStrings.xml", f"<sst>{texts}</sst>")
    return packed.getvalue()


def test_what_cells_share_is_found_by_its_number_and_nothing_else_is() -> None:
    told = "".join(f'<c t="s"><v>{number}</v></c>' for number in ("1", "0", "2", "-1", "99999999999", "x", ""))
    texts = "<si><t>Hường</t></si><si><r><t>Lê </t></r><r><t>Thị</t></r><rPh><t>レ</t></rPh></si>"
    assert list(cells.rows_of(book(f"<row>{told}<c><v>7</v></c></row>", texts=texts))) == [
        ["Lê Thị", "Hường", "", "", "", "", "", cells.NUMBER + "7"]
    ]


@pytest.mark.parametrize(
    ("limit", "value"), [("MOST_UNPACKED", 10_000), ("MOST_TEXTS", 100), ("MOST_TEXT_BYTES", 1_000)]
)
def test_a_book_that_swells_is_not_opened(limit: str, value: int, monkeypatch: pytest.MonkeyPatch) -> None:
    content = book("<row/>", texts="<si><t>Nguyễn Văn A</t></si>" * 1_000)
    assert list(cells.rows_of(content)) == [[]]
    monkeypatch.setattr(limits, limit, value)
    with pytest.raises(Unreadable) as refused:
        list(cells.rows_of(content))
    assert refused.value.reason == "bomb"


def test_one_element_that_fills_the_memory_is_a_bomb() -> None:
    with pytest.raises(Unreadable) as refused:
        list(cells.rows_of(book(f'<row r="{"1" * (1 << 22)}"/>')))
    assert refused.value.reason == "bomb"


def test_a_cell_without_end_is_cut_and_the_row_goes_on() -> None:
    cell = f'<c t="inlineStr"><is><t>{"ă" * 2_000_000}</t></is></c>'
    ((first, second),) = cells.rows_of(book(f"<row>{cell}<c><v>1</v></c></row>"))
    assert (first, second) == ("ă" * 500, cells.NUMBER + "1")
