from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from uuid import uuid4

import pytest

from tiemchung_world import live, mint
from tiemchung_world.campaign import Campaign, campaign_file, draw_campaign
from tiemchung_world.center import Center
from tiemchung_world.field import Field, SiteAtWork
from tiemchung_world.host import CommandError, Commands
from tiemchung_world.live import Diary, lose_one_network
from tiemchung_world.phase import load_phase, without_first_doses
from tiemchung_world.plan import draw_plan
from tiemchung_world.shift import WaitingRoom, unix_ms
from tiemchung_world.tablet import Tablet


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return draw_campaign(draw_plan(load_phase("hcmc", scale=0.01), seed=7))


@pytest.fixture
def room(campaign: Campaign) -> WaitingRoom:
    stamps = mint.Mint("test")
    site = campaign.sites[0]
    tablets = [Tablet(device=stamps.uuid(1), site=site.code, key=told.key) for told in site.tablets]
    return WaitingRoom(campaign, site, day=campaign.plan.days_before, tablets=tablets)


def kinds_written(room: WaitingRoom) -> Counter[str]:
    return Counter(json.loads(entry.line)["kind"] for entry in room.lead_tablet.outbox)


def test_people_brought_to_a_waiting_room_are_screened_and_get_no_dose(room: WaitingRoom) -> None:
    now_ms = unix_ms(room.date, "09:00")
    room.bring(5, now_ms)
    kinds = kinds_written(room)
    assert room.brought == 5
    assert kinds["arrived"] == kinds["screened"] == 5 + room.deferred
    assert not kinds["dose-given"]
    assert all(json.loads(entry.line)["at"] < "2021-09-13T02:00:00" for entry in room.lead_tablet.outbox)


def test_a_waiting_room_is_filled_up_by_those_who_are_missing_alone(room: WaitingRoom) -> None:
    room.bring(5, unix_ms(room.date, "09:00"))
    room.bring(0, unix_ms(room.date, "09:01"))
    assert room.brought == 5
    room.bring(2, unix_ms(room.date, "09:02"))
    assert room.brought == 7


def test_a_waiting_room_ends_with_the_people_called_for_the_day(room: WaitingRoom) -> None:
    room.bring(10_000, unix_ms(room.date, "09:00"))
    assert room.brought + room.deferred == room.comers
    room.close(unix_ms(room.date, "17:30"))
    (slips,) = (json.loads(entry.line) for entry in room.lead_tablet.outbox if entry.kind == "counted")
    assert slips["quantity"] == room.comers


def test_one_site_has_no_network_in_the_middle_of_the_day_and_has_it_again_in_the_evening(campaign: Campaign) -> None:
    day = campaign.plan.days_before
    sites = [
        SiteAtWork(site=told, tablets=[Tablet(device=uuid4(), site=told.code, key=told.tablets[0].key)])
        for told in campaign.sites[:2]
    ]
    field = cast("Field", SimpleNamespace(plan=campaign.plan, sites=sites))
    heard = []
    for hour in ("07:30", "12:00", "17:00"):
        lose_one_network(field, day, now_ms=unix_ms(campaign.plan.days[day], hour))
        heard.append([len(site.reachable(day)) for site in sites])
    assert heard == [[1, 1], [1, 0], [1, 1]]


def test_a_diary_is_found_again_after_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "replay"
    Diary(folder).note(waves=3, next_day=date(2021, 10, 1))
    again = Diary(folder)
    assert (again.waves, again.next_day) == (3, date(2021, 10, 1))
    assert (Diary(None).waves, Diary(None).next_day) == (0, None)


def test_whoever_goes_on_after_a_campaign_that_died_while_it_was_loaded_brings_other_people(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = list[int]()

    def draw(*_: object, wave: int, **__: object) -> None:
        drawn.append(wave)

    def die(*_: object, **__: object) -> None:
        raise CommandError("the platform was away")

    monkeypatch.setattr(live, "draw_plan", draw)
    monkeypatch.setattr(live, "draw_campaign", lambda _plan: campaign)
    monkeypatch.setattr(live, "open_campaign", die)
    for _attempt in range(2):
        with pytest.raises(CommandError):
            live.run(
                campaign.plan.phase,
                seed=7,
                center=Center("http://localhost:1"),
                commands=Commands(),
                diary=Diary(tmp_path),
                day_minutes=1,
                threads=1,
                say=lambda _line: None,
            )
    assert drawn == [0, 1]
    assert Diary(tmp_path).next_day is None, "no day has begun: the first doses come first"


def test_the_next_wave_brings_other_people_to_the_same_sites(campaign: Campaign) -> None:
    later = without_first_doses(campaign.plan.phase, starts_on=date(2021, 9, 23))
    plan = draw_plan(later, seed=7, wave=1)
    assert plan.days[0] == date(2021, 9, 23)
    assert set(plan.visits.number.tolist()) == {0, 1}
    assert not set(plan.people.personal_number.tolist()) & set(campaign.plan.people.personal_number.tolist())
    told = campaign_file(draw_campaign(plan), on=plan.days[-1])
    before = campaign_file(campaign, on=campaign.plan.days[-1])
    assert told["sites"] == before["sites"]
    ids = {row["id"] for part in ("issues", "receipts") for row in told[part]}
    assert not ids & {row["id"] for part in ("issues", "receipts") for row in before[part]}
