from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from django.test import Client

from tests.faces.center.officers import NOW, SignIn
from tiemchung.domain.figures.actions import note_lags, publish_state
from tiemchung.domain.figures.rules import lag_step
from tiemchung.kernel.ids import uuid7

SITE = "79-0001"
OFFICER = {"role": "duty-officer", "site": SITE}


@pytest.fixture
def board(sign_in: SignIn, set_time: Callable[..., None]) -> Client:
    set_time(NOW)
    return sign_in("yen", **OFFICER)


def a_word(owner: psycopg.Connection, *, site: str, minutes_ago: int, pending: int = 0) -> None:
    owner.execute(
        "insert into access_deviceword (device, site, at, pending) values (%s, %s, %s, %s)",
        [uuid4(), site, NOW - timedelta(minutes=minutes_ago), pending],
    )


def test_strangers_are_sent_to_the_sign_in_and_a_nurse_is_told_no(sign_in: SignIn) -> None:
    assert Client().get("/center/")["Location"].startswith("/account/login/")
    answer = sign_in("thao", role="vaccinator", site=SITE).get("/center/", headers={"accept": "text/html"})
    assert answer.status_code == 403
    assert "Vai trò của bạn chưa gồm việc này" in answer.content.decode()


def test_a_silent_site_is_named_with_its_silence_and_what_it_still_holds(
    board: Client, owner_connection: psycopg.Connection
) -> None:
    a_word(owner_connection, site=SITE, minutes_ago=192, pending=84)
    page = board.get("/center/").content.decode()
    assert "1 điểm im lặng" in page
    assert "3\u00a0giờ\u00a012" in page
    assert ">84<" in page


def test_another_sites_silence_is_nobodys_business_here(board: Client, owner_connection: psycopg.Connection) -> None:
    a_word(owner_connection, site="01-0001", minutes_ago=192)
    a_word(owner_connection, site=SITE, minutes_ago=1)
    page = board.get("/center/").content.decode()
    assert "Không điểm nào im lặng" in page
    assert "01-0001" not in page


def test_the_title_counts_what_is_open(
    board: Client, as_worker: Callable[[], AbstractContextManager[None]], owner_connection: psycopg.Connection
) -> None:
    a_word(owner_connection, site=SITE, minutes_ago=60)
    with as_worker():
        publish_state("figures.count", lag=timedelta(seconds=90), entries=1, failing_since=None, error="", seen_at=NOW)
    page = board.get("/center/").content.decode()
    assert "<title>(2) Toàn cảnh – Tiêm Chủng</title>" in page
    assert "dừng từ" in page, "a worker that spoke last in 2021 has stopped"


def test_the_board_tells_within_which_time_nearly_everything_is_taken(
    board: Client, as_worker: Callable[[], AbstractContextManager[None]]
) -> None:
    now = datetime.now(tz=UTC)
    with as_worker():
        publish_state("figures.count", lag=timedelta(0), entries=100, failing_since=None, error="", seen_at=now)
        note_lags(
            "figures.count",
            {lag_step(timedelta(milliseconds=300)): 98, lag_step(timedelta(seconds=4)): 2},
            seen_at=now,
        )
    page = board.get("/center/").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "20 phút qua: một nửa trong 0,3 giây, 99 % trong 4,1 giây" in page


def test_entries_that_could_not_be_read_are_shown_by_reason(
    board: Client, owner_connection: psycopg.Connection
) -> None:
    owner_connection.execute(
        "insert into journal_set_aside (id, device, device_sequence, site, reason, digest, body, recorded_at)"
        " values (%s, %s, 1, %s, 'fork', %s, %s, %s)",
        [uuid7(), uuid4(), SITE, bytes(32), b"?", NOW],
    )
    page = board.get("/center/").content.decode()
    assert "Một máy gửi hai chuỗi khác nhau" in page
    assert "One device sent two different chains" in board.get("/en/center/").content.decode()


def test_the_last_full_minute_is_the_pace(board: Client, owner_connection: psycopg.Connection) -> None:
    for back, doses in ((0, 9), (1, 146), (70, 5_000)):
        minute = NOW.replace(second=0) - timedelta(minutes=back)
        owner_connection.execute("insert into figures_minute values (%s, %s, 1, 1)", [minute, doses])
    page = board.get("/center/").content.decode()
    assert "<b>146</b>" in page
    assert "nhiều nhất 146" in page
    assert "tổng 146." in page


def test_the_page_asks_for_the_board_alone_and_can_be_told_to_stop(board: Client) -> None:
    page = board.get("/center/").content.decode()
    part = board.get("/center/", headers={"HX-Request": "true"}).content.decode()
    assert 'data-hx-trigger="every 5s"' in page
    assert part.lstrip().startswith('<div id="board"')
    assert "every 5s" not in board.get("/center/?live=off").content.decode()


def test_who_watches_the_whole_country_sees_what_waits_in_it(
    sign_in: SignIn, set_time: Callable[..., None], owner_connection: psycopg.Connection
) -> None:
    set_time(NOW)
    owner_connection.execute(
        "insert into journal_unfolded values (%s, 'passed', 'room-to-come', '99-0001', %s)", [uuid7(), NOW]
    )
    page = sign_in("bao", role="duty-officer", level="everywhere").get("/center/").content.decode()
    assert "Không bản ghi nào phải chờ" not in page
    assert "Phần này chưa mở" in page
