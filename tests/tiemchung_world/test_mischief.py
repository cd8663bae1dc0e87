from __future__ import annotations

import json
from pathlib import Path

from tests.tiemchung_world.fake_center import FakeCenter
from tiemchung_world.campaign import draw_campaign
from tiemchung_world.center import Center
from tiemchung_world.mischief import Prank, play_pranks
from tiemchung_world.phase import load_phase
from tiemchung_world.plan import draw_plan
from tiemchung_world.sent import SentFile
from tiemchung_world.shift import unix_ms
from tiemchung_world.uplink import Habits, Uplink


def test_a_center_that_believes_everybody_is_found_out(fake_center: FakeCenter, tmp_path: Path) -> None:
    campaign = draw_campaign(draw_plan(load_phase("hcmc", scale=0.001), seed=7))
    now_ms = unix_ms(campaign.plan.days[campaign.plan.days_before], "19:00")
    fake_center.gullible = True
    with SentFile(tmp_path / "sent.ndjson") as sent_file:
        link = Uplink(Center(fake_center.url), sent_file, habits=Habits(patience_s=1))
        pranks = play_pranks(campaign, link, now_ms=now_ms)
    believed = {prank.what for prank in pranks if not prank.holds}
    assert {
        "a batch of a device nobody enrolled",
        "a batch signed with another key",
        "half a line",
        "an id used for other content",
        "a sequence used twice",
        "a kind this device may not send",
    } <= believed
    sent = [json.loads(line) for line in (tmp_path / "sent.ndjson").read_text(encoding="utf-8").splitlines()]
    assert sum(line["entry"] is None for line in sent) == 6
    assert all(line["sha256"] for line in sent)


def test_a_prank_holds_when_it_was_answered_as_expected() -> None:
    assert Prank(what="x", expected="401 unknown-sender", answered="401 unknown-sender").holds
    assert not Prank(what="x", expected="401 unknown-sender", answered="200").told()["holds"]
