"""A long list against many persons: does every row have its answer, and is it the right one?

`python -m tests.bench.proved_list [--rows N] [--records N] [--seed N]`; the whole of SPEED.md's row is `--rows 1000000
--records 2000000`. A generated population is brought by one ward: first what is on record, kept, then the list with its
slips. Each answer is held against the truth, which the platform never gets. Nothing here looks at a rate.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from tests.bench import lists, material
from tests.bench.lab import laboratory

ON_RECORD = "on-record.csv"
_PEAK = Path("/proc/self/clear_refs")
"""Where Linux is told to count the most memory of this process anew (man 5 proc)."""
MOST_ROWS = 500_000
"""Rows of one file of those who are put on record first."""


class Proved(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a list: its rows, those answered once, by result, as the list tells it and as its rows say.

    `wrong` rows were matched with somebody else; `unseen` ones told the truth of somebody on record and were called new;
    `known` is how many told it, `matched` how many were matched. `mb` is the most memory that the process had while it read the list.
    """

    rows: int
    answered: int
    told: dict[str, int]
    counted: dict[str, int]
    wrong: int
    known: int
    unseen: int
    matched: int
    mb: float


def prove(*, rows: int, records: int, seed: int) -> Proved:
    """Start a platform, and let a process of its own put so many persons on record and bring a list of so many rows."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["population", "generate", "--persons", str(2 * records), "--seed", str(seed), "--out", folder]
        subprocess.run([sys.executable, "-m", "tiemchung.project.cli", *words], check=True, stdout=subprocess.DEVNULL)
        with laboratory(connections=1) as lab:
            environment = {**os.environ, **lab.platform.worker_environment()}
            environment["DJANGO_SETTINGS_MODULE"] = "tiemchung.project.settings"
            here = [sys.executable, "-m", "tests.bench.proved_list", "--here", folder, "--rows", str(rows)]
            # Of the memory of whoever reads the list nothing is owed to those who were put on record before.
            subprocess.run([*here, "--records-first"], env=environment, check=True, stdout=subprocess.DEVNULL)
            told = subprocess.run(here, env=environment, check=True, stdout=subprocess.PIPE)
    return msgspec.json.decode(told.stdout.splitlines()[-1], type=Proved)


def record_here(folder: Path) -> None:
    """Put the records of a folder on record, as a worker does, and note beside them who is who in truth."""
    office, ward = lists.Office(), material.communes()[0]
    truth = _columns(folder / "truth/records.csv", "person")
    with (folder / ON_RECORD).open("w", encoding="utf-8", newline="") as file:
        noted = csv.writer(file)
        noted.writerow(("row", "person"))
        for part in _files(folder / "records.csv"):
            shown = office.bring(part, ward=ward)
            office.keep(1)
            for row, (person,) in zip(office.rows(shown.id, ward=ward), truth, strict=False):
                if row.block is not None and row.result.value == "new":
                    noted.writerow((row.id, person))


def bring_here(folder: Path, *, rows: int) -> Proved:
    """Bring the list of a folder, as a worker reads it, and hold the answers against the truth."""
    office, ward = lists.Office(), material.communes()[0]
    brought = office.upload(_first(folder / "list.csv", rows), ward=ward)
    _PEAK.write_text("5", encoding="ascii")  # what bringing the file took is not owed to reading it
    shown = office.read(brought, ward=ward)
    most = _peak_mb()
    on_record = {UUID(row): person for row, person in _columns(folder / ON_RECORD, "row", "person")}
    return _compared(office, shown, folder, on_record, ward=ward, most=most)


def _compared(office: Any, shown: Any, folder: Path, on_record: dict[Any, str], *, ward: str, most: float) -> Proved:
    right = _columns(folder / "truth/records.csv", "person", "state")
    known = {person for person, state in right if state == "right"} & set(on_record.values())
    known &= {person for person, number in _columns(folder / "truth/persons.csv", "person", "number") if number}
    truth = _columns(folder / "truth/list.csv", "person", "name", "born", "number", "sex")
    counted, lines, tally = Counter[str](), set[int](), Counter[str]()
    for row in office.rows(shown.id, ward=ward):
        person, *slips = next(truth)
        lines.add(row.line)
        counted[row.result.value] += 1
        tally["wrong"] += row.person is not None and on_record[row.person] != person
        if person in known and not any(slips):
            tally["known"] += 1
            tally["matched"] += row.person is not None
            tally["unseen"] += row.result.value == "new"
    return Proved(
        rows=shown.rows,
        answered=len(lines),
        told={result.value: count for result, count in shown.counts.items()},
        counted=dict(counted),
        wrong=tally["wrong"],
        known=tally["known"],
        unseen=tally["unseen"],
        matched=tally["matched"],
        mb=round(most, 1),
    )


def _files(path: Path, *, most: int = MOST_ROWS) -> Iterator[bytes]:
    """Yield a file in files of so many rows, each with its header."""
    with path.open("rb") as file:
        header = file.readline()
        while some := list(islice(file, most)):
            yield header + b"".join(some)


def _first(path: Path, most: int) -> bytes:
    """Return the header of a file and so many rows."""
    with path.open("rb") as file:
        size = sum(map(len, islice(file, most + 1)))
        file.seek(0)
        return file.read(size)


def _peak_mb() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(peak) / 1024


def _columns(path: Path, *names: str) -> Iterator[tuple[str, ...]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield tuple(row[name] for name in names)


def main() -> None:
    """Prove, and print what was found as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.proved_list", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="rows of the list (20000)")
    parser.add_argument("--records", type=int, default=40_000, help="persons on record before (40000)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--here", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--records-first", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.records_first:
        record_here(arguments.here)
        return
    if arguments.here:
        found = bring_here(arguments.here, rows=arguments.rows)
    else:
        found = prove(rows=arguments.rows, records=arguments.records, seed=arguments.seed)
    print(json.dumps(msgspec.to_builtins(found)))


if __name__ == "__main__":
    main()
