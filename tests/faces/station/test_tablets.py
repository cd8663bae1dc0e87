"""The lead's page of tablets: enrolled by a picture and six digits, looked after, cut off; and who may unlock them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from pytest_django import Settings

from tests.faces.station import scenery
from tests.faces.station.scenery import MORNING, OTHER_SITE, SITE
from tiemchung.domain.access import actions as access
from tiemchung.domain.access import models
from tiemchung.domain.access import queries as access_queries
from tiemchung.domain.access.values import Device
from tiemchung.faces.shared import tabletkeys
from tiemchung.faces.shared.papers import qr_svg
from tiemchung.faces.station.pages import tablets as pages
from tiemchung.faces.station.views import tablets as views
from tiemchung.kernel import wire
from tiemchung.kernel.ids import uuid7

pytestmark = pytest.mark.usefixtures("morning")

PAGE = "/station/lead/devices/"


@pytest.fixture
def chief() -> Client:
    scenery.hire("khoa", "lead", name="Lê Minh Khoa")
    return scenery.signed_in("khoa")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def code_on(page: str) -> str:
    (code,) = re.findall(r'tc-lead__code">([^<]+)<', page)
    return str(code).partition(".")[0]


def enrolled_with(code: str) -> UUID:
    point = wire.dump_public_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    return access.enroll(code, public_key=point, name="", now=MORNING).device


def in_use(name: str = "Máy 05") -> Device:
    device = access_queries.device_for_batch(scenery.tablet(name).device)
    assert device is not None
    return device


def test_the_picture_says_where_the_app_is_the_code_and_the_pin_of_the_server(
    chief: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    draw = qr_svg

    def seen(told: str, *, label: str) -> Any:
        drawn.append(told)
        return draw(told, label=label)

    monkeypatch.setattr(views, "qr_svg", seen)
    page = text(chief.post(PAGE, {"name": "Máy 07", "desk": "all", "days": "7"}))
    code = code_on(page)
    (address,) = drawn
    assert re.fullmatch(rf"https?://[^/]+/station/app/#enroll={re.escape(code)}\.[A-Za-z0-9_-]{{43}}", address)
    assert address.endswith(f"={code}.{tabletkeys.pin()}")
    assert f"{code}.{tabletkeys.pin()}<" in page
    assert '<svg class="tc-qr"' in page


def test_desk_term_and_name_are_those_of_the_form(chief: Client) -> None:
    device = enrolled_with(code_on(text(chief.post(PAGE, {"name": "Máy 07", "desk": "observation", "days": "1"}))))
    told = access.enrollment_of(device)
    assert told.name == "Máy 07"
    assert set(told.kinds or ()) == set(pages.DESKS["observation"][1] or ())
    assert told.expires_at == MORNING + timedelta(days=1)
    assert "Theo dõi sau tiêm" in text(chief.get(PAGE))


@pytest.mark.parametrize(
    "form",
    [{"desk": "every"}, {"days": "9"}, {"days": "9" * 5000}, {"session": "01997b4c-8f6a-7cc2-9d7e-1f2a3b4c5d6e"}],
)
def test_a_form_that_no_page_gave_makes_no_code(chief: Client, form: dict[str, str]) -> None:
    assert chief.post(PAGE, {"name": "x", "desk": "all", "days": "7", **form}).status_code == 404
    assert not models.Enrollment.objects.exists()


def test_a_tablet_with_other_digits_is_turned_away_by_one_click(chief: Client) -> None:
    device = enrolled_with(code_on(text(chief.post(PAGE, {"desk": "all", "days": "7"}))))
    assert "Chờ xác nhận" in text(chief.get(PAGE))
    chief.post(f"{PAGE}{device}/revoke/", {"reason": "sáu số khác nhau"})
    assert access.enrollment_of(device).standing(MORNING) == "revoked"


def test_one_that_waited_a_day_is_shown_as_expired_and_takes_no_digits(
    chief: Client, set_time: Callable[..., None]
) -> None:
    device = enrolled_with(code_on(text(chief.post(PAGE, {"desk": "all", "days": "7"}))))
    set_time(MORNING + timedelta(hours=25))
    page = text(chief.get(PAGE))
    assert "Hết hạn" in page
    assert f"{PAGE}{device}/confirm/" not in page


def test_each_tells_when_it_was_heard_what_it_holds_and_how_old_its_list_is(
    chief: Client, set_time: Callable[..., None]
) -> None:
    device = in_use()
    said: dict[str, Any] = {"pending": 18, "oldest_pending_at": MORNING - timedelta(minutes=40), "bundle_version": None}
    access.keep_word(device, at=MORNING, **said)
    access.next_bundle_version(device, at=MORNING)
    page = text(chief.get(PAGE))
    assert re.search(r"Chưa gửi</dt><dd>18, cũ nhất 08:20", page), page
    assert "Im lặng" not in page
    assert "Đang dùng: 1 máy. Chưa gửi: 18 dòng." in text(chief.get("/station/lead/"))
    set_time(MORNING + timedelta(hours=25))
    page = text(chief.get(PAGE))
    assert "Im lặng mà còn dòng chưa gửi" in page
    assert "Danh sách cũ hơn một ngày" in page


def test_a_tablet_that_erased_itself_and_one_cut_off_with_entries_are_to_be_looked_at(chief: Client) -> None:
    erased, gone = in_use("Máy 05"), in_use("Máy 06")
    shared: dict[str, Any] = {"at": MORNING, "oldest_pending_at": None, "bundle_version": None}
    access.keep_word(erased, pending=2, erased_at=MORNING, **shared)
    access.keep_word(erased, pending=0, **shared)
    access.keep_word(gone, pending=7, **shared)
    chief.post(f"{PAGE}{gone.id}/revoke/", {"reason": "mất máy"})
    page = text(chief.get(PAGE))
    assert "Nhập sai PIN năm lần" in page
    assert "Máy còn giữ 7 dòng" in page


def test_the_lead_hands_digits_to_the_staff_of_the_site_and_to_nobody_else(chief: Client) -> None:
    nurse = scenery.hire("thao", "vaccinator")
    away = scenery.hire("lan", "vaccinator", site=OTHER_SITE)
    page = text(chief.post(f"{PAGE}unlock/", {"staff": str(nurse)}))
    assert re.fullmatch(r"\d{4} \d{4}", code_on(page))
    assert "Nguyễn Thị Thảo" in page
    assert chief.post(f"{PAGE}unlock/", {"staff": str(away)}).status_code == 409
    assert chief.post(f"{PAGE}unlock/", {"staff": "x"}).status_code == 404
    assert models.UnlockCode.objects.count() == 1


def test_a_nurse_gives_herself_digits_and_reaches_nothing_of_the_lead_s(chief: Client) -> None:
    del chief
    nurse = scenery.hire("thao", "vaccinator")
    browser = scenery.signed_in("thao")
    assert re.fullmatch(r"\d{4} \d{4}", code_on(text(browser.post("/station/unlock/"))))
    assert "tc-lead__code" not in text(browser.get("/station/unlock/"))
    for answer in (browser.get(PAGE), browser.post(PAGE), browser.post(f"{PAGE}unlock/", {"staff": str(nurse)})):
        assert answer.status_code == 403


def test_a_stranger_is_sent_to_the_sign_in() -> None:
    stranger = Client()
    for path in (PAGE, "/station/unlock/"):
        assert stranger.get(path).status_code == 302
    assert stranger.post(f"{PAGE}{uuid7()}/confirm/", {"fingerprint": "123456"}).status_code == 302


def test_another_site_s_lead_sees_none_of_these_tablets(chief: Client) -> None:
    del chief
    in_use()
    scenery.hire("bao", "lead", site=OTHER_SITE)
    assert "Máy 05" not in text(scenery.signed_in("bao").get(PAGE))
    assert SITE != OTHER_SITE


def test_a_hub_is_let_in_by_a_command_and_six_digits_and_cut_off_like_a_tablet(
    chief: Client, settings: Settings
) -> None:
    form = {"name": "Hội trường", "desk": pages.HUB, "days": "180"}
    assert chief.post(PAGE, form).status_code == 404  # nowhere may a hub answer yet
    assert "Máy trung chuyển" not in text(chief.get(PAGE))
    settings.TIEMCHUNG_HUB_DOMAIN = "hub.example.vn"
    page = html.unescape(text(chief.post(PAGE, form)))
    (told,) = re.findall(r"--address https://TEN-MAY\.hub\.example\.vn:8443 --enroll '([^']+)'", page)
    code, pin = told.partition("#enroll=")[2].split(".")
    assert pin == tabletkeys.pin()
    assert "tc-enroll__qr" not in page
    point = wire.dump_public_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    address = "https://hoi-truong.hub.example.vn:8443"
    hub = access.enroll(code, public_key=point, name="", now=MORNING, address=address)
    listed = text(chief.get(PAGE))
    assert address in listed
    assert "Máy trung chuyển của điểm" in listed
    chief.post(f"{PAGE}{hub.device}/confirm/", {"fingerprint": hub.fingerprint})
    assert access.enrollment_of(hub.device).standing(MORNING) == "enrolled"
    assert "Đang dùng: 1 máy" not in text(chief.get("/station/lead/"))
    chief.post(f"{PAGE}{hub.device}/revoke/", {"reason": "mất máy"})
    assert access.enrollment_of(hub.device).standing(MORNING) == "revoked"
