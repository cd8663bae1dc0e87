"""SPEED.md's rows 1 to 4 and the live figures: `python -m tests.bench.run [--row NAME]... [--json FILE]`.

Each row of syncing runs in turn its subject, the platform over HTTP, and two controls: a raw client that runs the same
statements (the ratio's definition), and one that writes bare tables of the same server. Nothing here fails on a rate: it
fails when an entry is not kept.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench import bare, figures, material
from tests.bench.lab import Lab, laboratory
from tests.bench.measure import PAIRS, Row, Sample, in_turn, machine
from tests.bench.replayed import Recorder, make_twin
from tiemchung.kernel import wire
from tiemchung.project.platform import DATABASE

if TYPE_CHECKING:
    from tiemchung.plumbing.database import Sent

ENTRIES_OF_A_VISIT = 4
"""Arrived, screened, dose given, released."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """How much is sent in one sample: connections, batches on each, entries in each, and whether visits are whole."""

    name: str
    connections: int
    batches: int
    entries: int
    whole_visits: bool

    @property
    def visits_a_batch(self) -> int:
        """Return how many visits one batch carries."""
        return self.entries // ENTRIES_OF_A_VISIT if self.whole_visits else self.entries

    @property
    def doses(self) -> int:
        """Return how many doses one sample carries."""
        return self.connections * self.batches * self.visits_a_batch


BURST = Load(name="burst: doses only, batch 500", connections=4, batches=8, entries=500, whole_visits=False)
VISITS = Load(name="whole visits, batch 500", connections=4, batches=16, entries=500, whole_visits=True)
TABLET_DOSES = Load(name="doses, batch 50, 16 connections", connections=16, batches=12, entries=50, whole_visits=False)
TABLET_VISITS = Load(name="visits, batch 50, 16 connections", connections=16, batches=16, entries=48, whole_visits=True)

SINGLE = Load(name="single doses, 16 connections", connections=16, batches=60, entries=1, whole_visits=False)


def sync_row(lab: Lab, load: Load, recorder: Recorder, *, pairs: int) -> Row:
    """Measure one load of syncing against the raw client that runs the same statements, and against bare tables."""

    def subject(_pair: int) -> Sample:
        return lab.send(_signed(lab, lab.pens, load), records=load.doses)

    def control(_pair: int) -> Sample:
        return lab.replay(_recorded(lab, load, recorder), records=load.doses)

    def barer(_pair: int) -> Sample:
        return lab.write_bare(_bare(lab, load), records=load.doses)

    _warm_up(lab, load, recorder)
    subjects, controls, bares = in_turn([subject, control, barer], rounds=pairs)
    notes: dict[str, Any] = {}
    if load.whole_visits:
        notes["entries_per_s"] = round(ENTRIES_OF_A_VISIT * Row.rate_of(subjects), 1)
        notes["cpu_us_an_entry"] = round(sum(Row.cpu_of(subjects).values()) / ENTRIES_OF_A_VISIT, 1)
    return Row(name=load.name, unit="doses", subject=subjects, control=controls, bare=bares, notes=notes)


def half_load(lab: Lab, row: Row, load: Load) -> dict[str, Any]:
    """Measure the waits when batches come at half the rate that saturates."""
    rate = Row.rate_of(row.subject) / load.visits_a_batch / 2
    sample = lab.send(_signed(lab, lab.pens, load), records=load.doses, rate=rate)
    told = Row(name="", unit="", subject=[sample], control=[sample]).told()["subject"]
    return {"batches_per_s": round(rate, 1), "wait_ms": told["wait_ms"]}


def _warm_up(lab: Lab, load: Load, recorder: Recorder) -> None:
    few = replace(load, batches=3)
    lab.send(_signed(lab, lab.pens, few), records=few.doses)
    lab.replay(_recorded(lab, few, recorder), records=few.doses)
    lab.write_bare(_bare(lab, few), records=few.doses)


def _signed(lab: Lab, pens: Sequence[material.Pen], load: Load) -> list[list[bytes]]:
    """Write and sign what the tablets will send. Persons whose doses come alone are made known before."""
    queues = []
    for pen in pens[: load.connections]:
        visits = lab.visits(load.batches * load.visits_a_batch)
        if not load.whole_visits:
            lab.send([_arrivals(pen, visits)], records=len(visits))
        pen.visits(visits, whole=load.whole_visits)
        queues.append(pen.signed(load.entries))
    return queues


def _arrivals(pen: material.Pen, visits: Sequence[material.Visit]) -> list[bytes]:
    for visit in visits:
        pen.arrival(visit)
    return pen.signed(wire.MAX_ENTRIES)


def _recorded(lab: Lab, load: Load, recorder: Recorder) -> list[list[list[Sent]]]:
    """Return what the platform sends to its database for batches of tablets that nobody else uses."""
    queues = []
    for pen in lab.shadows[: load.connections]:
        visits = lab.visits(load.batches * load.visits_a_batch)
        if not load.whole_visits:
            known = [recorder.statements(batch) for batch in _arrivals(pen, visits)]
            lab.replay([known], records=len(visits))
        pen.visits(visits, whole=load.whole_visits)
        queues.append([recorder.statements(batch) for batch in pen.signed(load.entries)])
    return queues


def _bare(lab: Lab, load: Load) -> list[list[bare.Batch]]:
    """Prepare for the raw client what the tablets would send, line for line."""
    return [
        [_bare_batch(lab.visits(load.visits_a_batch), pen.desk, whole=load.whole_visits) for _ in range(load.batches)]
        for pen in lab.pens[: load.connections]
    ]


def _bare_batch(visits: list[material.Visit], desk: material.Desk, *, whole: bool) -> bare.Batch:
    return bare.Batch(visits=visits, lines=material.lines_of(visits, desk, whole=whole), whole=whole)


def sync_rows(chosen: set[str], *, pairs: int) -> list[Row]:
    """Measure SPEED.md's rows 1 to 4."""
    rows = []
    with laboratory(connections=max(load.connections for load in LOADS.values())) as lab:
        lab.twin = make_twin(lab.platform, database=DATABASE)
        lab.reconnect()
        recorder = Recorder(lab.platform)
        for name, load in LOADS.items():
            if name in chosen:
                row = sync_row(lab, load, recorder, pairs=pairs)
                if load.connections > BURST.connections:
                    row.notes["half_load"] = half_load(lab, row, load)
                print(row.line(), flush=True)
                rows.append(row)
    return rows


LOADS = {
    "burst": BURST,
    "visits": VISITS,
    "tablet-doses": TABLET_DOSES,
    "tablet-visits": TABLET_VISITS,
    "single": SINGLE,
}
FIGURES = "figures"


def main() -> int:
    """Measure the rows asked for, print them and write them as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.run", description=__doc__)
    parser.add_argument("--row", action="append", choices=[*LOADS, FIGURES], help="only this row (may be repeated)")
    parser.add_argument("--pairs", type=int, default=PAIRS, help=f"runs of subject and control each ({PAIRS})")
    parser.add_argument("--json", type=Path, default=Path("bench.json"), help="where the figures go (bench.json)")
    arguments = parser.parse_args()
    chosen = set(arguments.row or [*LOADS, FIGURES])
    told: dict[str, Any] = {"measured_at": datetime.now(tz=UTC).isoformat(timespec="seconds"), "machine": machine()}
    if chosen & set(LOADS):
        told["sync"] = [row.told() for row in sync_rows(chosen, pairs=arguments.pairs)]
    if FIGURES in chosen:
        told["figures"] = figures.measure(pairs=arguments.pairs)
    arguments.json.write_text(json.dumps(told, indent=1), encoding="utf-8")
    print(f"Written to {arguments.json}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
