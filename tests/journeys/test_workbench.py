from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.domain.campaigns.files import GOOD, changed
from tests.domain.campaigns.wards import NOW, WARD, open_campaign
from tests.domain.scheduling.conftest import SITE
from tests.faces.center.officers import sign_in_as
from tests.journeys.conftest import OpenPage, Site, Visit
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.places import actions as places
from tiemchung.kernel import cells
from tiemchung.kernel.actor import SYSTEM
from tiemchung.plumbing.spreadsheets import xlsx_file

TITLE = ["DANH SÁCH TIÊM TỔ 12 – 15", "", ""]
HEADER = ["STT", "HỌ VÀ TÊN", "NĂM SINH", "Phái", "CMND/CCCD", "SĐT", "Đối tượng"]
ROWS = [
    GOOD,
    changed(name="Ẳ" * 80, born="31/02/1980", number=""),
    changed(name="Huỳnh Bé Ba", number="", born="01/01/1949", phone=""),
    changed(name="ẲNG ỄNH ỐM", number="", born="1952"),
]

pytestmark = pytest.mark.browser


@pytest.fixture
def tu(
    open_page: OpenPage,
    site: Site,
    set_time: Callable[..., None],
    as_worker: Callable[[], AbstractContextManager[None]],
) -> Callable[..., Visit]:
    """Return a function that opens a page whose browser belongs to the ward's officer."""
    set_time(NOW)
    journal.forget_server_device()
    with as_worker():
        open_campaign()
        places.load_organizations([{"code": "H1", "name": "Trạm Y tế", "commune": WARD}], actor=SYSTEM)
        place = {"code": SITE, "name": "Nhà thi đấu Hồ Xuân Hương", "organization": "H1", "commune": WARD}
        places.load_sites([place], actor=SYSTEM)
    client = sign_in_as("tu", role="ward-officer", level="commune", era="2021", place=WARD)
    session = client.cookies["sessionid"].value

    def opened(*args: object, **kwargs: object) -> Visit:
        visit = open_page(*args, **kwargs)
        visit.page.context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
        return visit

    return opened


def her_file(folder: Path) -> Path:
    """Return the list as she has kept it for years: a title on top, the columns as she calls them."""
    file = folder / "to-dan-pho-12-den-15.xlsx"
    file.write_bytes(xlsx_file([TITLE, [], HEADER, *ROWS]))
    return file


def she_brings_her_list(visit: Visit, file: Path, language: str = "") -> None:
    visit.page.goto(f"{language}/cong-tac/nhap/")
    visit.page.set_input_files("#file", file)
    visit.page.locator("form[enctype] button").click()
    visit.page.wait_for_url(re.compile("/nhap/[0-9a-f-]{36}/"))


def she_settles_the_doubt_as_somebody_new(visit: Visit) -> None:
    visit.page.locator("input[name=ai][value=moi]").check()
    visit.page.locator("aside form button").click()


def she_keeps_what_is_certain(visit: Visit) -> None:
    visit.page.locator("form[action$='/luu/'] button").click()


def she_opens_a_session(visit: Visit, language: str = "") -> None:
    visit.page.goto(f"{language}/cong-tac/buoi/")
    visit.page.fill("#day", "2021-09-20")
    visit.page.select_option("#vaccine", "az")
    visit.page.locator("form.tc-card button").click()
    visit.page.wait_for_url(re.compile("/buoi/[0-9a-f-]{36}/"))


def test_the_officer_of_sixty_brings_her_list_calls_her_people_and_prints_letters(
    tu: Callable[..., Visit], tmp_path: Path
) -> None:
    visit = tu(1280, script=False)
    page = visit.page
    she_brings_her_list(visit, her_file(tmp_path))
    expect(page.locator("h1")).to_have_text("to-dan-pho-12-den-15.xlsx")
    expect(page.locator("main")).to_contain_text("Chưa có gì được lưu")
    expect(page.locator("mark.tc-wrong").first).to_have_text("31/02/1980")
    # A name of eighty letters without a blank leaves its answer in sight, at the desk and on a phone.
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 860})
        frame = page.locator(".tc-workbench__table")
        expect(frame).to_have_js_property("scrollWidth", frame.evaluate("frame => frame.clientWidth"))
    expect(page.locator("aside h2")).to_have_text("Huỳnh Bé Ba là ai?")
    she_settles_the_doubt_as_somebody_new(visit)
    expect(page.locator("aside h2")).to_have_text("Không còn dòng ngờ")
    she_keeps_what_is_certain(visit)
    expect(page.locator("main")).to_contain_text("3 dòng đã lưu")
    she_opens_a_session(visit)
    page.get_by_role("button", name=re.compile("Xếp người đến hạn")).click()
    expect(page.get_by_role("status")).to_have_text("Đã xếp chỗ cho 3 người đến hạn.")
    page.get_by_role("button", name="Gửi lời mời").click()
    expect(page.get_by_role("status")).to_contain_text("1 người không có điện thoại cần giấy mời")
    page.get_by_role("link", name=re.compile("In giấy mời")).click()
    expect(page.locator("tbody th")).to_have_text("Huỳnh Bé Ba")
    assert visit.complaints == []


@pytest.mark.proof
def test_the_wards_list_goes_out_is_edited_by_a_neighborhood_head_and_comes_back(
    tu: Callable[..., Visit], tmp_path: Path
) -> None:
    visit = tu(390)
    page = visit.page
    she_brings_her_list(visit, her_file(tmp_path))
    she_keeps_what_is_certain(visit)
    expect(page.locator("main")).to_contain_text("2 dòng đã lưu")
    page.goto("/cong-tac/xuat/")
    page.fill("#purpose", "tổ trưởng tổ 12 rà lại")
    with page.expect_download() as taking:
        page.get_by_role("button", name="Tải XLSX để sửa rồi nhập lại").click()
    file = tmp_path / "to-truong-sua.xlsx"
    taking.value.save_as(file)
    the_head_edits(file)
    she_brings_her_list(visit, file)
    expect(page.locator("main")).to_contain_text("Ngày sinh: 09/11/1971 → 10/11/1971")
    expect(page.locator("main")).to_contain_text("1 dòng đã xuất không có trong tệp này")
    expect(page.locator("#missing ~ form li")).to_contain_text("ẲNG ỄNH ỐM")
    expect(page.locator("aside h2")).to_have_text("Lê Thị Hường là ai?")
    expect(page.get_by_label("Gửi chỗ khác sang bàn sửa hồ sơ của phường")).to_be_checked()
    page.locator("input[name=ai]").first.check()
    page.locator("aside form button").click()
    expect(page.locator("aside h2")).to_have_text("Không còn dòng ngờ")
    she_keeps_what_is_certain(visit)
    expect(page.locator("main")).to_contain_text("Đã lưu các dòng chắc chắn")
    page.goto("/cong-tac/")
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("tbody")).to_contain_text("Đỗ Thị Ngọc")
    assert visit.complaints == []


def the_head_edits(file: Path) -> None:
    """Sort the list, mend a birth date, add a neighbor and cut somebody out, as a neighborhood head does."""
    rows = [[cells.plain(cell) for cell in row] for row in cells.rows_of(file.read_bytes())]
    head = next(place for place, row in enumerate(rows) if "Họ và tên" in row)
    people = {row[0]: row for row in rows[head + 1 :]}
    people["Lê Thị Hường"][1] = "10/11/1971"
    neighbor = ["Đỗ Thị Ngọc", "05/05/1960", "Nữ", "", "0903 551 218", "9", "Tổ 12", "", ""]
    file.write_bytes(xlsx_file([*rows[: head + 1], neighbor, people["Lê Thị Hường"]]))
