"""A certificate on paper and on a screen: what its lines say, its QR code, and the PDF to print.

The code is drawn when it is looked at. On paper it is 60 mm wide, twice what a reader needs; letters are embedded.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import msgspec
import segno
from markupsafe import Markup
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tiemchung.domain.certificates import queries as certificates
from tiemchung.domain.certificates.values import CertificateShown, Kind
from tiemchung.faces.shared.words import Words, t
from tiemchung.kernel.clock import business_day

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = "Be Vietnam Pro", "Be Vietnam Pro SemiBold"
QR_MM = 60
"""UI: a signed code is at least 30 mm wide."""
_QUIET_MODULES = 4
_INK, _LINE, _NGHE = (0.09, 0.137, 0.227), (0.75, 0.72, 0.66), (0.94, 0.69, 0.12)
_LEFT, _RIGHT = 25 * mm, A4[0] - 25 * mm

TITLES = {
    Kind.CERTIFICATE: Words("Chứng nhận tiêm chủng COVID-19", "COVID-19 vaccination certificate"),
    Kind.PASS: Words("Xác nhận tạm thời đã tiêm vắc xin COVID-19", "Provisional confirmation of COVID-19 vaccination"),
}
TERMS = {
    Kind.CERTIFICATE: Words("Đã ký. Có giá trị đến {day}", "Signed. Valid until {day}"),
    Kind.PASS: Words(
        "Tạm thời, dùng trong nước đến {day}. Chưa phải chứng nhận.",
        "Provisional, inside Viet Nam until {day}. Not a certificate.",
    ),
}
SHOW_WITH = {
    Kind.CERTIFICATE: Words(
        "Xuất trình cùng căn cước hoặc hộ chiếu. Người kiểm tra chỉ thấy các dòng trên trang này.",
        "Show it with an identity card or passport. Whoever checks sees only the lines on this page.",
    ),
    Kind.PASS: Words(
        "Danh tính chưa đối chiếu xong: mang giấy tờ có ảnh đến điểm tiêm để được ký chứng nhận.",
        "The identity is not yet confirmed: bring a document with a photo to a site, and the certificate is signed.",
    ),
}
ONLY_YEAR = Words("{year} (chỉ có năm)", "{year} (year only)")
UNKNOWN = Words("không rõ", "unknown")


class PaperLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a certificate: what it is called in both languages, and what stands there."""

    label: Words
    text: str


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate in force as a page shows it (`shared/components/paper.html`)."""

    provisional: bool
    title: Words
    term: Words
    code: Markup
    lines: list[PaperLine]


def paper(shown: CertificateShown) -> Paper:
    """Return what a page shows of a certificate in force; a withdrawn one has no code and is told by its reason."""
    label = t("Mã QR của chứng nhận", "The certificate's QR code")
    return Paper(
        provisional=shown.kind is Kind.PASS,
        title=TITLES[shown.kind],
        term=term(shown),
        code=qr_svg(shown.text, label=label),
        lines=lines(shown),
    )


def lines(shown: CertificateShown) -> list[PaperLine]:
    """Return the lines of a certificate in their order."""
    return [
        PaperLine(label=Words("Họ và tên", "Name"), text=shown.name.upper()),
        PaperLine(label=Words("Chữ Latinh", "In Latin letters"), text=shown.name_latin),
        PaperLine(label=Words("Ngày sinh", "Date of birth"), text=born(shown.born)),
        PaperLine(label=Words("Vắc xin", "Vaccine"), text=product_name(shown.product)),
        PaperLine(
            label=Words("Mũi", "Dose"),
            text=f"{shown.dose_number} / {shown.series_doses}",
        ),
        PaperLine(label=Words("Ngày tiêm", "Date of vaccination"), text=written(shown.given_on)),
        PaperLine(label=Words("Nơi cấp", "Issued in"), text="Việt Nam · VN"),
        PaperLine(label=Words("Mã chứng nhận", "Certificate identifier"), text=shown.identifier),
    ]


def born(told: str) -> str:
    """Write a birth as far as it is known: 02/03/1987, 03/1987, 1952 (chỉ có năm · year only)."""
    parts = told.split("-")
    if not told:
        return " · ".join(UNKNOWN)
    if len(parts) == 1:
        return f"{told} ({' · '.join(word.partition('(')[2].rstrip(')') for word in ONLY_YEAR)})"
    return "/".join(reversed(parts))


def product_name(code: str) -> str:
    """Return what a product of the EU's value set is called."""
    return certificates.product_names().get(code, code)


def written(day: date) -> str:
    """Write a day as both languages read it on a form."""
    return f"{day:%d/%m/%Y}"


def term(shown: CertificateShown) -> Words:
    """Return until when it holds, in both languages."""
    day = written(business_day(shown.expires_at))
    return Words(*(text.format(day=day) for text in TERMS[shown.kind]))


def qr_code(text: str) -> segno.QRCode:
    """Encode a certificate's text for a screen or for paper.

    What is deflated and signed looks like chance under every mask of the standard, and a reader takes any. To choose the
    best of the eight took 16 ms of the 21 that a code took, more than the rest of its page.
    """
    return segno.make(text, error="q" if len(text) < _LONG else "m", micro=False, mask=_MASK)


_MASK = 0
"""A checkerboard."""


def qr_svg(text: str, *, label: str) -> Markup:
    """Draw a code for a screen: black on white in both themes, with its quiet zone."""
    code = qr_code(text)
    size = code.symbol_size(border=_QUIET_MODULES)[0]
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in _runs(code, border=_QUIET_MODULES))
    return Markup(
        '<svg class="tc-qr" viewBox="0 0 {0} {0}" shape-rendering="crispEdges" role="img" aria-label="{1}">'
        '<rect width="{0}" height="{0}" fill="#fff"/><path d="{2}" fill="#000"/></svg>'
    ).format(size, label, path)


_LONG = 700
"""Beyond so many letters a code of the higher correction would have modules too small for a telephone's screen."""
_DARK = re.compile(rb"\x01+")


def _runs(code: segno.QRCode, *, border: int) -> Iterator[tuple[int, int, int]]:
    """Yield the dark runs of each row as column, row and length."""
    for y, row in enumerate(code.matrix):
        for run in _DARK.finditer(row):
            yield run.start() + border, y + border, run.end() - run.start()


def pdf(shown: CertificateShown, *, compressed: bool = True) -> bytes:
    """Return a certificate in force as one page to print, in both languages."""
    _take_fonts()
    paper = io.BytesIO()
    canvas = Canvas(paper, pagesize=A4, invariant=1, pageCompression=int(compressed), lang="vi")
    canvas.setTitle(" · ".join(TITLES[shown.kind]))
    canvas.setAuthor("Tiêm Chủng")
    y = A4[1] - 22 * mm
    if shown.kind is Kind.CERTIFICATE:
        _hem(canvas, A4[1] - 16 * mm)
        _hem(canvas, 14 * mm)
    else:
        canvas.setFillColorRGB(*_NGHE)
        canvas.rect(0, A4[1] - 18 * mm, A4[0], 8 * mm, stroke=0, fill=1)
    canvas.setFillColorRGB(*_INK)
    y = _centered(canvas, TITLES[shown.kind], y - 12 * mm, size=18)
    y = _code(canvas, shown.text, y - 4 * mm)
    y = _centered(canvas, term(shown), y - 10 * mm, size=12)
    y -= 6 * mm
    for line in lines(shown):
        y = _line(canvas, line, y)
    _centered(canvas, SHOW_WITH[shown.kind], y - 12 * mm, size=9)
    canvas.showPage()
    canvas.save()
    return paper.getvalue()


@cache
def _take_fonts() -> None:
    for name, file in ((REGULAR, "BeVietnamPro-Regular.ttf"), (BOLD, "BeVietnamPro-SemiBold.ttf")):
        pdfmetrics.registerFont(TTFont(name, FONTS / file))


def _centered(canvas: Canvas, words: Words, y: float, *, size: float) -> float:
    canvas.setFont(BOLD, size)
    canvas.drawCentredString(A4[0] / 2, y, words.vi)
    canvas.setFont(REGULAR, size * 0.72)
    canvas.drawCentredString(A4[0] / 2, y - size * 1.35, words.en)
    return y - size * 1.35


def _code(canvas: Canvas, text: str, top: float) -> float:
    code = qr_code(text)
    module = QR_MM * mm / len(code.matrix)
    left, top = (A4[0] - QR_MM * mm) / 2, top - _QUIET_MODULES * module
    canvas.setFillColorRGB(0, 0, 0)
    for x, row, length in _runs(code, border=0):
        canvas.rect(left + x * module, top - (row + 1) * module, length * module, module, stroke=0, fill=1)
    canvas.setFillColorRGB(*_INK)
    below: float = top - QR_MM * mm - _QUIET_MODULES * module
    return below


def _line(canvas: Canvas, line: PaperLine, y: float) -> float:
    y -= 13.5 * mm
    canvas.setFont(REGULAR, 8)
    canvas.drawString(_LEFT, y + 7 * mm, " · ".join(line.label))
    size = 13.0
    while pdfmetrics.stringWidth(line.text, BOLD, size) > _RIGHT - _LEFT and size > 5:  # noqa: PLR2004 - the smallest that can be read
        size -= 0.5
    canvas.setFont(BOLD, size)
    canvas.drawString(_LEFT, y, line.text)
    canvas.setStrokeColorRGB(*_LINE)
    canvas.setLineWidth(0.4)
    canvas.line(_LEFT, y - 2 * mm, _RIGHT, y - 2 * mm)
    return y


def _hem(canvas: Canvas, y: float) -> None:
    """Draw the hem: roof and dot, repeated like a woven border."""
    step, rise = 8 * mm, 3 * mm
    canvas.setStrokeColorRGB(*_INK)
    canvas.setLineWidth(1.1)
    path = canvas.beginPath()
    path.moveTo(0, y)
    x = 0.0
    while x < A4[0]:
        path.lineTo(x + step / 2, y + rise)
        path.lineTo(x + step, y)
        x += step
    canvas.drawPath(path)
    canvas.setFillColorRGB(*_NGHE)
    x = 0.0
    while x < A4[0]:
        canvas.circle(x + step / 2, y - 0.4 * mm, 0.9 * mm, stroke=0, fill=1)
        x += step
    canvas.setFillColorRGB(*_INK)
