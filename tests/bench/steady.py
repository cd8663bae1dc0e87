"""SPEED.md's row "steady": the highest rate of whole visits at which every reaction keeps up, with all of them on.

`python -m tests.bench.steady [--held-for S] [--trial S] [--rate DOSES_PER_S] [--json FILE]`

Visits of four entries come by the clock, each batch with the lead's word for its doses, while the whole worker runs:
figures, messages, certificates prepared and signed. A rate is held when the 99th percentile of every reaction's lag and
of every batch's wait stays below two seconds. The highest is sought by trials; what it held is then run once more, longer,
and once with nothing attested, so that nothing is signed: the figures' lag beside and without signing.
"""

from __future__ import annotations

import argparse
import json
import struct
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.bench import reactions
from tests.bench.lab import Lab, laboratory
from tests.bench.measure import Sample, cpu_of_process, cpu_of_tree, machine, quantiles
from tiemchung.domain.figures.rules import percentile
from tiemchung.plumbing.postgres import APP, WORKER

LONGEST_LAG_MS = 2_000
CONNECTIONS = 8
NEVER_LEVEL_S = 900.0
FIRST_RATE = 200
STEP = 1.4
NARROWED = 2
"""How often the step between the last rate held and the first one not held is halved."""
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, kw_only=True)
class Held:
    """How one rate went."""

    asked: float
    sample: Sample
    lags_ms: Mapping[str, float]
    signed: int
    level_after_s: float
    cpu_us: Mapping[str, float]

    @property
    def wait_ms(self) -> float:
        """Return the 99th percentile of the batches' waits."""
        return quantiles(self.sample.waits_ms)["p99"]

    @property
    def holds(self) -> bool:
        """Tell whether everything kept up."""
        return max([self.wait_ms, *self.lags_ms.values()]) < LONGEST_LAG_MS

    def told(self) -> dict[str, Any]:
        """Return the run as JSON has it."""
        return {
            "doses_per_s": round(self.sample.rate, 1),
            "seconds": round(self.sample.seconds, 1),
            "holds": self.holds,
            "p99_wait_ms": round(self.wait_ms),
            "p99_lag_ms": {name: round(lag) for name, lag in sorted(self.lags_ms.items())},
            "signed": self.signed,
            "level_after_s": round(self.level_after_s, 1),
            "cpu_us_a_dose": {part: round(us, 1) for part, us in self.cpu_us.items()},
        }

    def line(self) -> str:
        """Return the run as a person reads it."""
        told = self.told()
        name, lag = max(self.lags_ms.items(), key=lambda one: one[1])
        cpu = ", ".join(f"{part} {us:.0f}" for part, us in self.cpu_us.items())
        return (
            f"{self.asked:,.0f} doses/s for {told['seconds']:.0f} s: {'held' if self.holds else 'not held'}; p99 wait "
            f"{told['p99_wait_ms']} ms, longest p99 lag {lag:.0f} ms ({name}), figures {self.lags_ms['figures.count']:.0f} ms; "
            f"signed {self.signed}, all within {self.level_after_s:.1f} s of the last; CPU us a dose: {cpu}"
        )


class Feed:
    """Batches of whole visits in files, written before the clock runs, so that writing takes nothing from what is measured."""

    def __init__(self, lab: Lab, folder: Path, *, doses: int, attested: bool) -> None:
        self._files = [folder / f"queue-{number}" for number in range(CONNECTIONS)]
        batches = max(1, round(doses / reactions.VISITS_A_BATCH / len(lab.pens)))
        self.doses = batches * len(lab.pens) * reactions.VISITS_A_BATCH
        for number, file in enumerate(self._files):
            with file.open("wb") as out:
                for _ in range(batches):
                    for pen in lab.pens[number::CONNECTIONS]:
                        for batch in reactions.attested_visits(lab, pen, 1, attested=attested):
                            out.write(_LENGTH.pack(len(batch)) + batch)

    def queues(self) -> list[Iterator[bytes]]:
        """Return the batches of each connection, read as they are sent."""
        return [_read(file) for file in self._files]


def _read(file: Path) -> Iterator[bytes]:
    with file.open("rb") as lines:
        while head := lines.read(_LENGTH.size):
            yield lines.read(_LENGTH.unpack(head)[0])


_BEHIND = """
select exists (select from journal_cursor c where exists (
           select from journal_entry e where e.position >= c.position and (e.position > c.position or e.sequence > c.sequence))),
       exists (select from certificates_preparation where due)
"""


class Steady:
    """A laboratory whose whole worker runs."""

    def __init__(self, lab: Lab, folder: Path, *, worker: int) -> None:
        self._lab, self._folder, self._worker = lab, folder, worker
        self._database = psycopg.connect(lab.platform.cluster.owner_url("tiemchung"), autocommit=True)

    def run(self, rate: float, *, seconds: float, attested: bool = True) -> Held:
        """Feed visits at a rate for a while, and wait until everything has followed."""
        feed = Feed(self._lab, self._folder, doses=round(rate * seconds), attested=attested)
        self._until_level()
        lags, signed, cpu = self._lags(), self._signed(), self._cpu()
        sample = self._lab.send(feed.queues(), records=feed.doses, rate=rate / reactions.VISITS_A_BATCH)
        level_after_s = self._until_level()
        spent = {part: 1e6 * (total - cpu[part]) / feed.doses for part, total in self._cpu().items()}
        return Held(
            asked=rate,
            sample=sample,
            lags_ms={name: _p99_ms(found - lags[name]) for name, found in self._lags().items()},
            signed=self._signed() - signed,
            level_after_s=level_after_s,
            cpu_us=spent,
        )

    def _lags(self) -> defaultdict[str, Counter[int]]:
        lags = defaultdict[str, Counter[int]](Counter)
        for name, step, entries in self._rows(
            "select name, step, sum(entries)::int8 from figures_reaction_lag group by 1, 2"
        ):
            lags[name][int(step)] = int(entries)
        return lags

    def _signed(self) -> int:
        return int(self._rows("select count(*) from certificates_certificate")[0][0])

    def _until_level(self) -> float:
        """Wait until every reaction has passed the newest entry, and nothing is due to be signed; return how long it took."""
        started = time.perf_counter()
        while time.perf_counter() - started < NEVER_LEVEL_S:
            behind, due = self._rows(_BEHIND)[0]
            if not behind and not due:
                seconds = time.perf_counter() - started
                time.sleep(2)  # every reaction says how it stands once a second
                return seconds
            time.sleep(0.1)
        raise RuntimeError(f"the reactions were not level within {NEVER_LEVEL_S} s")

    def _cpu(self) -> dict[str, float]:
        """Return the processor seconds so far: of the web, of the worker, and of the database for either."""
        backends = defaultdict[str, float](float)
        for user, pid in self._rows("select usename, pid from pg_stat_activity where usename is not null"):
            backends[user] += cpu_of_process(pid)
        return {
            "web": cpu_of_tree(self._lab.platform.web_pid),
            "its database": backends[APP],
            "worker": cpu_of_process(self._worker),
            "worker behind": cpu_of_tree(self._worker) - cpu_of_process(self._worker),
            "their database": backends[WORKER],
            "all of PostgreSQL": cpu_of_tree(self._lab.platform.cluster.pid),
        }

    def _rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._database.execute(sql, values or None).fetchall()


def _p99_ms(entries_by_step: Mapping[int, int]) -> float:
    found = percentile({step: entries for step, entries in entries_by_step.items() if entries > 0}, 0.99)
    return found.total_seconds() * 1000 if found else 0.0


def highest(steady: Steady, *, first: float, seconds: float) -> float:
    """Return the highest rate held in trials: up in steps until one is not held, then between the last two."""
    low, high = 0.0, first
    while (trial := _told(steady.run(high, seconds=seconds))).holds:
        low, high = high, high * STEP
    for _ in range(NARROWED):
        middle = (low + high) / 2
        trial = _told(steady.run(middle, seconds=seconds))
        low, high = (middle, high) if trial.holds else (low, middle)
    return low


def _told(held: Held) -> Held:
    print(held.line(), flush=True)
    return held


def measure(*, rate: float | None, first: float, trial_s: float, held_for_s: float) -> dict[str, Any]:
    """Find the highest rate unless one is given, hold it with and without signing, and return both as JSON has them."""
    with (
        laboratory(connections=reactions.TABLETS) as lab,
        lab.platform.worker() as worker,
        tempfile.TemporaryDirectory(prefix="tiemchung-feed-") as folder,
    ):
        steady = Steady(lab, Path(folder), worker=worker)
        steady.run(first, seconds=10)
        found = rate or highest(steady, first=first, seconds=trial_s)
        told: dict[str, Any] = {"machine": machine(), "rate": found}
        told["signing"] = _told(steady.run(found, seconds=held_for_s)).told()
        told["nothing to sign"] = _told(steady.run(found, seconds=min(held_for_s, 60), attested=False)).told()
    return told


def main() -> None:
    """Measure, print, and write as JSON where asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.steady", description=__doc__)
    parser.add_argument("--rate", type=float, help="hold this rate instead of seeking the highest")
    parser.add_argument("--first", type=float, default=FIRST_RATE, help=f"the first rate tried ({FIRST_RATE})")
    parser.add_argument("--trial", type=float, default=30, help="seconds of one trial (30)")
    parser.add_argument("--held-for", type=float, default=600, help="seconds for which the rate found is held (600)")
    parser.add_argument("--json", type=Path)
    told = parser.parse_args()
    found = measure(rate=told.rate, first=told.first, trial_s=told.trial, held_for_s=told.held_for)
    if told.json:
        told.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
