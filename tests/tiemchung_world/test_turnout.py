from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from tiemchung_world.campaign import Campaign, draw_campaign
from tiemchung_world.phase import load_phase
from tiemchung_world.plan import draw_plan
from tiemchung_world.shift import Shift, unix_ms
from tiemchung_world.tablet import Tablet
from tiemchung_world.turnout import Call, Turnout

SITE = 1


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return draw_campaign(draw_plan(load_phase("hcmc", scale=0.01), seed=7))


@dataclass
class Morning:
    """A turnout on whose first day two people who waited are called to another day than the plan's."""

    turnout: Turnout
    day: int
    called: list[int]
    waiting: list[int]


@pytest.fixture
def morning(campaign: Campaign) -> Morning:
    plan = campaign.plan
    turnout, day = Turnout(plan), plan.days_before
    later = list(plan.at(day + 3, SITE))[:5]
    turnout.wait(np.array(later))
    starts_ms = unix_ms(plan.days[day], "09:00")
    call = Call(appointment="a1", person="p1", session="s1", starts_ms=starts_ms, product=2)
    turnout.follow(day, SITE, [(later[0], call), (later[1], replace(call, appointment="a2", person="p2"))])
    return Morning(turnout=turnout, day=day, called=later[:2], waiting=later[2:])


def test_who_is_called_comes_on_that_day_and_on_no_other(morning: Morning, campaign: Campaign) -> None:
    turnout = morning.turnout
    planned = list(campaign.plan.at(morning.day, SITE))
    assert sorted(turnout.rows(morning.day, SITE)) == sorted(planned + morning.called)
    days = range(morning.day, len(campaign.plan.days))
    came = [row for day in days for row in turnout.rows(day, SITE)]
    assert [came.count(visit) for visit in morning.called] == [1, 1]


def test_who_was_never_called_comes_on_the_last_day_and_who_stays_away_never(
    morning: Morning, campaign: Campaign
) -> None:
    turnout, last = morning.turnout, len(campaign.plan.days) - 1
    before = [row for day in range(morning.day, last) for row in turnout.rows(day, SITE)]
    assert not set(morning.waiting) & set(before)
    assert set(morning.waiting) <= set(turnout.rows(last, SITE).tolist())
    turnout.stay_away(morning.waiting[0])
    assert morning.waiting[0] not in turnout.rows(last, SITE)


def test_who_is_called_arrives_about_the_time_with_the_appointment_and_is_not_written_down_anew(
    morning: Morning, campaign: Campaign
) -> None:
    site = campaign.sites[SITE]
    tablets = [Tablet(device=_device(number), site=site.code, key=told.key) for number, told in enumerate(site.tablets)]
    morning.turnout.plan_session(morning.day, SITE, "s1", 2)
    shift = Shift(campaign, site, day=morning.day, tablets=tablets, turnout=morning.turnout)
    shift.work(unix_ms(shift.date, "17:30"))
    entries = [_entry(entry.line) for tablet in tablets for entry in tablet.outbox]
    arrivals = {entry["appointment"]: entry for entry in entries if entry["kind"] == "arrived" and entry["appointment"]}
    assert {appointment: entry["person"] for appointment, entry in arrivals.items()} == {"a1": "p1", "a2": "p2"}
    assert all(entry["block"] is None for entry in arrivals.values())
    assert all("2021-09-13T01:4" < entry["at"] < "2021-09-13T02:3" for entry in arrivals.values())
    assert {entry["campaign_session"] for entry in entries if entry["kind"] == "session-opened"} == {"s1"}
    doses = [entry for entry in entries if entry["kind"] == "dose-given" and entry["person"] in {"p1", "p2"}]
    assert {entry["product"] for entry in doses} <= {campaign.plan.phase.products[2].code}


def _device(number: int) -> UUID:
    return UUID(int=number + 1)


def _entry(line: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(line)
    return told
