"""A phase replayed while the database is killed again and again, typed by hand: at scale 0.1 it takes too long for CI.

    .venv/bin/python -m tests.faults.replay_by_hand --scale 0.1 --cuts 4

prints the seed of the cuts and the figures as JSON; the exit status is 0 when every acknowledged entry is there once,
the audit holds and every prank was answered as it must be.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import secrets
import sys
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

from tests.faults.cuts import Cutter
from tiemchung_world import host, replay

SEED = 7
"""Of the people, as in every replay of the documents; the cuts have one of their own."""


def replay_with_cuts(*, scale: float, cuts: int, cuts_seed: int, folder: Path) -> tuple[dict[str, Any], Cutter]:
    """Replay the phase against a running platform whose database is killed `cuts` times; return the report."""
    report = folder / "report.json"
    words = ["--scale", str(scale), "--seed", str(SEED), "--report", str(report), "--sent", str(folder / "sent.ndjson")]
    with host.own_platform() as ready:
        cutter = Cutter(ready, cuts=cuts, rng=random.Random(cuts_seed))
        with mock.patch.dict(os.environ, ready["environment"]), cutter.beside():
            status = replay.main([*words, "--url", ready["url"]])
    if status == replay.STOPPED:
        raise KeyboardInterrupt
    return json.loads(report.read_text(encoding="utf-8")), cutter


def faults(report: dict[str, Any], cutter: Cutter) -> list[str]:
    """Return, in words, what is not as it must be."""
    wrong = [f"Wrong answer to {prank['what']}" for prank in report["pranks"] if not prank["holds"]]
    if len(cutter.cuts) != cutter.asked:
        wrong.append(f"Only {len(cutter.cuts)} of {cutter.asked} cuts were made.")
    if cutter.cuts and not any(event.startswith("retry-") or event == "no-answer" for event in report["network"]):
        wrong.append("No tablet noticed any cut.")
    if report["site_days"]["open"]:
        wrong.append(f"{report['site_days']['open']} days of sites stand open.")
    if report["audit"]["exit_status"] != 0:
        wrong.append("The audit does not hold: " + json.dumps(report["audit"], ensure_ascii=False, indent=1))
    return wrong


def figures(report: dict[str, Any], cutter: Cutter) -> dict[str, Any]:
    """Return what a maintainer writes down of a run."""
    return {
        "cuts_at_doses": cutter.cuts,
        "processes_killed": cutter.processes_killed,
        "seconds_until_back": cutter.seconds_away,
        "sites": report["asked"]["sites"],
        "doses": report["sent"]["kinds"]["dose-given"],
        "entries": report["sent"]["entries"],
        "answers": report["sent"]["answers"],
        "network": report["network"],
        **report["speed"],
        "bytes_per_dose": report["database"]["bytes_per_dose"],
        "reactions": report["reactions"],
        "audit": "holds" if report["audit"]["exit_status"] == 0 else "DOES NOT HOLD",
    }


def main(argv: list[str] | None = None) -> int:
    """Replay, cut, audit; print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.replay_by_hand", description=__doc__)
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--cuts", type=int, default=4, help="how often the database is killed (0: a quiet run)")
    parser.add_argument("--cuts-seed", type=int, help="when the database is killed; drawn and told unless given")
    parser.add_argument("--report", type=Path, metavar="FILE", help="where the whole report goes, as JSON")
    told = parser.parse_args(argv)
    seed = secrets.randbits(32) if told.cuts_seed is None else told.cuts_seed
    _say(f"people drawn with seed {SEED}, cuts with --cuts-seed {seed}")
    with tempfile.TemporaryDirectory() as folder:
        report, cutter = replay_with_cuts(scale=told.scale, cuts=told.cuts, cuts_seed=seed, folder=Path(folder))
    if told.report:
        told.report.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    _say(json.dumps(figures(report, cutter), ensure_ascii=False, indent=2))
    wrong = faults(report, cutter)
    for fault in wrong:
        _say(fault)
    return 1 if wrong else 0


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a command speaks to whoever typed it


if __name__ == "__main__":
    sys.exit(main())
