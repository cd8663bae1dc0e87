"""Linkage of many rows: `python -m tests.bench.linkage [--persons N] [--seed S]... [--noise FILE|harsh] [--threads N] [--json FILE]`.

For each seed a population is generated, its list is linked to its older records and to itself, as an import would be, and
only then the truth is opened. The control joins the same rows in the same DuckDB where name and birth are equal: what no
linkage of any kind could do without. `harsh` is the file beside this one.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from tests.bench.measure import machine
from tiemchung.domain.people.engine.linkage import Row, link
from tiemchung.kernel.names import token_key
from tiemchung.project import score
from tiemchung_world.nation.generate import generate
from tiemchung_world.nation.noise import load_noise

HARSH = Path(__file__).with_name("noise_harsh.toml")


def control(rows: Sequence[Row], *, threads: int) -> int:
    """Join the rows where sorted name and birth are equal; returns how many pairs there are."""
    table = pa.table({"tokens": [token_key(row.name) for row in rows], "born": [row.born_from for row in rows]})
    with duckdb.connect(":memory:", config={"threads": threads}) as memory:
        memory.register("told", table)
        found = memory.execute(
            "with r as (select row_number() over () as place, * from told) "
            "select count(*) from r one join r other using (tokens, born) where one.place < other.place"
        ).fetchone()
    return int(found[0]) if found else 0


def measured(persons: int, *, seed: int, noise: Path | None, threads: int) -> dict[str, Any]:
    """Generate, join, link and score once."""
    with tempfile.TemporaryDirectory(prefix="tiemchung-linkage-") as folder:
        generate(persons, seed=seed, noise=load_noise(noise), province="79", out=Path(folder))
        listed = score.listed(Path(folder))
        began, spent = time.perf_counter(), time.process_time()
        equal = control(listed.rows, threads=threads)
        controlled, controlled_cpu = time.perf_counter() - began, time.process_time() - spent
        began, spent = time.perf_counter(), time.process_time()
        pairs = link(listed.rows, threads=threads)
        took, took_cpu = time.perf_counter() - began, time.process_time() - spent
        answer = score.judged(pairs, score.truth_of(Path(folder)), has_number=listed.has_number, fresh=listed.fresh)
    return {
        "seed": seed,
        "noise": "2021" if noise is None else noise.stem,
        "rows": len(listed.rows),
        "link_s": round(took, 1),
        "link_cpu_s": round(took_cpu, 1),
        "control_s": round(controlled, 1),
        "control_cpu_s": round(controlled_cpu, 1),
        "equal": equal,
        "most_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        **answer,
    }


def _line(told: dict[str, Any]) -> str:
    automatic = told["automatic"]
    return (
        f"seed {told['seed']}, noise {told['noise']}, {told['rows']} rows: automatic precision {automatic['precision']:.6f} "
        f"recall {automatic['recall']:.4f}; recall with a number {told['with_id']['recall']:.4f}, without "
        f"{told['without_id']['recall']:.4f}; {told['clerk_cases_per_10000']:,.0f} cases of 10,000 rows; {told['link_s']} s "
        f"({told['link_cpu_s']} of the processor, control {told['control_s']} and {told['control_cpu_s']}); "
        f"{told['most_mb']} MB at most"
    )


def main() -> int:
    """Run each seed once and print what it came to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=100_000)
    parser.add_argument("--seed", type=int, action="append")
    parser.add_argument("--noise", type=lambda told: HARSH if told == "harsh" else Path(told))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=Path)
    told = parser.parse_args()
    print(machine(), flush=True)
    runs = []
    for seed in told.seed or [1]:
        runs.append(measured(told.persons, seed=seed, noise=told.noise, threads=told.threads))
        print(_line(runs[-1]), flush=True)
    if told.json:
        told.json.write_text(json.dumps(runs, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
