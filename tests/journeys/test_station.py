from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import CDPSession, Page, Route, expect
from pytest_django import Settings

from tests.domain.people.register_at_hand import THEIRS
from tests.faces.station import scenery
from tests.faces.station.scenery import LOT, MORNING, OTHER_SITE, SITE
from tests.journeys.conftest import OpenPage, Visit, check_page, click_twice
from tiemchung.domain.access import actions as access_actions
from tiemchung.domain.access import queries as access
from tiemchung.faces.shared import tabletkeys
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Reach
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung.plumbing.time import clock

pytestmark = pytest.mark.browser
PASSWORD = "hoa sữa tháng mười"


@pytest.fixture(autouse=True)
def _team(morning: None) -> None:
    scenery.hire("khoa", "lead", "vaccinator", name="Lê Minh Khoa")
    scenery.stock()
    scenery.stock(lot="FK1234", product="pfizer", doses=60)


def given_a_nurse_signed_in_by_one_click(visit: Visit, address: str = "/station/") -> Page:
    visit.page.goto(f"/account/login/?next={address}")
    visit.page.get_by_role("button", name="Điều dưỡng tại bàn tiêm").click()
    expect(visit.page.get_by_role("link", name="Đăng xuất")).to_be_visible()
    return visit.page


def doses() -> list[tuple[str, str]]:
    with reaching(Reach(sites=frozenset({SITE}))):
        return [(lot, arm) for lot, arm in database.rows("select lot, arm::text from immunization_dose order by id")]


def test_a_nurse_records_a_dose_once_however_often_she_clicks(open_page: OpenPage) -> None:
    scenery.somebody_screened()
    visit = open_page(820)
    page = given_a_nurse_signed_in_by_one_click(visit)
    page.get_by_role("link", name="Nguyễn Thị Ánh Hằng").click()
    confirm = page.get_by_role("button", name="Đã tiêm mũi 1")
    expect(confirm.get_by_text("tay trái")).to_be_visible()
    page.get_by_label("Phải").check()
    expect(confirm.get_by_text("tay phải")).to_be_visible()
    expect(confirm.get_by_text("tay trái")).to_be_hidden()
    page.get_by_text("Lọ khác, lô khác").click()
    page.get_by_text("lô FK1234").first.click()
    expect(confirm.get_by_text("Pfizer lô FK1234")).to_be_visible()
    expect(confirm.get_by_text(f"lô {LOT}")).to_be_hidden()
    expect(confirm).to_have_css("min-height", "84px")
    page.get_by_text(f"lô {LOT}").first.click()
    expect(confirm.get_by_text(f"lô {LOT}")).to_be_visible()
    page.context.set_offline(True)
    confirm.click()
    expect(page.get_by_role("alert")).to_contain_text("những gì đã nhập còn nguyên trên trang này")
    page.context.set_offline(False)
    expect(page.get_by_role("status")).to_contain_text("Có mạng lại")
    expect(confirm.get_by_text("tay phải")).to_be_visible()
    click_twice(confirm)
    expect(page.get_by_role("status")).to_contain_text("Đã ghi. Không cần nhập lại.")
    assert len(doses()) == 1
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", name="Đã ghi mũi 1 lúc 09:30")).to_be_visible()
    expect(page.get_by_role("button", name="Đã tiêm")).to_have_count(0)
    assert len(doses()) == 1


def test_the_station_works_without_a_script_on_a_small_screen(open_page: OpenPage) -> None:
    scenery.somebody_screened()
    page = given_a_nurse_signed_in_by_one_click(open_page(320, script=False))
    page.get_by_label("Tìm theo tên hoặc số thứ tự").fill("hang")
    page.get_by_role("button", name="Tìm").click()
    page.get_by_role("link", name="Nguyễn Thị Ánh Hằng").click()
    page.get_by_label("Phải").check()
    confirm = page.get_by_role("button", name="Đã tiêm mũi 1")
    expect(confirm.get_by_text("tay phải")).to_be_visible()
    confirm.click()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi")
    assert len(doses()) == 1


@pytest.mark.parametrize("script", [True, False])
def test_an_old_browser_is_told_no_lot_that_was_not_chosen(open_page: OpenPage, script: bool) -> None:  # noqa: FBT001 - pytest's parameter
    scenery.somebody_screened()
    page = open_page(390, script=script).page

    def without_has(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(":has(", ":unheard-of("))

    page.route("**/*.css", without_has)
    page.goto("/account/login/?next=/station/")
    page.get_by_role("button", name="Điều dưỡng tại bàn tiêm").click()
    page.get_by_role("link", name="Nguyễn Thị Ánh Hằng").click()
    page.get_by_label("Phải").check()
    confirm = page.get_by_role("button", name="Đã tiêm mũi 1")
    expect(confirm.get_by_text("tay trái")).to_be_hidden()
    expect(confirm.get_by_text("lô FK1234")).to_be_hidden()
    expect(confirm.get_by_text("tay phải")).to_be_visible(visible=script)
    expect(confirm.get_by_text("lô và tay đã chọn ở trên")).to_be_visible(visible=not script)


def test_the_visit_of_another_site_is_refused(open_page: OpenPage) -> None:
    elsewhere = scenery.somebody_screened(site=OTHER_SITE)
    page = given_a_nurse_signed_in_by_one_click(open_page(820))
    answer = page.goto(f"/station/visits/{elsewhere}/")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Nguyễn")


CARD = "079187004417|271234567|Trần Thị Ẳng|02031987|Nữ|12 Lê Lợi|01012021"
CheckHere = Callable[[str], None]


def when_somebody_comes_with_a_card(page: Page, check: CheckHere) -> None:
    page.get_by_role("link", name="Đón").click()
    expect(page.get_by_label("Quét mã trên căn cước")).to_be_visible()
    check("the reception")
    page.get_by_label("Quét mã trên căn cước").fill(CARD)
    page.get_by_label("Người này đang ở bàn đón").check()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_label("Họ và tên")).to_have_value("Trần Thị Ẳng")
    check("who it is")
    click_twice(page.get_by_role("button", name="Đúng người, cho vào sàng lọc"))
    expect(page.get_by_role("status").filter(has_text="Đã ghi. Số thứ tự 1.")).to_be_visible()


def given_a_population_register_that_is_down(settings: Settings) -> None:
    settings.TIEMCHUNG_REGISTER_URL = "http://127.0.0.1:9"
    settings.TIEMCHUNG_REGISTER_KEY = wire.to_base64url(wire.dump_public_key(THEIRS.public_key()))


def then_the_desk_goes_on_without_the_register(page: Page, check: CheckHere, *, script: bool) -> None:
    if not script:
        page.get_by_role("button", name="Hỏi dữ liệu dân cư").click()
    said = page.get_by_role("status").filter(has_text="Chưa xác minh được")
    expect(said).to_contain_text("Cứ tiêm như thường; hệ thống tự hỏi lại.")
    check("the register that is down")


def when_she_asks_every_question(page: Page, check: CheckHere) -> None:
    page.get_by_role("link", name="Chờ sàng lọc").click()
    page.get_by_role("link", name="Trần Thị Ẳng").click()
    expect(page.get_by_role("button", name="Xem kết luận")).to_be_visible()
    check("the screening")
    page.get_by_label("Đồng ý", exact=True).check()
    page.get_by_role("button", name="Xem kết luận").click()
    expect(page.get_by_role("alert")).to_contain_text("Chưa hỏi: Đang mắc bệnh cấp tính")
    check("what is missing")
    page.get_by_role("group", name="Dị ứng với bất kỳ dị nguyên nào").get_by_label("Có").check()
    page.get_by_label("Đã hỏi hết").check()
    page.get_by_label("Nhiệt độ").fill("36,8")
    page.get_by_role("button", name="Xem kết luận").click()
    expect(page.get_by_text("Q7 · Tiêm thận trọng")).to_be_visible()
    page.get_by_role("button", name="Sửa câu trả lời").click()
    expect(page.get_by_label("Nhiệt độ")).to_have_value("36,8")
    page.get_by_role("button", name="Xem kết luận").click()
    expect(page.get_by_role("button", name="Ghi kết luận")).to_be_visible()
    check("the conclusion")
    page.get_by_role("button", name="Ghi kết luận").click()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi. Chuyển sang bàn tiêm.")


def when_she_gives_the_dose(page: Page) -> None:
    page.get_by_role("link", name="Tiêm luôn cho số 1").click()
    page.get_by_role("button", name="Đã tiêm mũi 1").click()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi. Không cần nhập lại.")


def when_she_sees_anaphylaxis(page: Page, check: CheckHere) -> None:
    page.get_by_role("link", name="Theo dõi").first.click()
    expect(page.get_by_text("30:00")).to_be_visible()
    check("the board")
    page.get_by_role("link", name="Trần Thị Ẳng").click()
    expect(page.get_by_role("button", name="Phản vệ")).to_be_visible()
    check("one who is watched")
    page.get_by_role("button", name="Phản vệ").click()
    expect(page.get_by_text(f"Lô {LOT} đã tạm giữ ở điểm này")).to_be_visible()
    page.get_by_role("button", name="Adrenalin").click()
    page.get_by_label("Mạch").fill("130")
    page.get_by_role("button", name="Ghi dấu hiệu sống").click()
    expect(page.get_by_text("Đo: Mạch (lần/phút) 130")).to_be_visible()
    check("anaphylaxis")
    page.get_by_role("link", name="Về bảng theo dõi").click()
    expect(page.get_by_text("1 có phản ứng")).to_be_visible()
    check("the board with an alarm")
    page.get_by_role("link", name="Ghi diễn biến").click()
    page.get_by_role("button", name="Đã ổn").click()
    expect(page.locator("section, p").filter(has_text=re.compile(r"\d\d:\d\d Đã ổn")).last).to_be_visible()


def then_the_person_goes_with_a_slip(page: Page, check: CheckHere) -> None:
    page.get_by_label("Bình thường").check()
    page.get_by_role("button", name="Cho về, in phiếu").click()
    expect(page.get_by_role("heading", name="Phiếu sau tiêm chủng")).to_be_visible()
    page.get_by_role("button", name="Làm mã và in phiếu").click()
    expect(page.get_by_text("Mã này mở sổ sức khỏe của bạn")).to_be_visible()
    check("the slip")


@pytest.mark.parametrize(("width", "script"), [(390, True), (320, False)])
def test_a_nurse_walks_with_one_person_from_the_door_to_the_slip(
    open_page: OpenPage,
    set_time: Callable[..., None],
    settings: Settings,
    width: int,
    script: bool,  # noqa: FBT001 - pytest's parameter
) -> None:
    given_a_population_register_that_is_down(settings)
    visit = open_page(width, script=script)

    visit.expects = "status of 422"

    def check(where: str) -> None:
        if script:
            check_page(visit, where=f"{where} at {width}")

    page = given_a_nurse_signed_in_by_one_click(visit)
    when_somebody_comes_with_a_card(page, check)
    then_the_desk_goes_on_without_the_register(page, check, script=script)
    when_she_asks_every_question(page, check)
    when_she_gives_the_dose(page)
    when_she_sees_anaphylaxis(page, check)
    set_time(MORNING + timedelta(minutes=61))
    page.reload()
    then_the_person_goes_with_a_slip(page, check)
    assert doses() == [(LOT, "0")]


def when_the_lead_s_passkey_opens_a_tablet(page: Page, home: str) -> None:
    """No digits and no PIN: whoever signs in at the office by a key opens the site's tablet by it."""
    ((staff,),) = database.rows("select id from access_staff where login = 'khoa'", [])
    khoa = access.actor_of_staff(staff)
    with reaching(khoa.reach):
        code = access_actions.open_enrollment(site=SITE, name="Máy 03", actor=khoa, now=clock().now())
    page.goto(f"{home}/station/app/#enroll={code}.{tabletkeys.pin()}")
    page.get_by_label("Tên máy").fill("Máy 03")
    page.get_by_role("button", name="Đăng ký", exact=True).click()
    digits = page.locator("[data-fingerprint]")
    expect(digits).to_be_visible()
    with reaching(khoa.reach):
        ((device,),) = database.rows("select id from access_device", [])
        shown = digits.get_attribute("data-fingerprint") or ""
        access_actions.confirm(device, fingerprint=shown, actor=khoa, now=clock().now())
    page.get_by_role("button", name="Lê Minh Khoa").click()
    add = page.get_by_role("button", name="Dùng khóa của bạn trên máy này")
    expect(add).to_be_visible()
    check_page(Visit(page=page, complaints=[]), where="a new PIN, or a passkey")
    add.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("13/09/2021"))


def then_it_opens_without_a_network_and_for_no_other_key(
    page: Page, devtools: CDPSession, options: dict[str, Any]
) -> None:
    key = {"authenticatorId": options.pop("authenticatorId")}
    page.route("**/api/**", lambda route: route.abort())
    page.reload()
    page.get_by_role("button", name="Lê Minh Khoa").click()
    opens = page.get_by_role("button", name="Mở bằng khóa của bạn")
    expect(opens).to_be_visible()
    check_page(Visit(page=page, complaints=[]), where="the way in by a passkey")
    opens.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("13/09/2021"))
    page.reload()
    page.get_by_role("button", name="Lê Minh Khoa").click()
    expect(opens).to_be_visible()
    (held,) = devtools.send("WebAuthn.getCredentials", key)["credentials"]
    devtools.send("WebAuthn.removeVirtualAuthenticator", key)
    other = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    # The same name and the same signing key in another authenticator: it has another secret.
    devtools.send("WebAuthn.addCredential", {**other, "credential": held})
    opens.click()
    expect(page.get_by_role("alert").filter(has_text="không mở được máy này")).to_be_visible()
    page.get_by_role("button", name="Đặt mã PIN mới…").click()
    expect(page.get_by_label("Mã PIN mới")).to_be_visible()


def test_a_passkey_opens_the_station(open_page: OpenPage) -> None:
    scenery.somebody_screened()
    user = User.objects.get(username="khoa")
    user.set_password(PASSWORD)
    user.save()
    page = open_page(1280).page
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "ctap2Version": "ctap2_1",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "hasPrf": True,
    }
    key = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    page.goto("/account/login/")
    # A passkey belongs to a name; an address of numbers is none.
    home = page.url.replace("127.0.0.1", "localhost").split("/account/")[0]
    page.goto(f"{home}/account/login/?next=/station/")
    page.get_by_label("Tên đăng nhập").fill("khoa")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url(lambda url: "/account/login/" not in url)
    page.goto(f"{home}/station/")
    expect(page.get_by_role("heading", name="Bước xác nhận thứ hai")).to_be_visible()
    page.get_by_role("link", name="Thêm khóa").click()
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Tạo khóa").click()
    page.wait_for_url("**/account/2fa/")
    page.get_by_role("link", name="Dùng khóa và vào làm việc").click()
    page.get_by_role("button", name="Dùng khóa của bạn").click()
    expect(page.get_by_text("Lê Minh Khoa")).to_be_visible()
    page.goto(f"{home}/account/logout/")
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(lambda url: "/account/logout/" not in url)
    page.goto(f"{home}/account/login/?next=/station/")
    page.get_by_role("button", name="Đăng nhập bằng khóa của bạn").click()
    page.wait_for_url(re.compile(r"/station/$"))
    expect(page.get_by_text("Lê Minh Khoa")).to_be_visible()
    when_the_lead_s_passkey_opens_a_tablet(page, home)
    then_it_opens_without_a_network_and_for_no_other_key(page, devtools, {**options, "authenticatorId": key})
