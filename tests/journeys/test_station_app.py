"""A day on a tablet: enrolled by the lead, unlocked by a PIN, a whole visit without a network, and nothing lost or twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.faces.station import scenery
from tests.faces.station.called import called
from tests.faces.station.scenery import LOT, MORNING, SITE
from tests.journeys.conftest import OpenPage, Site, Visit, check_page, click_twice, until
from tiemchung.domain.immunization.events import DoseGiven
from tiemchung.faces.shared.words import Words
from tiemchung.faces.station.app import machine
from tiemchung.faces.station.app.catalog import catalog
from tiemchung.faces.station.views import app
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("tablets_morning")]
PIN = "246810"
NURSE, LEAD = "Nguyễn Thị Thảo", "Lê Minh Khoa"
OF_THE_NETWORK = re.compile(r"^failed: |net::ERR_(INTERNET_DISCONNECTED|FAILED)")
"""What a browser complains of when the network is taken from it."""
FIND = "Tên, 4 số cuối căn cước, số thứ tự"
TOLD = Counter(
    {
        **dict.fromkeys(["session-opened", "corrected", "voided", "deferred", "released"], 1),
        **dict.fromkeys(["arrived", "identified", "consented", "screened", "dose-given"], 2),
        "aefi": 3,
        "lot-held-here": 1,
        "session-stopped": 1,
    }
)
"""What the tablet wrote: each fact of both visits once, the dose that was voided, the reaction and what was done about it."""
HERE = Reach(sites=frozenset({SITE}))


def given_a_team() -> None:
    """Hire a nurse who does everything, and a lead."""
    scenery.hire("thao", "check-in", "screener", "vaccinator", "observer", name=NURSE)
    scenery.hire("khoa", "lead", name=LEAD)


def given_the_lead_at_a_desk(desk: Page, url: str) -> Page:
    held = scenery.signed_in("khoa").cookies.items()
    desk.context.add_cookies([{"name": name, "value": morsel.value, "url": url} for name, morsel in held])
    desk.goto("/station/lead/devices/")
    return desk


def when_the_lead_enrolls_it(page: Page, desk: Page, *, name: str = "Máy 03") -> None:
    desk.get_by_label("Tên máy").fill(name)
    desk.get_by_role("button", name="Tạo mã đăng ký").click()
    code = (desk.locator("#code-title ~ * .tc-lead__code").text_content() or "").strip()
    page.goto(f"/station/app/#enroll={code}")
    expect(page.get_by_label("Mã đăng ký")).to_have_value(code)
    expect(page).to_have_url(re.compile("/station/app/$"))
    page.get_by_label("Tên máy").fill(name)
    page.get_by_role("button", name="Đăng ký", exact=True).click()
    digits = page.locator("[data-fingerprint]")
    expect(digits).to_be_visible()
    desk.get_by_role("link", name="Máy đã hiện sáu số").click()
    desk.get_by_label("Sáu số đang hiện trên máy đó").fill(digits.get_attribute("data-fingerprint") or "")
    desk.get_by_role("button", name="Đúng máy này").click()


def when_the_nurse_sets_her_pin(page: Page, desk: Page, *, name: str = NURSE) -> None:
    desk.get_by_label("Nhân viên").select_option(label=name)
    desk.get_by_role("button", name="Tạo mã mở máy").click()
    page.get_by_role("button", name=re.compile(name)).click()
    page.get_by_label("Mã mở máy").fill(desk.get_by_role("status").locator(".tc-lead__code").text_content() or "")
    page.get_by_label("Mã PIN mới, từ 6 số").fill(PIN)
    page.get_by_label("Gõ lại mã PIN").fill(PIN)
    page.get_by_role("button", name="Đặt mã và vào làm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("13/09/2021"))


def when_another_code_is_handed_to_it_and_not_taken(page: Page) -> None:
    page.evaluate("location.hash = '#enroll=other.pin'")
    expect(page.get_by_label("Mã đăng ký")).to_have_value("other.pin")
    expect(page.get_by_text("Máy này đang đăng ký ở")).to_be_visible()
    page.get_by_role("link", name="Để sau, quay lại").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("13/09/2021"))
    for language in ("en", "vi"):  # nor does the code that it was opened with come back
        page.locator(f".tc-language__other[lang={language}]").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.get_by_role("heading", level=1)).to_contain_text("13/09/2021" if language == "vi" else "2021")


def when_the_network_goes(page: Page) -> None:
    """Take the network once the app has come home whole and serves itself: a tablet that has no files opens nothing."""
    until(page, "navigator.serviceWorker.controller !== null")
    page.context.set_offline(True)


def given_somebody_dosed_at_another_desk() -> None:
    """Let a page of the site give a dose early enough that its half hour is over."""
    visit = scenery.somebody_screened("Võ Thị Kim Yến", ticket="7")
    with reaching(HERE):
        [[person]] = database.rows("select person_id from visits_visit where id = %s", [visit])
    dose = scenery.dose_fields(person, visit, uuid7())
    scenery.tell(DoseGiven(id=uuid7(), at=MORNING + timedelta(minutes=5), **dose))


def when_she_is_received(page: Page) -> None:
    page.get_by_label(FIND).fill("hang anh")
    page.get_by_role("link", name=re.compile("Nguyễn Thị Ánh Hằng")).click()
    page.get_by_label("Quét thẻ và so mặt").check()
    page.get_by_label("Số thứ tự").fill("31")
    page.get_by_role("button", name=re.compile("Đúng người")).click()
    expect(page.get_by_role("status").first).to_contain_text("Đã ghi. Số thứ tự 31.")


def when_she_is_screened(page: Page, *, name: str = "Nguyễn Thị Ánh Hằng") -> None:
    page.get_by_label(FIND).fill("31")
    page.get_by_role("link", name=re.compile(name)).click()
    page.get_by_label("Đồng ý", exact=True).check()
    page.get_by_label(re.compile("Đã hỏi hết")).check()
    page.get_by_label("Nhiệt độ (°C)").fill("36,6")
    page.get_by_role("button", name="Xem kết luận").click()
    expect(page.get_by_label("Đủ điều kiện tiêm")).to_be_checked()
    page.get_by_role("button", name=re.compile("Ghi kết luận")).click()
    expect(page.get_by_role("button", name=re.compile("Đã tiêm mũi 1"))).to_be_visible()


def when_she_gets_her_dose(page: Page) -> None:
    confirm = page.get_by_role("button", name=re.compile("Đã tiêm mũi 1"))
    expect(confirm).to_contain_text(f"lô {LOT}")
    click_twice(confirm)
    expect(page.get_by_role("status").first).to_contain_text("Không cần nhập lại")


def when_a_child_walks_in(page: Page) -> None:
    page.get_by_role("link", name="Người không có trong danh sách").click()
    page.get_by_label("Họ và tên").fill("Lê Gia Hân")
    page.get_by_label("Năm", exact=True).fill("2008")
    page.get_by_label("Nữ", exact=True).check()
    page.get_by_label("Nơi ở").select_option(label="Nơi khác")
    page.get_by_label("Tỉnh, thành").select_option(label="Thành phố Hà Nội")
    page.get_by_label("Quận, huyện").select_option(label="Quận Ba Đình")
    page.get_by_label("Xã, phường").select_option(label="Phường Trúc Bạch")
    page.get_by_label("Số thứ tự").fill("32")
    page.get_by_label("Chỉ nghe nói, không có giấy tờ").check()
    page.get_by_role("button", name=re.compile("Đúng người")).click()
    expect(page.get_by_role("status").first).to_contain_text("Đã ghi. Số thứ tự 32.")


def when_her_guardian_agrees_and_a_doctor_decides(page: Page, check: Callable[[str], None]) -> None:
    """No form of that day holds for a child; nobody is screened on a child's own word."""
    page.get_by_label(FIND).fill("32")
    page.get_by_role("link", name=re.compile("Lê Gia Hân")).click()
    page.get_by_role("group", name="Người giám hộ có đồng ý cho tiêm không?").get_by_label("Đồng ý", exact=True).check()
    page.get_by_label("Nhiệt độ (°C)").fill("36,8")
    page.get_by_role("button", name="Xem kết luận").click()
    expect(page.get_by_role("alert").filter(has_text="Ghi tên người giám hộ đã đồng ý.")).to_be_visible()
    page.get_by_label("Tên người giám hộ").fill("Lê Văn Hòa")
    page.get_by_label("Điện thoại người giám hộ").fill("0902 118 340")
    page.get_by_role("button", name="Xem kết luận").click()
    page.get_by_label("Đủ điều kiện tiêm").check()
    page.get_by_label(re.compile("Ai quyết định và vì sao")).fill("BS Lan khám")
    check("a child's conclusion")
    page.get_by_role("button", name=re.compile("Ghi kết luận")).click()


def when_no_product_is_for_her_age(page: Page) -> None:
    expect(page.get_by_text("Chưa đủ tuổi theo quy định của loại vắc xin này").first).to_be_visible()
    page.get_by_role("link", name="Không tiêm…").click()
    page.get_by_label("Hết vắc xin phù hợp").check()
    page.get_by_role("button", name="Ghi là không tiêm").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã ghi. Số 32.")


def when_her_dose_is_corrected_voided_and_given_again(page: Page) -> None:
    """The other arm; then it was somebody else's; then it is hers all the same. Each telling stays readable."""
    when_she_is_found(page)
    page.get_by_role("link", name="Ghi sai? Sửa hoặc hủy ghi").click()
    page.get_by_label("Phải", exact=True).check()
    page.get_by_label("Vì sao sửa?").select_option(label="Gõ sai")
    page.get_by_role("button", name="Ghi bản sửa").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã ghi bản sửa. Số 31.")
    when_she_is_found(page)
    page.get_by_role("link", name="Ghi sai? Sửa hoặc hủy ghi").click()
    expect(page.get_by_text(re.compile(r"Đã sửa lúc \d\d:\d\d, .*: Gõ sai"))).to_be_visible()
    page.get_by_text("Hủy ghi mũi này").click()
    page.get_by_label("Vì sao hủy?").select_option(label="Ghi nhầm người")
    page.get_by_role("button", name="Hủy ghi", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Đã hủy ghi mũi. Số 31.")
    when_she_is_found(page)
    when_she_gets_her_dose(page)


def when_she_is_found(page: Page) -> None:
    page.get_by_role("link", name="Hôm nay", exact=True).click()
    page.get_by_label(FIND).fill("31")
    page.get_by_role("link", name=re.compile("Nguyễn Thị Ánh Hằng")).click()


def when_somebody_else_is_let_go(page: Page, check: Callable[[str], None]) -> None:
    page.get_by_role("link", name="Theo dõi", exact=True).click()
    expect(page.get_by_role("heading", name="Đủ 30 phút, được về")).to_be_visible()
    check("the board")
    page.get_by_role("link", name=re.compile("Võ Thị Kim Yến")).click()
    page.get_by_label("Bình thường").check()
    page.get_by_role("button", name="Cho về, in phiếu").click()
    expect(page.get_by_role("img", name=re.compile("Mã của lượt tiêm này"))).to_be_visible()
    check("the slip")


def when_she_has_anaphylaxis(page: Page) -> None:
    page.get_by_role("link", name="Theo dõi", exact=True).click()
    page.get_by_role("link", name=re.compile("Nguyễn Thị Ánh Hằng")).click()
    page.get_by_role("button", name=re.compile("Phản vệ")).click()
    expect(page.get_by_text(f"Lô {LOT} đã tạm giữ ở điểm này")).to_be_visible()
    expect(page.get_by_text("Buổi tiêm đã dừng.")).to_be_visible()
    page.get_by_role("button", name="Adrenalin").click()
    expect(page.get_by_role("definition").filter(has_text="Adrenalin")).to_be_visible()
    page.get_by_label("Ai xử trí?").fill("BS Lan")
    page.get_by_role("button", name="Ghi người xử trí").click()
    expect(page.get_by_role("definition").filter(has_text="Người xử trí: BS Lan")).to_be_visible()


def then_nobody_signs_out_while_entries_wait(page: Page) -> None:
    page.get_by_role("link", name="Máy này", exact=True).click()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("alert").filter(has_text="Còn bản ghi chưa gửi")).to_be_visible()


def when_she_signs_in_again(page: Page, *, first: str = PIN) -> None:
    page.get_by_role("button", name=re.compile(NURSE)).click()
    for typed in dict.fromkeys([first, PIN]):
        page.get_by_label("Mã PIN").fill(typed)
        page.get_by_role("button", name="Vào làm").click()
        if typed != PIN:
            expect(page.get_by_role("alert")).to_contain_text("Còn 4 lần thử")


def then_her_row_is_there_and_waits(page: Page) -> None:
    page.get_by_role("link", name="Hôm nay", exact=True).click()
    page.get_by_label(FIND).fill("31")
    expect(page.get_by_role("link", name=re.compile("Nguyễn Thị Ánh Hằng"))).to_contain_text("chưa gửi")


def when_the_clock_is_set_to_2100_and_somebody_tells_the_time(page: Page) -> None:
    """Without a network nobody else knows the day, and for none of that year is there a key; the day's list is still there."""
    page.add_init_script("const real = Date.now; Date.now = () => real() + Number(localStorage.getItem('ahead') ?? 0)")
    page.evaluate("localStorage.setItem('ahead', String(79 * 365.25 * 86_400_000))")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bây giờ là mấy giờ?")
    expect(page.get_by_text("giữ kín")).to_be_visible()
    check_page(Visit(page=page, complaints=[]), where="the way in, with a clock of 2100")
    page.get_by_role("button", name=re.compile(r"Đúng là .*13\D09\D2021")).click()
    when_she_signs_in_again(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("13/09/2021"))
    then_her_row_is_there_and_waits(page)
    page.evaluate("localStorage.removeItem('ahead')")


def when_a_new_version_comes(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server have another version while the center itself is out of reach for the tablet."""
    page.route("**/api/**", lambda route: route.abort())
    page.context.set_offline(False)
    monkeypatch.setitem(machine.MACHINE, "nav.today", Words("Ngày này", "This day"))
    for kept in (catalog, app.words_digest):
        kept.cache_clear()
    page.evaluate("navigator.serviceWorker.getRegistration().then((kept) => kept.update()).then(() => null)")
    page.get_by_role("button", name="Dùng bản mới").click()
    when_she_signs_in_again(page)
    expect(page.get_by_role("link", name="Ngày này")).to_be_visible()
    monkeypatch.undo()
    for kept in (catalog, app.words_digest):
        kept.cache_clear()
    page.unroute("**/api/**")


def told_by(device_name: str) -> Counter[str]:
    """Return how often the server holds each kind that the tablet told."""
    with reaching(HERE):
        rows = database.rows(
            "select entry.kind, count(*) from journal_entry entry join access_device device on device.id = entry.device "
            "where device.name = %s group by entry.kind",
            [device_name],
        )
    return Counter(dict(rows))


def test_a_whole_visit_is_written_down_without_a_network_and_reaches_the_site_once(
    open_page: OpenPage, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenery.stock()
    called("Nguyễn Thị Ánh Hằng", "Trần Văn Ấn")
    given_a_team()
    given_somebody_dosed_at_another_desk()
    visit = open_page(820)
    page = visit.page

    def check(where: str) -> None:
        check_page(Visit(page=page, complaints=[]), where=where)

    desk = given_the_lead_at_a_desk(open_page(1280).page, site.url)
    when_the_lead_enrolls_it(page, desk)
    when_the_nurse_sets_her_pin(page, desk)
    when_another_code_is_handed_to_it_and_not_taken(page)
    expect(page.get_by_role("link", name=re.compile("Trần Văn Ấn"))).to_be_visible()
    check("today's list")
    when_the_network_goes(page)
    when_she_is_received(page)
    when_she_is_screened(page)
    check("the dose")
    when_she_gets_her_dose(page)
    when_her_dose_is_corrected_voided_and_given_again(page)
    when_a_child_walks_in(page)
    when_her_guardian_agrees_and_a_doctor_decides(page, check)
    when_no_product_is_for_her_age(page)
    when_somebody_else_is_let_go(page, check)
    when_she_has_anaphylaxis(page)
    then_nobody_signs_out_while_entries_wait(page)
    page.reload()
    when_she_signs_in_again(page, first="111111")
    then_her_row_is_there_and_waits(page)
    when_the_clock_is_set_to_2100_and_somebody_tells_the_time(page)
    when_a_new_version_comes(page, monkeypatch)
    page.get_by_role("link", name="Máy này", exact=True).click()
    page.get_by_role("button", name="Gửi và lấy về ngay").click()
    expect(page.get_by_label("Đồng bộ")).to_contain_text("Đã gửi hết")
    assert told_by("Máy 03") == TOLD
    assert [told for told in visit.complaints if not OF_THE_NETWORK.search(told)] == []
    then_the_desk_shows_it(open_page(1280))


def then_the_desk_shows_it(desk: Visit) -> None:
    desk.page.goto("/account/login/?next=/station/?stage=observed")
    desk.page.get_by_role("button", name="Điều dưỡng tại bàn tiêm").click()
    row = desk.page.get_by_role("listitem").filter(has_text="Nguyễn Thị Ánh Hằng")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(re.compile(r"Đã tiêm \d\d:\d\d"))
