from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.faces.center.officers import NOW, sign_in_as
from tests.journeys.conftest import PATIENCE_MS, OpenPage, Site, Visit
from tiemchung.domain.response import queries
from tiemchung.domain.response.actions import sweep
from tiemchung.domain.response.values import AlertKind, Facts, Signal
from tiemchung.kernel.actor import SYSTEM
from tiemchung.project.ground import reserved_port

SITE = "79-0001"
AsWorker = Callable[[], AbstractContextManager[None]]

pytestmark = pytest.mark.browser


@pytest.fixture
def on_duty(open_page: OpenPage, site: Site, set_time: Callable[..., None]) -> Callable[..., Visit]:
    """Return a function that opens a page whose browser belongs to a signed-in duty officer."""
    set_time(NOW)
    session = sign_in_as("yen", role="duty-officer", level="everywhere").cookies["sessionid"].value

    def opened(*args: object, **kwargs: object) -> Visit:
        visit = open_page(*args, **kwargs)
        visit.page.context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
        return visit

    return opened


@pytest.fixture
def alarm(as_worker: AsWorker) -> Callable[[AlertKind], UUID]:
    """Return a function that lets the looks by the clock raise an alert of a kind, and gives its id."""

    def raised(kind: AlertKind) -> UUID:
        facts = Facts(since=NOW - timedelta(minutes=192), reason="Máy 2", lot="ABX6412", doses=-7, entries=3)
        with as_worker():
            sweep(kind, [Signal(kind=kind, site=SITE, key="1", facts=facts)], now=NOW)
        (alert,) = queries.alerts([kind], actor=SYSTEM)
        return alert.id

    return raised


def test_at_three_in_the_morning_an_officer_sees_to_what_the_night_brings(
    on_duty: Callable[..., Visit], alarm: Callable[[AlertKind], UUID]
) -> None:
    visit = on_duty()
    page = visit.page
    page.goto("/center/")
    expect(page).to_have_title("Toàn cảnh – Tiêm Chủng")
    # A tablet forks: the board says so by itself, and so does its title.
    alarm(AlertKind.DEVICE_FORKED)
    page.get_by_text("Máy 2 gửi hai chuỗi khác nhau, đã dừng").first.wait_for()
    expect(page).to_have_title("(1) Toàn cảnh – Tiêm Chủng")
    # Nobody has it yet; she takes it, by keyboard.
    page.get_by_role("button", name="Nhận việc này").press("Enter")
    page.get_by_label("Đã làm gì, biết thêm gì").fill("Đã gọi trưởng điểm: máy được khôi phục từ bản sao.")
    page.get_by_role("button", name="Ghi", exact=True).click()
    page.get_by_text("Vũ Hải Yến ghi").wait_for()
    # She closes it, and has to say how it ended.
    page.get_by_label("Đã sửa xong").check()
    page.get_by_label("Vì sao, đã làm gì").fill("Máy đã đăng ký lại.")
    page.get_by_role("button", name="Đóng sự cố").click()
    page.get_by_text("Vũ Hải Yến đóng: Đã sửa xong").wait_for()
    expect(page).to_have_title("Máy 2 gửi hai chuỗi khác nhau, đã dừng – Tiêm Chủng")
    # Somebody calls. She calls back before anything is opened.
    page.get_by_role("link", name="Tổng đài").click()
    page.get_by_label("Số điện thoại người gọi").fill("0901 234 218")
    page.get_by_label("Người ấy nói gì?").fill("Cha tôi bị đuổi về vì không có căn cước")
    page.get_by_role("button", name="Ghi cuộc gọi").click()
    page.get_by_role("button", name="Gọi lại").click()
    page.get_by_text("0901234218").wait_for()
    page.get_by_role("button", name="Đúng người ấy bắt máy, mở sự cố").click()
    page.get_by_role("heading", name="Cha tôi bị đuổi về vì không có căn cước").wait_for()
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    assert not visit.complaints


def test_an_auditor_reads_the_night_and_can_press_nothing(
    open_page: OpenPage, site: Site, set_time: Callable[..., None], alarm: Callable[[AlertKind], UUID]
) -> None:
    set_time(NOW)
    session = sign_in_as("thanh", role="auditor", level="everywhere").cookies["sessionid"].value
    visit = open_page()
    page = visit.page
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
    alarm(AlertKind.DEVICE_FORKED)
    page.goto("/center/")
    page.get_by_role("link", name="Sự cố").click()
    page.get_by_role("link", name="Máy 2 gửi hai chuỗi khác nhau, đã dừng").first.click()
    page.get_by_text("Hệ thống mở sự cố").wait_for()
    expect(page.locator("main button")).to_have_count(0)
    assert not visit.complaints
    answer = page.goto("/center/tong-dai/")
    assert answer is not None
    assert answer.status == 403
    page.get_by_text("Vai trò của bạn chưa gồm việc này").wait_for()


def test_an_officer_sees_when_her_figures_stand_still_and_can_stop_the_refreshing_by_keyboard(
    on_duty: Callable[..., Visit],
) -> None:
    visit = on_duty()
    visit.page.goto("/center/")
    visit.page.context.set_offline(True)
    expect(visit.page.get_by_role("status")).to_contain_text(re.compile(r"Số liệu lúc \d\d:\d\d\. Chưa cập nhật được"))
    visit.page.context.set_offline(False)
    expect(visit.page.get_by_role("status")).to_have_count(0)
    visit.page.get_by_role("link", name="dừng tự cập nhật").press("Enter")
    visit.page.wait_for_url("**/center/?live=off")
    expect(visit.page.locator("[data-hx-trigger]")).to_have_count(0)


def test_without_a_script_the_board_is_a_page_that_reloads(on_duty: Callable[..., Visit]) -> None:
    visit = on_duty(script=False)
    visit.page.goto("/center/")
    expect(visit.page.locator("h1")).to_have_text("Toàn cảnh ngày 13/09/2021")
    expect(visit.page.locator("noscript meta[http-equiv=refresh], meta[http-equiv=refresh]")).to_have_count(1)


@pytest.fixture
def stream_port() -> Iterator[int]:
    """Return a port that is kept for the stream, as the demo keeps it."""
    with reserved_port() as port:
        yield port


@pytest.fixture
def told_by_stream(
    site: Site, database_environment: Mapping[str, str], settings: Any, stream_port: int
) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Let the pages be told by a process of their own; return what starts it."""
    settings.SECRET_KEY = database_environment["TIEMCHUNG_SECRET_KEY"]
    settings.TIEMCHUNG_STREAM_URL = f"http://127.0.0.1:{stream_port}/"
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    connect = {"connect-src": [*directives["connect-src"], settings.TIEMCHUNG_STREAM_URL]}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**directives, **connect}}
    environ = {
        **os.environ,
        **database_environment,
        "TIEMCHUNG_PUBLIC_URL": site.url,
        "TIEMCHUNG_STREAM_BIND": f"127.0.0.1:{stream_port}",
    }
    for name in ("DATABASE_OWNER_URL", "WORKER_DATABASE_URL"):
        environ.pop(name, None)
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-m", "tiemchung.project.cli", "stream"], env=environ))
        give_up_at = time.monotonic() + PATIENCE_MS / 1000
        while not _refuses_strangers(settings.TIEMCHUNG_STREAM_URL):
            assert time.monotonic() < give_up_at, "the stream does not answer"
            time.sleep(0.1)
        return started[-1]

    yield start
    for process in started:
        process.terminate()
        process.wait()


def _refuses_strangers(address: str) -> bool:
    """Tell whether the stream is there, and that a stranger hears nothing of it."""
    try:
        urllib.request.urlopen(address, timeout=10)
    except urllib.error.HTTPError as answer:
        return answer.code == 403
    except OSError:
        return False
    return False


def test_a_board_is_told_by_the_stream_and_asks_by_itself_without_it(
    told_by_stream: Callable[[], subprocess.Popen[bytes]],
    on_duty: Callable[..., Visit],
    alarm: Callable[[AlertKind], UUID],
) -> None:
    stream = told_by_stream()
    visit = on_duty()
    page = visit.page
    # With the page's own time standing still it never asks by itself: only the stream can move the board.
    page.clock.set_fixed_time(NOW)
    page.goto("/center/")
    alarm(AlertKind.DEVICE_FORKED)
    page.get_by_text("Máy 2 gửi hai chuỗi khác nhau, đã dừng").first.wait_for()
    # The stream goes; a board asks by itself.
    stream.kill()
    stream.wait()
    other = on_duty().page
    other.goto("/center/")
    alarm(AlertKind.SITE_SILENT)
    other.get_by_text("1 điểm im lặng").wait_for()
    # A sign-in that has ended meanwhile: the page as a whole goes to the sign-in, nothing is set into the board.
    other.context.clear_cookies()
    other.evaluate("document.querySelector('#board').dispatchEvent(new Event('news'))")
    other.wait_for_url("**/account/login/?next=**")
