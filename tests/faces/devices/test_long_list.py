"""A hall's whole day in one bundle: 9,000 persons who are called for their second dose."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.faces.devices.hallful import PERSONS, called_for_their_second_dose
from tests.faces.devices.tablets import SITE, Tablet
from tiemchung.kernel.actor import Reach
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung_world.bundle import opened

pytestmark = [pytest.mark.django_db, pytest.mark.proof]


def test_a_hall_s_day_comes_in_one_bundle_of_less_than_a_megabyte(
    set_time: Callable[..., None], tell_figures: Callable[..., None]
) -> None:
    set_time(datetime(2021, 9, 13, 0, tzinfo=UTC))
    tablet = Tablet()
    tablet.enroll()
    called_for_their_second_dose()
    began, worked = time.perf_counter(), time.process_time()
    answer = tablet.get("/api/devices/bundle")
    took, worked = time.perf_counter() - began, time.process_time() - worked
    assert answer.status_code == 200, answer.content
    told = opened(answer.content, server_key=tablet.point_of_server)
    assert len(told["list"]["persons"]) == PERSONS
    assert {len(one["doses"]) for one in told["list"]["persons"]} == {1}
    assert len(answer.content) < 1_000_000
    with reaching(Reach(sites=frozenset({SITE}))):
        assert database.rows("select count(distinct person_id) from journal_view") == [(PERSONS,)]
    tell_figures(
        seed=0, persons=PERSONS, bytes=len(answer.content), seconds=round(took, 2), of_the_web=round(worked, 2)
    )
