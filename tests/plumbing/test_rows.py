from __future__ import annotations

from datetime import date

import pytest

from tiemchung.plumbing.rows import BadRow, SourceRow, from_objects, read_csv, unique

COLUMNS = ("code", "name")


def row(**cells: object) -> SourceRow:
    return SourceRow(file="units.csv", line=7, cells=cells)


def test_rows_know_their_line_even_after_a_cell_of_several_lines() -> None:
    rows = read_csv("units.csv", 'code,name\n01,"Hà\nNội"\n02,Hà Giang\n'.encode(), columns=COLUMNS)
    assert [(r.line, r.text("code")) for r in rows] == [(2, "01"), (4, "02")]


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"code\n01\n", 1, "lacks ['name']"),
        (b"code,name,extra\n01,a,b\n", 1, "adds ['extra']"),
        (b"code,name,name\n01,a,b\n", 1, "twice"),
        (b"", 1, "lacks"),
        (b"code,name\n01,a\n02\n", 3, "1 cells where the header has 2"),
        (b"code,name\n01,a,b\n", 2, "3 cells"),
        (b"code,name\n01,a\n02,\xff\n", 3, "not UTF-8"),
        (b'code,name\n01,a\n02,"b\n', 3, "unexpected end"),
    ],
)
def test_a_file_that_is_not_as_promised_is_refused_with_its_line(content: bytes, line: int, reason: str) -> None:
    with pytest.raises(BadRow) as refused:
        read_csv("units.csv", content, columns=COLUMNS)
    assert (refused.value.facts["file"], refused.value.facts["line"]) == ("units.csv", line)
    assert reason in refused.value.facts["reason"]


@pytest.mark.parametrize(
    ("read", "reason"),
    [
        (lambda: row(name="  ").text("name"), "name is empty"),
        (lambda: row(name=3).text("name"), "no text"),
        (lambda: row(code="7a").code("code", r"\d+"), "does not look like"),
        (lambda: row(code="٣").code("code", r"\d+"), "does not look like"),
        (lambda: row(kind="x").one_of("kind", ["a", "b"]), "none of a, b"),
        (lambda: row(n="1.5").whole("n"), "no whole number"),
        (lambda: row(n="-1").whole("n"), "no whole number"),
        (lambda: row(n="one").maybe_number("n"), "is no number"),
        (lambda: row(n="").whole("n"), "n is empty"),
        (lambda: row(on="2021-13").first_day("on"), "is no date"),
        (lambda: row(on="").first_day("on"), "on is empty"),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused_with_its_row(read: object, reason: str) -> None:
    assert callable(read)
    with pytest.raises(BadRow, match=r"units.csv, line 7: ") as refused:
        read()
    assert reason in str(refused.value)


def test_a_month_is_its_first_day_and_a_leading_number_leaves_its_mark() -> None:
    assert row(on="2021-03").first_day("on") == date(2021, 3, 1)
    assert row(on="2021-03-09").first_day("on") == date(2021, 3, 9)
    assert row(hours="2 (unverified)").leading_number("hours") == (2.0, "(unverified)")
    assert row(hours="single dose").leading_number("hours") == (None, "single dose")


def test_text_is_composed() -> None:
    assert row(name="Hòa").text("name") == "Hòa"


def test_the_second_of_two_rows_with_one_key_is_refused() -> None:
    rows = from_objects("units", [{"code": "1"}, {"code": "2"}, {"code": "1"}])
    with pytest.raises(BadRow, match=r"units, line 3: code '1' stands already in line 1"):
        unique(rows, "code")
