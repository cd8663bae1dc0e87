"""What each reaction costs a dose: `python -m tests.bench.reactions [--doses N] [--profile REACTION] [--json FILE]`.

Whole visits of four entries wait in the journal, attested, until the reactions take them, batch by batch in turn, in this
process and over one connection, so that the processor time of each and of its PostgreSQL backend is its own. As in the
worker, one reading of the journal serves all. Afterwards what is due is signed and what is queued delivered. Told beside
the sync's own processor time, and as a share of it.
"""

from __future__ import annotations

import argparse
import cProfile
import importlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from tests.bench import material
from tests.bench.lab import Lab, laboratory
from tests.bench.measure import cpu_of_process, machine

VISITS_A_BATCH = 124
"""Visits of four entries in a batch; one more entry attests their doses."""
TABLETS = 24
CONNECTIONS = 8
FIGURES = ("figures.count", "figures.pace")
MESSAGES = ("immunization.ask_was_it_you",)


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one part took for some doses, in processor seconds."""

    name: str
    doses: int
    python_s: float
    postgres_s: float
    seconds: float

    @property
    def us(self) -> float:
        """Return processor microseconds a dose."""
        return 1e6 * (self.python_s + self.postgres_s) / self.doses

    def told(self) -> dict[str, Any]:
        """Return the line as JSON has it."""
        python, postgres = (1e6 * part / self.doses for part in (self.python_s, self.postgres_s))
        return {
            "name": self.name,
            "python_us": round(python, 1),
            "postgres_us": round(postgres, 1),
            "doses_per_s": round(self.doses / self.seconds, 1),
        }

    def line(self, sync: Cost) -> str:
        """Return the line as a person reads it."""
        told = self.told()
        return (
            f"{self.name}: {told['python_us']:.0f} + {told['postgres_us']:.0f} us a dose, {self.us / sync.us:.0%} of the "
            f"sync; alone {told['doses_per_s']:,.0f} doses/s"
        )


def attested_visits(lab: Lab, pen: material.Pen, batches: int, *, attested: bool = True) -> Iterator[bytes]:
    """Yield signed batches of whole visits, each with the word of the site's lead for its doses, written as they are taken."""
    for _ in range(batches):
        visits = lab.visits(VISITS_A_BATCH)
        pen.visits(visits, whole=True)
        if attested:
            pen.attestation(visits, origin=lab.platform.url)
        yield from pen.signed(len(pen.tablet.outbox))


def measure(*, doses: int, profiled: str = "") -> dict[str, Any]:
    """Measure what sync and each reaction take."""
    with laboratory(connections=TABLETS) as lab:
        batches = max(1, doses // (TABLETS * VISITS_A_BATCH))
        queues = [list(attested_visits(lab, pen, 1)) for pen in lab.pens]
        lab.send(_connections(queues), records=1)
        following = Followed(lab)
        # Plans, caches and pages are warm when the clock runs.
        following.everything(lab.persons)
        queues = [list(attested_visits(lab, pen, batches)) for pen in lab.pens]
        count = batches * VISITS_A_BATCH * len(queues)
        sample = lab.send(_connections(queues), records=count)
        sync = Cost(
            name="sync",
            doses=count,
            python_s=sample.cpu_s["web"],
            postgres_s=sample.cpu_s["postgres"],
            seconds=sample.seconds,
        )
        costs = following.everything(count, profiled=profiled)
    for cost in [sync, *costs]:
        print(cost.line(sync), flush=True)
    asked = sum(cost.us for cost in costs if cost.name in (*FIGURES, *MESSAGES))
    print(f"figures and messages: {asked:.0f} us a dose, {asked / sync.us:.0%} of the sync", flush=True)
    return {
        "machine": machine(),
        "parts": [cost.told() for cost in [sync, *costs]],
        "figures_and_messages_to_sync": round(asked / sync.us, 3),
    }


def _connections(queues: Sequence[Sequence[bytes]]) -> list[list[bytes]]:
    """Deal the tablets' batches to the connections, each tablet's in its order."""
    return [[batch for queue in queues[first::CONNECTIONS] for batch in queue] for first in range(CONNECTIONS)]


class Followed:
    """The worker's reactions in this process, taken one after the other."""

    def __init__(self, lab: Lab) -> None:
        os.environ.update(lab.platform.worker_environment(), DJANGO_SETTINGS_MODULE="tiemchung.project.settings")
        importlib.import_module("django").setup()
        self._database: Any = importlib.import_module("tiemchung.plumbing.database")
        self._worker: Any = importlib.import_module("tiemchung.project.worker")
        self._reading: Any = importlib.import_module("tiemchung.project.reading")
        self._reactions: Any = importlib.import_module("tiemchung.project.reactions")
        self._certificates: Any = importlib.import_module("tiemchung.domain.certificates.jobs")
        self._notices: Any = importlib.import_module("tiemchung.domain.notices.jobs")
        self._clock: Any = importlib.import_module("tiemchung.plumbing.time")
        importlib.import_module("tiemchung.plumbing.reference").remember_all()
        importlib.import_module("tiemchung.plumbing.memory").collect_rarely()

    def everything(self, doses: int, *, profiled: str = "") -> list[Cost]:
        """Have every reaction take what waits, sign what is due, deliver what is queued; return what each took."""
        profile = cProfile.Profile()
        meters = {name: Meter(name, self._backend) for name in ("reading", *self._followers(), "signing", "delivery")}
        following = self._following(meters["reading"])
        for name, run in [*following.items(), *self._jobs().items()]:
            meters[name].run, meters[name].profile = run, profile if name == profiled else None
        while sum(meters[name].turn() for name in following):
            pass
        meters["signing"].turn()
        meters["delivery"].turn()
        if profiled:
            profile.print_stats("tottime")
        # What was read while a reaction had its turn is told by itself.
        return [meter.cost(doses) for meter in meters.values()]

    @property
    def _backend(self) -> int:
        return int(self._database.row("select pg_backend_pid()")[0])

    def _followers(self) -> dict[str, Any]:
        return {follower.name: follower for follower in self._reactions.followers()}

    def _following(self, meter: Meter) -> dict[str, Callable[[], bool]]:
        followers = self._followers()
        heard = frozenset().union(*(follower.kinds for follower in followers.values()))
        reading = self._reading.Reading(heard)
        meter.run, reading._read = reading._read, meter.turn
        return {
            name: self._worker.Following(follower, stop=threading.Event(), reading=reading).step
            for name, follower in followers.items()
        }

    def _jobs(self) -> dict[str, Callable[[], None]]:
        now = self._clock.clock().now

        def sign() -> None:
            while self._certificates.issue_due(now=now):
                pass

        def deliver() -> None:
            while self._notices.deliver():
                pass

        return {"signing": sign, "delivery": deliver}


class Meter:
    """Adds up the processor time of what runs in its turns; turns inside another's count for the inner one alone."""

    running: ClassVar[list[Meter]] = []

    def __init__(self, name: str, backend: int) -> None:
        self.name, self._backend = name, backend
        self.run: Callable[..., Any] = lambda: None
        self.profile: cProfile.Profile | None = None
        self._spent = [0.0, 0.0, 0.0]

    def turn(self, *arguments: Any) -> Any:
        """Run once and return what came of it."""
        before = self._now()
        Meter.running.append(self)
        if self.profile:
            self.profile.enable()
        try:
            return self.run(*arguments)
        finally:
            if self.profile:
                self.profile.disable()
            Meter.running.pop()
            for part, (start, end) in enumerate(zip(before, self._now(), strict=True)):
                self._spent[part] += end - start
                if Meter.running:
                    Meter.running[-1]._spent[part] -= end - start

    def cost(self, doses: int) -> Cost:
        """Return what the turns took together."""
        python, postgres, seconds = self._spent
        return Cost(name=self.name, doses=doses, python_s=python, postgres_s=postgres, seconds=seconds)

    def _now(self) -> tuple[float, float, float]:
        return time.process_time(), cpu_of_process(self._backend), time.perf_counter()


def main() -> None:
    """Measure, print, and write as JSON where asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.reactions", description=__doc__)
    parser.add_argument("--doses", type=int, default=12_000, help="doses that wait in the journal (12000)")
    parser.add_argument("--profile", default="", help="a reaction whose Python is profiled")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    found = measure(doses=arguments.doses, profiled=arguments.profile)
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
