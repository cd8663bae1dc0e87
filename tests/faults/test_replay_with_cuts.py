"""A whole phase is replayed while the database is killed again and again; the audit holds all the same."""

from __future__ import annotations

import argparse
import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.faults.processes import children_of, kill_all
from tiemchung_world import field, host, loading, mischief, replay
from tiemchung_world.progress import Progress

pytestmark = pytest.mark.proof

SCALE = 0.01
SEED = 7
CUTS = 4
DAYS_CUT = range(1, 15)
"""From which of the replay's 18 days those with a cut are drawn: by progress, whatever the machine's speed."""


class Cutter:
    """Kills the platform's database at chance moments, but never while a command, an enrollment or a prank is at work.

    The first two would fail and be tried again by whoever typed them; a prank expects one certain answer.
    """

    def __init__(self, platform: int, *, address: str, rng: random.Random) -> None:
        self._platform = platform
        self._address = address
        self._rng = rng
        self._over = threading.Event()
        self._days = set(rng.sample(DAYS_CUT, CUTS))
        self._begun = 0
        self._due = threading.Semaphore(0)
        self.spared = threading.RLock()
        self.cuts = 0

    def run(self) -> None:
        """Cut until the replay is over or the cuts are spent."""
        while self.cuts < CUTS and not self._over.is_set():
            if not self._due.acquire(timeout=0.1):
                continue
            time.sleep(self._rng.uniform(0, 1))
            with self.spared:
                server = database_of(self._platform)
                kill_all([server, *children_of(server)])
                self.cuts += 1
                await_another_database(self._platform, server, address=self._address)

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Cut beside what happens in the block."""
        thread = threading.Thread(target=self.run)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def count_days(self, work_day: Callable[..., Any]) -> Callable[..., Any]:
        """Return the same function, which says when a day begins that a cut belongs to."""

        def counted(*arguments: Any, **named: Any) -> Any:
            if self._begun in self._days:
                self._due.release()
            self._begun += 1
            return work_day(*arguments, **named)

        return counted

    def spare(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return the same function, during which nothing is cut."""

        def spared(*arguments: Any, **named: Any) -> Any:
            with self.spared:
                return work(*arguments, **named)

        return spared


def databases_of(platform: int) -> Sequence[int]:
    """Return the database servers among a platform's children."""
    return [
        child
        for child in children_of(platform)
        if Path(f"/proc/{child}/comm").read_text(encoding="utf-8").strip() == "postgres"
    ]


def database_of(platform: int) -> int:
    """Return the platform's database server."""
    (server,) = databases_of(platform)
    return server


def await_another_database(platform: int, before: int, *, address: str) -> None:
    """Wait until the platform has started its database again and it answers."""
    give_up_at = time.monotonic() + 60
    while time.monotonic() < give_up_at:
        if any(server != before for server in databases_of(platform)):
            with suppress(psycopg.OperationalError), psycopg.connect(address):
                return
        time.sleep(0.1)
    raise TimeoutError("the platform does not start its database again")


def test_the_audit_holds_though_the_database_was_killed_in_mid_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tell_figures: Callable[..., None]
) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    told = argparse.Namespace(phase="hcmc", scale=SCALE, seed=SEED)
    progress = Progress(1)
    with host.own_platform() as ready:
        cutter = Cutter(ready["pid"], address=ready["database_url"], rng=random.Random(seed))
        monkeypatch.setattr(host.Commands, "attempt", cutter.spare(host.Commands.attempt))
        monkeypatch.setattr("tiemchung_world.replay.play_pranks", cutter.spare(mischief.play_pranks))
        monkeypatch.setattr("tiemchung_world.replay.open_campaign", cutter.spare(loading.open_campaign))
        monkeypatch.setattr(field.Field, "work_day", cutter.count_days(field.Field.work_day))
        with cutter.beside():
            report = replay._run(
                replay._draw(told, run=""), ready, sent_path=tmp_path / "sent.ndjson", threads=8, progress=progress
            )
    tell_figures(
        seed=seed,
        cuts=cutter.cuts,
        doses=report["sent"]["kinds"]["dose-given"],
        entries=report["sent"]["entries"],
        doses_per_s=report["speed"]["doses_per_s"],
    )
    assert cutter.cuts == CUTS
    assert [prank for prank in report["pranks"] if not prank["holds"]] == []
    assert report["audit"]["exit_status"] == 0, json.dumps(report["audit"], ensure_ascii=False, indent=1)
