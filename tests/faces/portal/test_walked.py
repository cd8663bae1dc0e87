"""Doses walked from a tablet through every reaction to the open pages of the commune, in both eras, with the age of each figure."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import pytest
from django.test import Client

from tests.chair import follow
from tests.domain.certificates.scenery import attest, send, void
from tests.domain.intake.chair import LOT, NOW, SITE, TestTablet, arrived, block, dose
from tests.domain.intake.conftest import new_tablet, tablet, ward
from tests.domain.visits.conftest import lead
from tests.faces.healthbook.citizens import text_of
from tests.faces.portal.test_views import rows_of, table_of
from tiemchung.domain.places import queries as places
from tiemchung.domain.response import jobs
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing.time import clock
from tiemchung_world.passkey import Passkey

__all__ = ["lead", "new_tablet", "tablet", "ward"]
OLD = "/so-lieu/79/760/26734/"
BLOCKS = re.compile(r"<section\b[^>]*>(?:(?!<section\b).)*?</section>", re.DOTALL)
FIGURE = re.compile(r"tc-table__number\">[\d<]|tc-num\">[\d<]")
AGE = re.compile(r"lúc \d\d:\d\d \d\d/\d\d/\d{4}")


@pytest.fixture
def given(
    set_time: Callable[[datetime], None],
    tablet: TestTablet,
    lead: Passkey,
    as_worker: Callable[[], AbstractContextManager[None]],
) -> None:
    """Give six people of group 09 a dose of AstraZeneca and a seventh one that is voided; the lead closes the day."""
    set_time(NOW)
    for number in range(7):
        person, visit = uuid7(), uuid7()
        number_told = {"kind": "personal-number", "value": f"07918400{number:04}"}
        told = block(name=f"Nguyễn Thị Hòa {'ABCDEFG'[number]}", born="1984", identifiers=[number_told], phone=None)
        came = arrived(tablet, person, visit, block=told)
        vial = tablet.line("vial-opened", lot=LOT, vial=f"V{number}", doses=1, reason=None)
        line = dose(tablet, person, visit, vial=f"V{number}")
        send(tablet, came, vial, line)
    void(tablet, line)
    send(tablet, tablet.line("vial-wasted", lot=LOT, vial="V6", doses=1, reason="end-of-day"))
    attest(tablet, lead)
    with as_worker():
        follow()
        jobs.count_sites(now=NOW)


@pytest.mark.usefixtures("given")
def test_a_dose_of_a_tablet_stands_in_its_commune_of_2025_by_age_group_and_product_as_in_that_of_2021() -> None:
    assert business_day(clock().now()) == business_day(NOW)
    new = f"/so-lieu/2025/79/{places.heirs('26734')[0].new_code}/"
    portal = Client()
    for address in (OLD, new):
        page = portal.get(address)
        assert page.status_code == 200, address
        told = text_of(page.content)
        assert re.search(r"\b6 mũi đã tiêm tại", told), told[:400]
        assert re.search(r"Theo vắc xin AstraZeneca 6\b", told), address
        assert re.search(r"Theo mũi Mũi 1 6\b", told), address
        assert re.search(r"Mũi tiêm theo tuổi 18 – 49 tuổi 6\b", told), address
        group = "Mũi Người mắc bệnh mạn tính; người trên 65 tuổi 6 "
        assert f"Mũi tiêm theo nhóm đối tượng Nhóm (Quyết định 3355/QĐ-BYT) {group}" in told, address
        rows = table_of(portal, f"{address}diem.csv")
        assert rows[SITE]["mũi tiêm tại đây"] == "6"
        head = rows_of(portal, f"{address}diem.csv")
        assert head[1][:2] == ["số liệu lúc", "10:00 13/09/2021"]
    for section in BLOCKS.findall(portal.get(new).content.decode()):
        assert AGE.search(section) or not FIGURE.search(section), section


@pytest.mark.usefixtures("given")
@pytest.mark.parametrize("address", ["/", "/so-lieu/2025/", OLD, f"/diem-tiem/{SITE}/"])
def test_every_block_of_figures_tells_its_own_age(address: str) -> None:
    page = Client().get(address).content.decode()
    blocks = [block for block in BLOCKS.findall(page) if FIGURE.search(block)]
    assert len(blocks) >= 4, address
    for found in blocks:
        assert AGE.search(text_of(found.encode())), found
    told = text_of(page.encode())
    for words in re.findall(r"<dd class=\"tc-pairs__note\">(.*?)</dd>", page, re.DOTALL):
        assert AGE.search(words) or "chưa" in words, words
    assert ("Liều theo vắc xin" in told) == ("Đã tiêm: số liệu lúc 10:00 13/09/2021" in told), (
        "the other half of its table"
    )
