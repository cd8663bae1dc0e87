"""Which column is what. A list may have a title above its header, and its header in anybody's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Final

import msgspec

from tiemchung.domain.campaigns.engine import rowkeys
from tiemchung.kernel import cells, legacy
from tiemchung.kernel.cells import Unreadable
from tiemchung.kernel.names import search_key

LOOKED_AT: Final = 25
"""Rows above the header: a title, the ward's name, a date. Ours."""
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "key": ("ma dong", "row key"),
    "name": ("ho va ten", "ho ten", "ten nguoi", "hovaten", "hoten", "full name", "name", "ten"),
    "born": ("ngay thang nam sinh", "ngay sinh", "nam sinh", "ngaysinh", "date of birth", "dob", "birth", "ns"),
    "sex": ("gioi tinh", "gioi", "phai", "nam nu", "sex", "gender"),
    "number": ("cccd", "cmnd", "can cuoc", "so giay to", "giay to", "dinh danh", "ho chieu", "cmt", "id number"),
    "phone": ("dien thoai", "sdt", "so dt", "di dong", "phone", "mobile", "dt"),
    "group": ("nhom uu tien", "nhom doi tuong", "doi tuong", "ma nhom", "nhom", "group"),
    "address": ("dia chi", "to dan pho", "khu pho", "thon", "noi o", "address", "to"),
    "note": ("ghi chu", "note"),
}
"""By field, the words of a header without marks; the first that is contained in a cell names its column."""
TEMPLATE: Final = {
    "vi": ["Họ và tên", "Ngày sinh", "Giới tính", "Số giấy tờ", "Điện thoại", "Nhóm ưu tiên", "Địa chỉ", "Ghi chú"],
    "en": ["Full name", "Birth date", "Sex", "ID number", "Phone", "Target group", "Address", "Note"],
}
NEEDED: Final = ("name", "born")
"""Fields without which nobody can be put on a list."""
_LEAST_FIELDS = 2


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A list whose columns are understood: `line` is that of the header, `rows` go on after it with their own lines."""

    header: list[str]
    columns: dict[str, int]
    line: int
    typed: str
    rows: Iterator[tuple[int, list[str]]]


def table_of(rows: Iterable[list[str]], *, said: Mapping[str, dict[str, int]] | None = None) -> Table:
    """Find the header and return the rows below it. Refuses a file in which no row names a name and a birth date.

    `said` tells the columns of headers of which somebody has spoken, by `header_key`: what was said goes before words.
    """
    source = iter(rows)
    first = list(islice(source, LOOKED_AT * 8))
    typed = legacy.typed_as(chain.from_iterable(first))
    best: tuple[int, dict[str, int]] | None = None
    for place, row in enumerate(first[:LOOKED_AT]):
        told = [legacy.read_back(cells.plain(cell), typed) for cell in row]
        if said and (spoken := said.get(header_key(told))) is not None:
            best = place, dict(spoken)
            break
        found = fields_of(told)
        if "name" in found and len(found) >= _LEAST_FIELDS and (best is None or len(found) > len(best[1])):
            best = place, found
    if best is None:
        raise Unreadable("no-header")
    place, columns = best
    if "key" not in columns and (column := _column_of_keys(first[place + 1 :], columns)) is not None:
        columns["key"] = column
    header = [legacy.read_back(cells.plain(cell), typed).strip() for cell in first[place]]
    while header and not header[-1]:
        header.pop()
    if len(header) > cells.MOST_COLUMNS:
        raise Unreadable("too-wide")
    following = enumerate(chain(first[place + 1 :], source), start=place + 2)
    return Table(header=header, columns=columns, line=place + 1, typed=typed, rows=following)


def _column_of_keys(rows: Iterable[list[str]], columns: dict[str, int]) -> int | None:
    """Return the column that holds keys whatever its header says: somebody may have named it otherwise, or not at all."""
    taken = set(columns.values())
    for row in rows:
        for place, cell in enumerate(row):
            if place not in taken and rowkeys.read(cells.plain(cell)) is not None:
                return place
    return None


def header_key(header: Sequence[str]) -> str:
    """Return what two spellings of one header share: its cells without marks, without empty ones at the end."""
    return "\t".join(search_key(cell) for cell in header).rstrip("\t")


def fields_of(header: Sequence[str]) -> dict[str, int]:
    """Return which column holds which field; the whole cell is asked before a part of it, the first column before later."""
    keys = [search_key(cell) for cell in header]
    found: dict[str, int] = {}
    for whole in (True, False):
        for field, words in FIELDS.items():
            if field in found:
                continue
            taken = set(found.values())
            place = next(
                (
                    place
                    for word in words
                    for place, key in enumerate(keys)
                    if place not in taken and (key == word if whole else f" {word} " in f" {key} ")
                ),
                None,
            )
            if place is not None:
                found[field] = place
    return found
