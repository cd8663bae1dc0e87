"""The main job, end to end: a phase at a hundredth of its size, and an audit that holds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tiemchung_world import host, replay

SEED = 7


Told = Callable[..., None]


@pytest.mark.proof
def test_the_audit_of_a_replayed_phase_holds(tmp_path: Path, tell_figures: Told) -> None:
    report_path, sent_path = tmp_path / "report.json", tmp_path / "sent.ndjson"
    where = ["--report", str(report_path), "--sent", str(sent_path)]
    status = replay.main(["--scale", "0.01", "--seed", str(SEED), "--station-clients", "1", *where])
    report = json.loads(report_path.read_text(encoding="utf-8"))
    assert [prank for prank in report["pranks"] if not prank["holds"]] == []
    assert status == 0, json.dumps(report["audit"], ensure_ascii=False, indent=1)
    assert report["asked"]["doses"] == 9_300
    assert set(report["sent"]["answers"]) <= {"kept", "known", "set-aside"}
    lines = sum(1 for _ in sent_path.open("rb"))
    assert lines == report["sent"]["entries"]
    assert report["site_days"]["open"] == 0
    classes = report["audit"]["classes"]
    asked = report["asked"]["true_persons"]
    walked = {
        "registered": classes["registrations"]["own"] / asked,
        "listed": classes["registrations"]["list"] / asked,
        "called": classes["visits"]["called"] / classes["visits"]["uncalled"],
        "signed": classes["certificates"]["signed"] / report["sent"]["doses"],
    }
    assert all(share > 0.01 for share in walked.values()), walked
    assert classes["called"].keys() >= {"came", "no-show"}
    assert classes["screenings"].keys() >= {"eligible_now", "caution", "defer", "contraindicated"}
    assert classes["passages"]["passed"] > 0
    citizens = report["citizens"]
    assert citizens["certificates seen"] > 0
    assert citizens["share registered"] == round(citizens["registered"] / asked, 5)
    assert citizens["share registered"] > 0.015
    assert citizens["share with book opened"] > 0.01
    assert report["network"]["sent-by-the-app"] > 0
    assert report["stations"]["doses_seen_by_all"] > 0
    tell_figures(
        seed=SEED,
        entries=lines,
        citizens_over_http=citizens["share registered"],
        citizens_with_book_opened=citizens["share with book opened"],
        stages=report["stages"],
        **report["speed"],
        bytes_per_dose=report["database"]["bytes_per_dose"],
    )


def test_a_report_of_a_platform_that_does_not_come_up_tells_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "command", lambda: ["sh", "-c", "echo no room left; exit 3"])
    with pytest.raises(host.CommandError, match=r"(?s)status 3.*no room left"), host.own_platform():
        pass


def test_a_platform_of_our_own_is_stopped_however_the_replay_ends(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "serve"
    script.write_text(
        '#!/bin/sh\nwhile [ $# -gt 0 ]; do [ "$1" = --ready-file ] && file=$2; shift; done\n'
        'echo "{\\"url\\": \\"http://127.0.0.1:9\\", \\"pid\\": $$}" > "$file"\nexec sleep 60\n',
        encoding="utf-8",
    )
    script.chmod(0o755)
    monkeypatch.setattr(host, "command", lambda: [str(script)])
    seen: list[int] = []

    def interrupted() -> None:
        with host.own_platform() as ready:
            assert Path(f"/proc/{ready['pid']}").exists()
            seen.append(ready["pid"])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not Path(f"/proc/{seen[0]}").exists()


BUSY = """
import os, time
if not os.fork():
    while time.process_time() < 0.6:
        pass
time.sleep(30)
"""


def test_cpu_of_processes_counts_their_children() -> None:
    parent = subprocess.Popen([sys.executable, "-c", BUSY])
    try:
        give_up_at = time.monotonic() + 120
        while host.cpu_seconds([parent.pid]) < 0.3 and time.monotonic() < give_up_at:
            time.sleep(0.05)
        assert host.cpu_seconds([parent.pid]) >= 0.3
    finally:
        for process in host._with_descendants([parent.pid]):
            os.kill(process, signal.SIGKILL)
        parent.wait()
