"""A tablet is cut from the network for good: a sealed file, codes from screen to camera, and paper bring what it wrote home."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Page, expect

from tests.faces.station import scenery
from tests.faces.station.called import called
from tests.faces.station.scenery import LOT
from tests.faces.station.test_sheet import DOSED, filled
from tests.journeys.cameras import Modules, drawn, show
from tests.journeys.conftest import OpenPage, Site, Visit, check_page
from tests.journeys.test_station_app import (
    FIND,
    HERE,
    NURSE,
    given_a_team,
    given_the_lead_at_a_desk,
    told_by,
    when_she_gets_her_dose,
    when_she_is_received,
    when_she_is_screened,
    when_the_lead_enrolls_it,
    when_the_network_goes,
    when_the_nurse_sets_her_pin,
)
from tiemchung.kernel import cells
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = [pytest.mark.browser, pytest.mark.proof]
CUT_OFF, CARRIER = "Máy 03", "Máy 04"
HANG, AN, AI = "Nguyễn Thị Ánh Hằng", "Trần Văn Ấn", "Võ Thúy Ái"
OF_HANG = Counter(dict.fromkeys(["session-opened", "arrived", "identified", "consented", "screened", "dose-given"], 1))
OF_BOTH = OF_HANG + Counter(["arrived", "identified"])
"""What the tablet that is cut off writes: a whole visit, and later the beginning of another."""
ALL_CODES = """box => new Promise(done => {
  const seen = new Map();
  const look = () => {
    const [number, count] = box.nextElementSibling.textContent.match(/[0-9]+/g).map(Number);
    seen.set(number, box.querySelector('path').getAttribute('d'));
    if (seen.size < count) return;
    watching.disconnect();
    done([...seen.values()]);
  };
  const watching = new MutationObserver(look);
  watching.observe(box.parentElement, { subtree: true, childList: true, attributes: true, characterData: true });
  look();
})"""
"""Looks at the screen until each of its codes was shown, as whoever stands before it does."""


@pytest.fixture(autouse=True)
def _team(tablets_morning: None) -> None:
    scenery.stock()
    called(HANG, AN, AI)
    given_a_team()
    scenery.hire("nhap", "recorder", name="Trần Văn Nhập")


def given_a_tablet(page: Page, desk: Page, name: str) -> None:
    desk.goto("/station/lead/devices/")
    when_the_lead_enrolls_it(page, desk, name=name)
    when_the_nurse_sets_her_pin(page, desk)
    expect(page.get_by_role("link", name=re.compile(AN))).to_be_visible()


def when_another_is_received(page: Page) -> None:
    page.evaluate("location.hash = '#/'")
    page.get_by_label(FIND).fill("tran van an")
    page.get_by_role("link", name=re.compile(AN)).click()
    page.get_by_label("Quét thẻ và so mặt").check()
    page.get_by_label("Số thứ tự").fill("32")
    page.get_by_role("button", name=re.compile("Đúng người")).click()
    expect(page.get_by_role("status").first).to_contain_text("Đã ghi. Số thứ tự 32.")


def when_what_waits_is_saved(page: Page, folder: Path, *, entries: int) -> Path:
    page.evaluate("location.hash = '#/carry'")
    with page.expect_download() as saving:
        page.get_by_role("button", name=f"Lưu tệp, {entries} bản ghi").click()
    file = folder / saving.value.suggested_filename
    saving.value.save_as(file)
    return file


def when_its_codes_are_shown(page: Page, *, entries: int) -> list[Modules]:
    page.get_by_role("button", name=f"Hiện mã, {entries} bản ghi").click()
    shown = page.locator(".tc-frames")
    expect(page.get_by_role("img", name="Mã QR đang hiện")).to_be_visible()
    return [drawn(path) for path in cast("list[str]", shown.evaluate(ALL_CODES))]


def when_the_lead_uploads(desk: Page, file: Path) -> None:
    desk.goto("/station/lead/carried/")
    desk.get_by_label("Tệp .tcb").set_input_files(file)
    desk.get_by_role("button", name="Nhận tệp").click()


def when_the_carrier_sees(page: Page, codes: list[Modules], *, camera: Path) -> None:
    page.evaluate("location.hash = '#/carry'")
    show(*codes, on=camera)
    page.get_by_role("button", name="Quét mã của máy kia").click()
    expect(page.get_by_text(f"đã có {len(codes)} trong {len(codes)}")).to_be_visible()


def when_paper_brings_the_rest(open_page: OpenPage, desk: Page, site: Site, folder: Path) -> None:
    """Let the lead take a sheet along and a recorder bring it back, with a dose for the one whom no tablet has received."""
    desk.goto("/station/lead/sheet/")
    desk.get_by_label("Vì sao cần phiếu giấy?").fill("Máy hỏng, mạng mất cả ngày")
    with desk.expect_download() as saving:
        desk.get_by_role("button", name="Tải phiếu (.xlsx)").click()
    sheet = folder / saving.value.suggested_filename
    saving.value.save_as(sheet)
    rows = [[cells.plain(cell) for cell in row] for row in cells.rows_of(sheet.read_bytes())]
    [place] = [at for at, row in enumerate(rows) if AI in row]
    header = next(at for at, row in enumerate(rows) if row[:1] == ["STT"])
    untouched: list[dict[str, str]] = [{} for _ in rows[header + 1 : place]]
    sheet.write_bytes(filled(rows, *untouched, {**DOSED, "vaccinator": NURSE}))
    typist = open_page(1280)
    held = scenery.signed_in("nhap").cookies.items()
    typist.page.context.add_cookies([{"name": name, "value": morsel.value, "url": site.url} for name, morsel in held])
    typist.page.goto("/station/sheet/")
    typist.page.get_by_label("Phiếu đã điền (.xlsx)").set_input_files(sheet)
    typist.page.get_by_role("button", name="Nhập phiếu").click()
    expect(typist.page.get_by_role("status")).to_contain_text("1 dòng vào sổ, 0 đã có từ trước")
    check_page(typist, where="a sheet that was taken")


def doses() -> list[tuple[str, int]]:
    """Return the lots of the site's doses, and how many each has."""
    with reaching(HERE):
        return [
            (lot, count) for lot, count in database.rows("select lot, count(*) from immunization_dose group by lot")
        ]


def test_what_a_tablet_wrote_comes_home_without_its_network(
    open_page: OpenPage, site: Site, camera_file: Path, tmp_path: Path
) -> None:
    cut_off, carrier = open_page(390).page, open_page(820).page
    desk = given_the_lead_at_a_desk(open_page(1280).page, site.url)
    given_a_tablet(cut_off, desk, CUT_OFF)
    given_a_tablet(carrier, desk, CARRIER)
    when_the_network_goes(cut_off)

    when_she_is_received(cut_off)
    when_she_is_screened(cut_off)
    when_she_gets_her_dose(cut_off)
    file = when_what_waits_is_saved(cut_off, tmp_path, entries=OF_HANG.total())
    assert told_by(CUT_OFF) == Counter()
    assert not any(word.encode() in file.read_bytes() for word in (HANG, LOT, "dose-given"))
    when_the_lead_uploads(desk, file)
    expect(desk.get_by_role("status")).to_contain_text(f"Đã nhận: {OF_HANG.total()} bản ghi vào sổ, 0 đã có")
    assert told_by(CUT_OFF) == OF_HANG
    carrier.evaluate("location.hash = '#/carry'")
    carrier.get_by_label("Tệp .tcb của máy kia").set_input_files(file)
    expect(carrier.get_by_text(f"0 bản ghi vào sổ, {OF_HANG.total()} đã có")).to_be_visible()

    when_another_is_received(cut_off)
    cut_off.evaluate("location.hash = '#/carry'")
    codes = when_its_codes_are_shown(cut_off, entries=OF_BOTH.total())
    check_page(Visit(page=cut_off, complaints=[]), where="codes that turn")
    carrier.context.set_offline(True)  # it walks over to where the other one stands
    when_the_carrier_sees(carrier, codes, camera=camera_file)
    check_page(Visit(page=carrier, complaints=[]), where="codes that are all here")
    carrier.context.set_offline(False)
    carrier.get_by_role("button", name=re.compile("Chuyển bộ mã .* lên máy chủ")).click()
    expect(carrier.get_by_text(f"2 bản ghi vào sổ, {OF_HANG.total()} đã có")).to_be_visible()
    expect(carrier.get_by_text(re.compile("Bộ mã .*đã có"))).to_have_count(0)
    assert told_by(CUT_OFF) == OF_BOTH

    when_paper_brings_the_rest(open_page, desk, site, tmp_path)
    assert doses() == [(LOT, 2)]
    cut_off.context.set_offline(False)  # the network that nobody expected is back: nothing is told twice
    cut_off.get_by_role("link", name="Máy này", exact=True).click()
    cut_off.get_by_role("button", name="Gửi và lấy về ngay").click()
    expect(cut_off.get_by_label("Đồng bộ")).to_contain_text("Đã gửi hết")
    assert told_by(CUT_OFF) == OF_BOTH
    assert doses() == [(LOT, 2)]
