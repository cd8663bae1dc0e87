"""Judging by the rule book: `python -m tests.bench.rules [--json FILE]`. No database; nothing here fails on a rate.

Rows: a million persons as columns against one bare numpy comparison over the same columns; batches as the fold hands
them over against the plain rules; and how long one dose takes. From how many doses on the vectors are worth it, which
`WORTH_A_VECTOR` holds, is measured too.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, timedelta
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.measure import Row, Sample, interleaved, machine
from tiemchung.domain.vaccines import engine, rules
from tiemchung.domain.vaccines.rules.vectorized import Pairs, judge_batch, judge_pairs, pack
from tiemchung.domain.vaccines.values import Prior, Proposed, RuleBook
from tiemchung.plumbing.rows import read_csv

PERSONS = 1_000_000
BATCH = 500
_DRAWN = 100_000


def book() -> RuleBook:
    """Return the carried rule book."""
    folder = files("tiemchung.reference")
    rows = {
        name: read_csv(name, (folder / name).read_bytes(), columns=columns) for name, columns in engine.COLUMNS.items()
    }
    return engine.read_book(1, rows, ["79"])


def drawn(count: int, *, seed: int = 7) -> list[Proposed]:
    """Return doses of ten days of September 2021, three in ten with a first dose 20 to 119 days before."""
    chance = random.Random(seed)
    products = ["az"] * 6 + ["pfizer", "moderna", "sinopharm-bibp"]
    doses = []
    for _ in range(count):
        day, year = date(2021, 9, 13) + timedelta(days=chance.randrange(10)), chance.randrange(1940, 2003)
        first = Prior(product=chance.choice(products), given_on=day - timedelta(days=chance.randrange(20, 120)))
        doses.append(
            Proposed(
                product=chance.choice(products),
                given_on=day,
                born_earliest=date(year, 1, 1),
                born_latest=date(year, 12, 31),
                province="79",
                prior=[first] if chance.random() < 0.3 else [],
            )
        )
    return doses


def columns(doses: list[Proposed], rule_book: RuleBook) -> Pairs:
    """Return the columns of a million persons, made of those drawn again and again."""
    pairs, _ = pack(doses, rule_book)
    times = PERSONS // len(pairs.day)
    return replace(pairs, **{field.name: np.tile(getattr(pairs, field.name), times) for field in fields(pairs)})


def measure() -> dict[str, Any]:
    """Return what was measured, as JSON has it."""
    rule_book, doses = book(), drawn(_DRAWN)
    many = columns(doses, rule_book)
    batches = [doses[start : start + BATCH] for start in range(0, 20 * BATCH, BATCH)]

    def bare(_pair: int) -> Sample:
        return _timed(lambda: np.flatnonzero((many.before > 0) & (many.day - many.previous_day < 28)), len(many.day))

    def vectors(_pair: int) -> Sample:
        return _timed(lambda: np.flatnonzero(judge_pairs(many, rule_book).found), len(many.day))

    def folded(_pair: int) -> Sample:
        return _timed(lambda: [rules.judge(batch, rule_book) for batch in batches], BATCH * len(batches))

    def plain(_pair: int) -> Sample:
        return _timed(
            lambda: [rules.trace(dose, rule_book) for batch in batches for dose in batch], BATCH * len(batches)
        )

    rows = []
    for name, subject, control in (
        ("a million persons as columns, against one bare comparison", vectors, bare),
        ("batches of 500 doses, against the plain rules", folded, plain),
    ):
        subject(0)
        row = _row(name, subject, control)
        print(row.line())
        rows.append(row.told())
    one = _timed(lambda: [rules.judge([dose], rule_book) for dose in doses[:2000]], 2000)
    crossing = _crossing(doses, rule_book)
    print(f"one dose: {1e3 * one.seconds / one.records:.3f} ms; vectors are worth it from {crossing} doses on")
    return {"machine": machine(), "rows": rows, "one_dose_ms": 1e3 * one.seconds / one.records, "crossing": crossing}


def _row(name: str, subject: Callable[[int], Sample], control: Callable[[int], Sample]) -> Row:
    samples, controls = interleaved(subject, control)
    return Row(name=name, unit="doses", subject=samples, control=controls)


def _timed(work: Callable[[], object], records: int) -> Sample:
    started, cpu = time.perf_counter(), time.process_time()
    work()
    return Sample(records=records, seconds=time.perf_counter() - started, cpu_s={"python": time.process_time() - cpu})


def _crossing(doses: list[Proposed], rule_book: RuleBook) -> int | None:
    """Return the smallest of some sizes from which on a batch is judged faster by vectors than one by one."""
    for size in (1, 8, 16, 32, 48, 64, 96, 128):
        batches = [doses[start : start + size] for start in range(0, 200 * size, size)]
        by_vectors = _timed(partial(_each, judge_batch, batches, rule_book), 1)
        one_by_one = _timed(partial(_each, _traced, batches, rule_book), 1)
        if by_vectors.cpu_s["python"] < one_by_one.cpu_s["python"]:
            return size
    return None


def _each(
    judge: Callable[[list[Proposed], RuleBook], object], batches: list[list[Proposed]], rule_book: RuleBook
) -> None:
    for batch in batches:
        judge(batch, rule_book)


def _traced(batch: list[Proposed], rule_book: RuleBook) -> None:
    for dose in batch:
        rules.trace(dose, rule_book)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    told = measure()
    target = parser.parse_args().json
    if target:
        target.write_text(json.dumps(told, indent=1), encoding="utf-8")
