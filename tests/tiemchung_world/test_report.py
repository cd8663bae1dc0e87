from __future__ import annotations

from collections import Counter
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tiemchung_world.campaign import draw_campaign
from tiemchung_world.mischief import Prank
from tiemchung_world.phase import load_phase
from tiemchung_world.plan import draw_plan
from tiemchung_world.progress import line
from tiemchung_world.report import make_report, with_shares
from tiemchung_world.sent import SentFile
from tiemchung_world.stages import Stage, Stages
from tiemchung_world.uplink import Traffic


def _stages() -> Stages:
    stages = Stages([])
    stages.stages["doses"] = Stage(seconds=4.0, world_cpu_s=0.1, doses=200, entries=1_000, batches=100)
    stages.stages["doses"].platform_cpu_s.update({"web": 0.3, "worker": 0.2})
    return stages


@pytest.fixture
def report(tmp_path: Path) -> dict[str, Any]:
    campaign = draw_campaign(draw_plan(load_phase("hcmc", scale=0.001), seed=7))
    traffic = Traffic(doses=200, entries=1_000, seconds=[0.010] * 98 + [0.500] * 2)
    with SentFile(tmp_path / "sent.ndjson") as sent_file:
        return make_report(
            campaign=campaign,
            traffic=traffic,
            sent_file=sent_file,
            stages=_stages(),
            told={
                "calls": {"called": 7},
                "citizens": {"of persons": 2_000, "registered": 39, "books opened": 30, "number not taken": 1},
            },
            days=Counter(closed=3, open=1),
            pranks=[Prank(what="x", expected="a", answered="a")],
            audit={"ok": True, "bytes": {"journal": 1_000, "immunization": 600, "places": 9_999}, "exit_status": 0},
        )


def test_rates_and_percentiles_come_from_what_was_answered(report: dict[str, Any]) -> None:
    speed = report["speed"]
    assert (speed["doses_per_s"], speed["entries_per_s"]) == (50.0, 250.0)
    assert (speed["batches"], speed["entries_per_batch"]) == (100, 10.0)
    assert speed["batch_p50_ms"] == 10.0
    assert 10.0 < speed["batch_p99_ms"] <= 500.0


def test_costs_are_told_per_dose(report: dict[str, Any]) -> None:
    assert report["speed"]["platform_cpu_us_per_dose"] == 2_500.0
    assert report["speed"]["platform_cpu_us_per_dose_by_part"] == {"web": 1_500.0, "worker": 1_000.0}
    assert report["speed"]["world_cpu_us_per_dose"] == 500.0
    assert report["stages"]["doses"]["seconds"] == 4.0
    assert report["calls"] == {"called": 7}
    assert report["database"]["bytes_per_dose"] == 8.0


def test_the_figures_of_the_press_stand_beside_with_their_source(report: dict[str, Any]) -> None:
    assert report["press"]["doses_in_day_2021_09_15"] == {"figure": 124_117, "source": "saigon247.com.vn"}
    assert report["asked"]["doses"] == 930


def test_how_many_of_all_persons_walked_the_pages_is_told_as_a_share(report: dict[str, Any]) -> None:
    citizens = report["citizens"]
    assert (citizens["share registered"], citizens["share with book opened"]) == (0.0195, 0.015)
    assert citizens["registered"] == 39
    assert with_shares({}) == {}, "where nobody walked there is no share"


@pytest.mark.parametrize(
    ("doses", "seconds", "told"),
    [(0, 0.0, "time left unknown"), (50, 10.0, "10 s left"), (100, 10.0, "100.0%"), (50, 10.0, "5 doses/s")],
)
def test_progress_tells_share_rate_and_time_left(doses: int, seconds: float, told: str) -> None:
    assert told in line(doses, doses * 6, total=100, seconds=seconds, what="2021-09-13 09:30")


def test_a_stage_tells_what_each_turn_cost() -> None:
    traffic = Traffic()
    stages = Stages([], traffic=traffic)
    for doses in (10, 30):
        with stages.of("doses"):
            traffic.doses += doses
    told = stages.told()["doses"]
    assert (told["doses"], [turn["doses"] for turn in told["turns"]]) == (40, [10, 30])
    assert stages.lines()[0].startswith("doses: ")


def test_who_waits_for_a_replay_hears_which_stage_runs() -> None:
    stages, said, heard = Stages([]), list[str](), Event()

    def say(text: str) -> None:
        said.append(text)
        heard.set()

    with stages.spoken(say, every_s=0.01), stages.of("calls"):
        assert heard.wait(20)
    assert "at calls" in said[0]
