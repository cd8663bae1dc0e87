from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from reportlab.lib.units import mm

from tests.domain.certificates import golden
from tiemchung.domain.certificates.values import CertificateShown, Kind
from tiemchung.faces.shared import papers
from tiemchung.kernel.ids import uuid7

TEXT = golden.text(golden.message())


def certificate(**told: Any) -> CertificateShown:
    usual: dict[str, Any] = {
        "id": uuid7(),
        "person": uuid7(),
        "dose": uuid7(),
        "kind": Kind.CERTIFICATE,
        "issued_at": datetime(2021, 10, 24, tzinfo=UTC),
        "expires_at": datetime(2022, 10, 24, tzinfo=UTC),
        "withdrawn": None,
        "withdrawn_at": None,
        "identifier": "URN:UVCI:01:VN:GOLDEN#0",
        "name": "Nguyễn Thị Ánh Hằng",
        "name_latin": "NGUYEN THI ANH HANG",
        "born": "1987-03-02",
        "product": "EU/1/21/1529",
        "dose_number": 2,
        "series_doses": 2,
        "given_on": date(2021, 10, 23),
        "text": TEXT,
        "log": uuid7(),
    }
    return CertificateShown(**(usual | told))


def code_in(page: bytes) -> tuple[float, set[tuple[float, float, float]]]:
    """Return the width in mm of the code in an uncompressed page, and its dark runs."""
    black = page.partition(b"0 0 0 rg")[2].partition(b" rg")[0]
    runs = {
        tuple(float(number) for number in run.split())
        for run in re.findall(rb"n ([\d.]+ [\d.]+ [\d.]+) [\d.]+ re", black)
    }
    left, right = min(run[0] for run in runs), max(run[0] + run[2] for run in runs)
    return (right - left) / mm, {(run[0], run[1], run[2]) for run in runs}


@pytest.mark.parametrize("kind", list(Kind))
def test_the_printed_code_is_whole_and_at_least_thirty_millimeters_wide(kind: Kind) -> None:
    page = papers.pdf(certificate(kind=kind), compressed=False)
    width, runs = code_in(page)
    code = papers.qr_code(TEXT)
    assert code.error == "Q"
    rows = ["".join("1" if cell else " " for cell in row).split() for row in code.matrix]
    assert width == pytest.approx(papers.QR_MM, abs=0.1)
    assert width >= 30
    assert len(runs) == sum(len(row) for row in rows)


def test_the_page_brings_its_letters_along() -> None:
    page = papers.pdf(certificate(name="Ẳng Ễnh Ốm Ỵ"))
    assert page.startswith(b"%PDF-")
    assert page.count(b"/FontFile2") == 2
    assert page.count(b"/Type /Page\n") == 1


def test_the_same_certificate_is_the_same_page() -> None:
    shown = certificate()
    assert papers.pdf(shown) == papers.pdf(shown)


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("1987-03-02", "02/03/1987"),
        ("1987-03", "03/1987"),
        ("1952", "1952 (chỉ có năm · year only)"),
        ("", "không rõ · unknown"),
    ],
)
def test_a_birth_is_written_as_far_as_it_is_known(told: str, written: str) -> None:
    assert papers.born(told) == written


def test_a_page_shows_every_line_and_whether_it_is_provisional() -> None:
    paper = papers.paper(certificate(kind=Kind.PASS, born="1952"))
    assert paper.provisional
    assert "NGUYỄN THỊ ÁNH HẰNG" in [line.text for line in paper.lines]
    assert "24/10/2022" in paper.term.vi
    assert paper.code.startswith("<svg")
