"""Campaign sessions of a site that works by desk pages alone: opened by the first arrival, stopped by anaphylaxis, closed."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.faces.station import scenery
from tests.faces.station.called import called, planned
from tests.faces.station.scenery import MORNING, OTHER_SITE, SITE
from tests.faces.station.test_desk import dosed, entries, received, rows, screened
from tests.faces.station.test_expected import received as received_for
from tiemchung.domain.response.queries.checks import sites_silent
from tiemchung.domain.response.values import SILENT_AFTER
from tiemchung.domain.visits.events import SessionStopped
from tiemchung.kernel.ids import uuid7

pytestmark = pytest.mark.usefixtures("campaign")
AT_DESK = MORNING + timedelta(minutes=30)
STOPPED, NONE_STOPPED = "Buổi tiêm đã dừng.", "không có buổi tiêm nào đang mở"


@pytest.fixture
def nurse(morning: None) -> Client:
    del morning
    scenery.stock()
    scenery.hire("thao", "check-in", "screener", "vaccinator", "observer")
    return scenery.signed_in("thao")


def words() -> list[tuple[Any, ...]]:
    return rows("select campaign_session, opened_at is not null, closed_at is not null from visits_sessionword")


def anaphylaxis(nurse: Client, visit: UUID) -> str:
    nurse.post(f"/station/visits/{visit}/reaction/", {"entry": str(uuid7()), "what": "anaphylaxis"})
    return nurse.get(f"/station/visits/{visit}/observation/").content.decode()


def treated(nurse: Client, **change: str) -> UUID:
    """Bring a walk-in as far as the observation."""
    visit = received(nurse, **change)
    screened(nurse, visit)
    dosed(nurse, visit)
    return visit


def test_the_first_arrival_opens_the_session_and_the_next_ones_do_not(nurse: Client) -> None:
    first, second = called("Lê Thị Hường", "Võ Thúy Ái")
    received_for(nurse, f"/station/expected/{first.id}/")
    assert words() == [(first.session, True, False)]
    received_for(nurse, f"/station/expected/{second.id}/", ticket="8")
    received(nurse, known="new")
    assert entries("session-opened") == 1
    assert rows("select distinct campaign_session from visits_visit") == [(first.session,)]


def test_an_arrival_does_not_open_again_what_was_stopped(nurse: Client) -> None:
    first, _second = called("Lê Thị Hường", "Võ Thúy Ái")
    scenery.tell(SessionStopped(id=uuid7(), at=MORNING, campaign_session=first.session, reason="mất điện"))
    received_for(nurse, f"/station/expected/{first.id}/")
    assert entries("session-opened") == 0
    received(nurse, known="new")
    assert sorted(rows("select campaign_session from visits_visit"), key=str) == [(None,), (first.session,)]


def test_a_site_of_desk_pages_that_falls_silent_is_seen_by_the_center(
    nurse: Client, as_worker: Callable[[], AbstractContextManager[None]]
) -> None:
    planned()
    received(nurse)
    with as_worker():
        assert [one.site for one in sites_silent(AT_DESK + SILENT_AFTER)] == []
        assert [one.site for one in sites_silent(AT_DESK + SILENT_AFTER + timedelta(minutes=1))] == [SITE]


def test_a_session_that_was_resumed_counts_as_open_again_at_the_center(
    nurse: Client, set_time: Callable[..., None], as_worker: Callable[[], AbstractContextManager[None]]
) -> None:
    session = planned()
    anaphylaxis(nurse, treated(nurse))
    late = AT_DESK + timedelta(hours=2)
    with as_worker():
        assert sites_silent(late) == []
    scenery.hire("khoa", "lead")
    set_time(AT_DESK + timedelta(minutes=20))
    form = {"entry": str(uuid7()), "reason": "đổi lô"}
    scenery.signed_in("khoa").post(f"/station/lead/sessions/{session}/resume/", form)
    with as_worker():
        assert [one.site for one in sites_silent(late)] == [SITE]


def test_a_walk_in_s_anaphylaxis_stops_the_session_that_runs_here(nurse: Client) -> None:
    # Received before the ward planned the session of this day: the visit belongs to none.
    alone = treated(nurse)
    session = planned()
    received(nurse, known="new")
    page = anaphylaxis(nurse, alone)
    assert rows("select campaign_session, stop_reason from visits_sessionword") == [(session, "anaphylaxis")]
    assert STOPPED in page
    assert NONE_STOPPED not in page


@pytest.mark.parametrize("elsewhere", [[], [OTHER_SITE]])
def test_where_no_session_runs_the_page_says_that_none_was_stopped_and_who_is_called(
    nurse: Client, elsewhere: list[str]
) -> None:
    for site in elsewhere:
        planned(site=site)
    scenery.hire("khoa", "lead", name="Lê Minh Khoa")
    page = anaphylaxis(nurse, treated(nurse))
    assert entries("session-stopped") == 0
    assert STOPPED not in page
    assert NONE_STOPPED in page
    assert "gọi trưởng điểm Lê Minh Khoa" in page
    assert "1900 9095" in page


def test_the_lead_s_close_ends_the_day_s_sessions_with_its_lines(nurse: Client) -> None:
    session = planned()
    received(nurse)
    scenery.hire("khoa", "lead")
    lead = scenery.signed_in("khoa")
    page = lead.get("/station/lead/").content.decode()
    (lines_hash,) = re.findall(r'name="lines_hash" value="(\w+)"', page)
    assert lead.post("/station/lead/close/", {"lines_hash": lines_hash}).status_code == 409, "who came is adrift"
    form = {"lines_hash": lines_hash, "why-0": "chờ xe cấp cứu"}
    for _click in range(2):
        assert lead.post("/station/lead/close/", form).status_code == 200
    assert "chờ xe cấp cứu" in lead.get("/station/lead/").content.decode()
    assert words() == [(session, True, True)]
    assert entries("session-closed") == 1
    received(nurse, known="new")
    assert entries("session-opened") == 1, "who comes after the close opens nothing"


def test_a_day_that_is_not_closed_leaves_its_session_open(nurse: Client) -> None:
    session = planned()
    received(nurse)
    scenery.hire("khoa", "lead")
    assert scenery.signed_in("khoa").post("/station/lead/close/", {"lines_hash": "0" * 64}).status_code == 409
    assert words() == [(session, True, False)]
