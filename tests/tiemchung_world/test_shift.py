from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from tiemchung.kernel import wire
from tiemchung.kernel.clock import business_day
from tiemchung_world import mint
from tiemchung_world.campaign import Campaign, draw_campaign
from tiemchung_world.phase import load_phase
from tiemchung_world.plan import draw_plan
from tiemchung_world.shift import Shift, unix_ms
from tiemchung_world.tablet import Tablet


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return draw_campaign(draw_plan(load_phase("hcmc", scale=0.01), seed=7))


def tablets_of(campaign: Campaign, site: int, **clock: Any) -> list[Tablet]:
    stamps = mint.Mint("test", site)
    return [
        Tablet(device=stamps.uuid(1), site=campaign.sites[site].code, key=told.key, **clock)
        for told in campaign.sites[site].tablets
    ]


def whole_day(campaign: Campaign, site: int, day: int, **clock: Any) -> tuple[Shift, list[Tablet]]:
    tablets = tablets_of(campaign, site, **clock)
    shift = Shift(campaign, campaign.sites[site], day=day, tablets=tablets)
    for hour in ("09:30", "11:30", "14:30", "17:30"):
        shift.work(unix_ms(shift.date, hour))
    shift.close(unix_ms(shift.date, "17:30"))
    return shift, tablets


def entries_of(tablets: list[Tablet]) -> list[dict[str, Any]]:
    return [json.loads(entry.line) for tablet in tablets for entry in tablet.outbox]


def phase_day(campaign: Campaign) -> int:
    return campaign.plan.days_before + 2


def test_everybody_who_comes_arrives_and_everybody_due_gets_a_dose(campaign: Campaign) -> None:
    day = phase_day(campaign)
    shift, tablets = whole_day(campaign, 1, day)
    kinds = Counter(entry["kind"] for entry in entries_of(tablets))
    rows = campaign.plan.at(day, 1)
    due = int((campaign.plan.visits.number[rows.start : rows.stop] > 0).sum())
    assert kinds["arrived"] == kinds["screened"] == len(rows)
    assert kinds["dose-given"] - kinds["voided"] == shift.doses == due
    assert kinds["released"] + kinds["left"] == due
    assert kinds["deferred"] == len(rows) - due


def test_a_chain_runs_by_time_and_sequence_and_a_visit_lies_on_two_tablets(campaign: Campaign) -> None:
    _, tablets = whole_day(campaign, 1, phase_day(campaign))
    for tablet in tablets:
        own = entries_of([tablet])
        assert [entry["seq"] for entry in own] == list(range(1, len(own) + 1))
        assert [entry["at"] for entry in own] == sorted(entry["at"] for entry in own)
    desk, chair = tablets
    assert {entry["kind"] for entry in entries_of([desk])} >= {"arrived", "screened"}
    assert {entry["kind"] for entry in entries_of([chair])} >= {"dose-given", "released", "vial-opened"}
    assert not {"dose-given"} & {entry["kind"] for entry in entries_of([desk])}


def test_vials_add_up_but_for_what_is_planted(campaign: Campaign) -> None:
    day = phase_day(campaign)
    unexplained = 0
    for site in range(len(campaign.sites)):
        _, tablets = whole_day(campaign, site, day)
        by_vial: Counter[str] = Counter()
        for entry in entries_of(tablets):
            if entry["kind"] == "vial-opened":
                by_vial[entry["vial"]] += entry["doses"]
            elif entry["kind"] == "vial-wasted":
                by_vial[entry["vial"]] -= entry["doses"]
            elif entry["kind"] == "dose-given" and entry["vial"]:
                by_vial[entry["vial"]] -= 1
            elif entry["kind"] == "voided":
                by_vial["void"] += 1
        assert all(left >= -2 for left in by_vial.values())
        unexplained += sum(left > 0 for vial, left in by_vial.items() if vial != "void")
    assert unexplained < 5


def test_a_wrong_clock_is_wrong_by_its_offset_and_no_more(campaign: Campaign) -> None:
    day = phase_day(campaign)
    _, right = whole_day(campaign, 1, day)
    _, ahead = whole_day(campaign, 1, day, clock_error_ms=3_600_000, offset_ms=-3_600_000)
    for true, told in zip(entries_of(right), entries_of(ahead), strict=True):
        assert told["offset_ms"] == -3_600_000
        shift = datetime.fromisoformat(told["at"]) - datetime.fromisoformat(true["at"])
        assert shift == timedelta(hours=1)


def test_what_happens_on_a_day_happens_on_that_business_day(campaign: Campaign) -> None:
    shift, tablets = whole_day(campaign, 2, phase_day(campaign))
    days = {business_day(datetime.fromisoformat(entry["at"])) for entry in entries_of(tablets)}
    assert days == {shift.date}


def test_days_before_the_phase_use_no_form_that_was_not_in_force(campaign: Campaign) -> None:
    _, tablets = whole_day(campaign, 1, 2)
    kinds = {entry["kind"] for entry in entries_of(tablets)}
    assert "dose-given" in kinds
    assert not kinds & {"screened", "consented"}


def test_only_people_the_tablet_does_not_know_are_written_down(campaign: Campaign) -> None:
    day = phase_day(campaign)
    _, tablets = whole_day(campaign, 1, day)
    arrivals = [entry for entry in entries_of(tablets) if entry["kind"] == "arrived"]
    rows = campaign.plan.at(day, 1)
    known = int(campaign.plan.visits.met[rows.start : rows.stop].sum())
    assert sum(entry["block"] is None for entry in arrivals) == known > 0


def test_the_same_seed_writes_the_same_bytes(campaign: Campaign) -> None:
    day = phase_day(campaign)
    lines = [[entry.line for tablet in whole_day(campaign, 1, day)[1] for entry in tablet.outbox] for _ in range(2)]
    assert lines[0] == lines[1]


def test_a_batch_of_the_outbox_is_a_batch_of_the_protocol(campaign: Campaign) -> None:
    _, tablets = whole_day(campaign, 1, phase_day(campaign))
    tablet = tablets[0]
    links: list[bytes] = []
    while tablet.outbox:
        batch = tablet.next_batch(120)
        header, lines = wire.parse_batch(tablet.sign(batch))
        assert wire.verify_head(tablet.key.public_key(), header)
        assert wire.chain(header.previous, header.first, lines) == header.head
        assert header.previous == (links[-1] if links else wire.genesis(tablet.device))
        links.append(header.head)
        tablet.forget(batch)
    assert tablet.previous == links[-1]
