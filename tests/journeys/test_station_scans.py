"""A tablet's camera at the desks: appointment, identity card, certificate, vial. Without a network, after one visit with it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.domain.certificates.engine.test_golden import DOCUMENT
from tests.faces.station import scenery
from tests.faces.station.called import called
from tests.faces.station.scenery import LOT
from tests.journeys.cameras import Modules, gs1_datamatrix, only_frame_of, qr, show
from tests.journeys.conftest import OpenPage, Site, Visit, check_page
from tests.journeys.test_station_app import (
    OF_THE_NETWORK,
    given_a_team,
    given_the_lead_at_a_desk,
    when_the_lead_enrolls_it,
    when_the_network_goes,
    when_the_nurse_sets_her_pin,
)

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("tablets_morning")]
GTIN = "09506000134352"  # of GS1's own examples
OF_ANOTHER = bytes(range(256))
"""Stands for another tablet's sealed file: whoever carries it cannot read it anyway."""
NAME = hashlib.sha256(OF_ANOTHER).hexdigest()[:4].upper()
CARD = "079185001234|024123456|Trần Văn Ấn|05031985|Nam|12 Lê Lợi, Phường Bến Nghé, Quận 1|01062021"


def certificates() -> Iterator[str]:
    """Return the golden certificates that tell of a dose."""
    yield from (case["text"] for case in DOCUMENT["cases"] if case["verdict"]["why"] == "signed")


def when_the_camera_sees(page: Page, code: Modules, *, on: Path, by: str) -> None:
    show(code, on=on)
    page.get_by_role("button", name=by).click()


def of_vial(lot: str, expires: str) -> Modules:
    return gs1_datamatrix(f"(01){GTIN}(17){expires}(10){lot}(21)S-77")


def test_a_tablet_reads_what_people_and_vials_carry_without_a_network(
    open_page: OpenPage, site: Site, camera_file: Path
) -> None:
    scenery.stock()
    [appointment] = called("Nguyễn Thị Ánh Hằng")
    scenery.somebody_screened("Võ Thị Kim Yến", ticket="7")
    given_a_team()
    visit = open_page(390)
    page = visit.page
    desk = given_the_lead_at_a_desk(open_page(1280).page, site.url)
    when_the_lead_enrolls_it(page, desk)
    when_the_nurse_sets_her_pin(page, desk)
    expect(page.get_by_role("link", name=re.compile("Nguyễn Thị Ánh Hằng"))).to_be_visible()
    when_the_network_goes(page)

    when_the_camera_sees(page, qr(appointment.reference), on=camera_file, by="Quét mã")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nguyễn Thị Ánh Hằng")
    page.get_by_role("link", name="Hôm nay", exact=True).click()

    when_the_camera_sees(page, qr(CARD), on=camera_file, by="Quét mã")
    expect(page.get_by_label("Họ và tên")).to_have_value("Trần Văn Ấn")
    expect(page.get_by_label("Số giấy tờ")).to_have_value("079185001234")
    expect(page.get_by_label("Năm", exact=True)).to_have_value("1985")
    expect(page.get_by_label("Nam", exact=True)).to_be_checked()
    expect(page.get_by_label("Quét thẻ và so mặt")).not_to_be_checked()
    check_page(Visit(page=page, complaints=[]), where="somebody by their card")

    certificate = next(certificates())
    when_the_camera_sees(page, qr(certificate), on=camera_file, by="Quét căn cước hoặc mã hẹn")
    expect(page.get_by_role("status").filter(has_text="Đã điền theo chứng nhận")).to_be_visible()
    expect(page.get_by_label("Họ và tên")).not_to_have_value("Trần Văn Ấn")

    page.get_by_role("link", name="Hôm nay", exact=True).click()
    page.get_by_role("button", name=re.compile("Chờ tiêm")).click()
    page.get_by_role("link", name=re.compile("Võ Thị Kim Yến")).click()
    when_the_camera_sees(page, of_vial("QX0001", "230630"), on=camera_file, by="Quét mã trên lọ")
    expect(page.get_by_text("Máy này chưa biết lô QX0001 (hạn 30/06/2023)")).to_be_visible()
    when_the_camera_sees(page, of_vial(LOT, "210831"), on=camera_file, by="Quét mã trên lọ")
    expect(page.get_by_text(f"Dừng. Lô {LOT} đã quá hạn.").first).to_be_visible()
    check_page(Visit(page=page, complaints=[]), where="a vial by its code")
    when_the_camera_sees(page, of_vial(LOT, "211231"), on=camera_file, by="Quét mã trên lọ")
    expect(page.get_by_text(f"Đã đọc mã: lô {LOT}, hạn 31/12/2021.")).to_be_visible()
    expect(page.get_by_text("đã quá hạn")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("Đã tiêm mũi 1"))).to_contain_text("lọ S-77")
    expect(page.get_by_text("Lọ S-77 chưa ghi mở.")).to_be_visible()

    page.evaluate("location.hash = '#/carry'")
    when_the_camera_sees(page, only_frame_of(OF_ANOTHER), on=camera_file, by="Quét mã của máy kia")
    expect(page.get_by_text(f"Bộ mã {NAME}: đã có 1 trong 1")).to_be_visible()
    expect(page.get_by_role("button", name=f"Chuyển bộ mã {NAME} lên máy chủ")).to_be_visible()
    check_page(Visit(page=page, complaints=[]), where="another tablet's codes")
    page.get_by_role("button", name=f"Bỏ bộ mã {NAME}").click()
    expect(page.get_by_text(f"Bộ mã {NAME}")).to_have_count(0)
    assert [told for told in visit.complaints if not OF_THE_NETWORK.search(told)] == []
