"""Power cuts for a platform that replays a phase: its whole database is killed in mid-run, again and again."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg

from tests.faults.processes import children_of, kill_all
from tiemchung_world import host, loading, mischief
from tiemchung_world.progress import Progress

_FIRST, _LAST = 0.05, 0.9
"""Between which shares of the doses the cuts fall: by progress, whatever the machine's speed."""

_BACK_WITHIN_S = 180.0
"""How long a database may take to recover; as long as a tablet of the replay insists."""


class Cutter:
    """Kills the platform's database at chance moments, but never while a command, the opening or a prank is at work.

    The first two would fail and be tried again by whoever typed them; a prank expects one certain answer.
    """

    def __init__(self, ready: dict[str, Any], *, cuts: int, rng: random.Random) -> None:
        self._platform = int(ready["pid"])
        self._address = str(ready["database_url"])
        self._rng = rng
        self._over = threading.Event()
        self._due = threading.Semaphore(0)
        self._shares = sorted(rng.uniform(_FIRST, _LAST) for _ in range(cuts))
        self.asked = cuts
        self._spared = threading.RLock()
        self.processes_killed = 0
        self.cuts: list[int] = []
        """At how many acknowledged doses each cut fell."""
        self.seconds_away: list[float] = []
        self._doses = 0

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Cut beside what is replayed in the block."""
        thread = threading.Thread(target=self._run, name="cutter")
        with (
            mock.patch.object(host.Commands, "attempt", self._sparing(host.Commands.attempt)),
            mock.patch("tiemchung_world.replay.play_pranks", self._sparing(mischief.play_pranks)),
            mock.patch("tiemchung_world.replay.open_campaign", self._sparing(loading.open_campaign)),
            mock.patch.object(Progress, "show", self._hearing(Progress.show)),
        ):
            thread.start()
            try:
                yield
            finally:
                self._over.set()
                thread.join()

    def _run(self) -> None:
        while len(self.cuts) < self.asked and not self._over.is_set():
            if not self._due.acquire(timeout=0.1):
                continue
            time.sleep(self._rng.uniform(0, 0.3))
            with self._spared:
                server = database_of(self._platform)
                doomed = [server, *children_of(server)]
                kill_all(doomed)
                started = time.monotonic()
                self.cuts.append(self._doses)
                self.processes_killed += len(doomed)
                await_another_database(self._platform, server, address=self._address)
                self.seconds_away.append(round(time.monotonic() - started, 1))

    def _hearing(self, show: Callable[..., None]) -> Callable[..., None]:
        def heard(progress: Progress, doses: int, entries: int, *, what: str) -> None:
            self._doses = doses
            while self._shares and self._shares[0] * progress.total <= doses:
                self._shares.pop(0)
                self._due.release()
            show(progress, doses, entries, what=what)

        return heard

    def _sparing(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def spared(*arguments: Any, **named: Any) -> Any:
            with self._spared:
                return work(*arguments, **named)

        return spared


def databases_of(platform: int) -> Sequence[int]:
    """Return the database servers among a platform's children; one of these may end while we look."""
    found = []
    for child in children_of(platform):
        with suppress(FileNotFoundError, ProcessLookupError):
            if Path(f"/proc/{child}/comm").read_text(encoding="utf-8").strip() == "postgres":
                found.append(child)
    return found


def database_of(platform: int) -> int:
    """Return the platform's database server."""
    (server,) = databases_of(platform)
    return server


def await_another_database(platform: int, before: int, *, address: str) -> None:
    """Wait until the platform has started its database again and it answers."""
    give_up_at = time.monotonic() + _BACK_WITHIN_S
    while time.monotonic() < give_up_at:
        if any(server != before for server in databases_of(platform)):
            with suppress(psycopg.OperationalError), psycopg.connect(address):
                return
        time.sleep(0.1)
    raise TimeoutError("the platform does not start its database again")
