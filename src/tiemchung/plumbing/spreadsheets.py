"""Tables as files that a spreadsheet opens: CSV and XLSX. A cell is text; whatever it begins with, it computes nothing."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

_COMPUTES = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet read a cell of a CSV file as a formula (OWASP, CSV injection), full-width signs too."""
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SINCE_1980 = (1980, 1, 1, 0, 0, 0)
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/styles.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{told}</Relationships>'
)
_RELATION = '<Relationship Id="{id}" Type="{office}/{kind}" Target="{target}"/>'
_STYLES = (
    '<?xml version="1.0" encoding="UTF-8"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
"""Two looks of a cell: as the program likes, and as text (format 49), so that what is typed keeps its zeros."""
_BOOK = (
    '<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_SHEET = (
    '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<cols><col min="1" max="60" width="24" customWidth="1" style="1"/></cols><sheetData>'
)
MOST_TYPED = 5_000
"""Rows below a header in which a sheet minds what is typed. Ours."""
_LONGEST_CHOICE = 255
"""Letters of a list of choices that stands in the sheet itself: more a spreadsheet does not read."""


class Minded(NamedTuple):
    """What a sheet minds in a column (the first is 1): one of `choices`, or so many letters. The sheet says why itself.

    `line` is that of the header: what stands below it is minded. A cell may be empty, and the program only warns: some
    names and numbers are odd and right.
    """

    column: int
    line: int
    title: str
    words: str
    choices: Sequence[str] = ()
    fewest: int = 0
    most: int = 0


def csv_file(rows: Iterable[Sequence[str]]) -> bytes:
    """Return the rows as CSV in UTF-8 with a mark, which Excel needs to read it right. No cell computes."""
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows([[_inert(cell) for cell in row] for row in rows])
    return lines.getvalue().encode("utf-8-sig")


def xlsx_file(rows: Iterable[Sequence[str]], *, name: str = "1", minded: Sequence[Minded] = ()) -> bytes:
    """Return the rows as one sheet of an XLSX file. Every cell is told to be text, so that numbers keep their zeros."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        parts = {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": _BOOK.format(name=escape(name[:31], {'"': "&quot;"})),
            "xl/_rels/workbook.xml.rels": _relations(("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")),
            "xl/styles.xml": _STYLES,
            "xl/worksheets/sheet1.xml": "".join(
                [_SHEET, *_lines(rows), "</sheetData>", *_validations(minded), "</worksheet>"]
            ),
        }
        for place, text in parts.items():
            # The same rows make the same bytes, whenever they are written.
            book.writestr(zipfile.ZipInfo(place, _SINCE_1980), text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _relations(*told: tuple[str, str]) -> str:
    lines = [
        _RELATION.format(id=f"rId{number}", office=_OFFICE, kind=kind, target=target)
        for number, (kind, target) in enumerate(told, start=1)
    ]
    return _RELATIONS.format(told="".join(lines))


def _validations(minded: Sequence[Minded]) -> Iterator[str]:
    if not minded:
        return
    yield f'<dataValidations count="{len(minded)}">'
    for one in minded:
        letter = chr(ord("A") + one.column - 1)
        where = f"{letter}{one.line + 1}:{letter}{one.line + MOST_TYPED}"
        words = f"promptTitle={quoteattr(one.title)} prompt={quoteattr(one.words)} errorTitle={quoteattr(one.title)} "
        words += f"error={quoteattr(one.words)}"
        shown = f'errorStyle="warning" allowBlank="1" showInputMessage="1" showErrorMessage="1" {words} sqref="{where}"'
        choices = ",".join(one.choices)
        if len(choices) > _LONGEST_CHOICE or any("," in choice or '"' in choice for choice in one.choices):
            raise ValueError(choices)
        if choices:
            yield f'<dataValidation type="list" {shown}><formula1>"{escape(choices)}"</formula1></dataValidation>'
        else:
            letters = f"<formula1>{one.fewest}</formula1><formula2>{one.most}</formula2>"
            yield f'<dataValidation type="textLength" {shown}>{letters}</dataValidation>'
    yield "</dataValidations>"


def _lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in rows:
        cells = "".join(f'<c t="inlineStr" s="1"><is><t xml:space="preserve">{_xml(cell)}</t></is></c>' for cell in row)
        yield f"<row>{cells}</row>"


def _xml(cell: str) -> str:
    return escape(_UNPRINTABLE.sub("", cell))


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_COMPUTES) else cell
