"""Tables as files that a spreadsheet opens: CSV and XLSX. A cell is text; whatever it begins with, it computes nothing."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

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
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_RELATION = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/></Relationships>'
)
_BOOK = (
    '<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_SHEET = (
    '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<cols><col min="1" max="60" width="24" customWidth="1"/></cols><sheetData>'
)


def csv_file(rows: Iterable[Sequence[str]]) -> bytes:
    """Return the rows as CSV in UTF-8 with a mark, which Excel needs to read it right. No cell computes."""
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows([[_inert(cell) for cell in row] for row in rows])
    return lines.getvalue().encode("utf-8-sig")


def xlsx_file(rows: Iterable[Sequence[str]], *, name: str = "1") -> bytes:
    """Return the rows as one sheet of an XLSX file. Every cell is told to be text, so that numbers keep their zeros."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        parts = {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _RELATION.format(kind="officeDocument", target="xl/workbook.xml"),
            "xl/workbook.xml": _BOOK.format(name=escape(name[:31], {'"': "&quot;"})),
            "xl/_rels/workbook.xml.rels": _RELATION.format(kind="worksheet", target="worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": "".join([_SHEET, *_lines(rows), "</sheetData></worksheet>"]),
        }
        for place, text in parts.items():
            # The same rows make the same bytes, whenever they are written.
            book.writestr(zipfile.ZipInfo(place, _SINCE_1980), text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in rows:
        cells = "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{_xml(cell)}</t></is></c>' for cell in row)
        yield f"<row>{cells}</row>"


def _xml(cell: str) -> str:
    return escape(_UNPRINTABLE.sub("", cell))


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_COMPUTES) else cell
