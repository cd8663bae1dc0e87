from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.tiemchung_world.fake_center import FakeCenter
from tiemchung.kernel import wire
from tiemchung.kernel.clock import business_day
from tiemchung_world.campaign import Campaign, draw_campaign
from tiemchung_world.center import Center
from tiemchung_world.field import Field
from tiemchung_world.phase import load_phase
from tiemchung_world.plan import draw_plan
from tiemchung_world.sent import SentFile
from tiemchung_world.uplink import Habits, Uplink


@dataclass
class Replayed:
    campaign: Campaign
    center: FakeCenter
    field: Field
    sent: list[dict[str, Any]]

    def entries(self, kind: str) -> list[dict[str, Any]]:
        return [line["entry"] for line in self.sent if line["kind"] == kind]


def silent(*, doses: int, entries: int, what: str) -> None:
    """Tell nobody."""


@pytest.fixture
def replayed(fake_center: FakeCenter, tmp_path: Path) -> Replayed:
    fake_center.unexplained = {
        "vials": [{"lot": "ABX0001", "vial": "v1", "doses": 2}],
        "draws": [{"lot": "ABX000X", "doses": 1}],
    }
    campaign = draw_campaign(draw_plan(load_phase("hcmc", scale=0.001), seed=7))
    network = campaign.plan.phase.network
    with SentFile(tmp_path / "sent.ndjson") as sent_file:
        habits = Habits(lost_answers=0.1, repeats=0.1, batch_sizes=tuple(network.batch_sizes))
        field = Field(campaign, Uplink(Center(fake_center.url), sent_file, habits=habits), threads=4, tell=silent)
        field.enroll()
        for day in range(len(campaign.plan.days)):
            field.work_day(day)
        field.wind_up()
        field.close()
    lines = (tmp_path / "sent.ndjson").read_text(encoding="utf-8").splitlines()
    return Replayed(campaign=campaign, center=fake_center, field=field, sent=[json.loads(line) for line in lines])


def test_a_phase_is_sent_whole_and_every_entry_stands_once_in_the_sent_file(replayed: Replayed) -> None:
    held = {(str(device), seq) for device, chain in replayed.center.chains.items() for seq in chain.lines}
    told = [(line["device"], line["seq"]) for line in replayed.sent]
    assert len(told) == len(set(told))
    assert set(told) == held
    assert len({line["id"] for line in replayed.sent}) == len(replayed.sent)

    plan = replayed.campaign.plan
    due = int((plan.visits.number > 0).sum())
    assert len(replayed.entries("dose-given")) - len(replayed.entries("voided")) == due
    assert len(replayed.entries("arrived")) == len(plan.visits)

    at_sites = {(line["site"], business_day(_true(line["entry"]))) for line in replayed.sent if line["truth"]}
    attested = [(entry["site"], entry["day"]) for entry in replayed.entries("attested")]
    assert len(attested) == len(set(attested))
    assert {(site, day.isoformat()) for site, day in at_sites} == set(attested)

    leads = {one.id for site in replayed.campaign.sites for one in site.who("lead")}
    assert {entry["staff"] for entry in replayed.entries("attested")} <= leads
    days = {entry["day"]: entry for entry in replayed.entries("attested")}
    for day, entry in days.items():
        challenge = wire.day_challenge(
            site=entry["site"], day=datetime.fromisoformat(day).date(), lines_hash=bytes.fromhex(entry["lines_hash"])
        )
        client = json.loads(wire.from_base64url(entry["proof"]["client_data"]))
        assert client["challenge"] == wire.to_base64url(challenge)

    reasons = Counter(entry["reason"] for entry in replayed.entries("vial-wasted") + replayed.entries("vial-opened"))
    assert reasons["not-written-down"] == reasons["vial-not-noted"] == 1

    told_at = [entry["starts_at"] for entry in replayed.center.clock]
    assert told_at == sorted(told_at)


def _true(entry: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(entry["at"])
