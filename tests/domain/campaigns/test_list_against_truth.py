"""A long list against a generated population: every row has one answer, and nobody is taken for somebody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bench.proved_list import prove

ROWS, SEED, MOST_MB = 10_000, 7, 400
"""SPEED.md's million rows against two millions are run by hand: `python -m tests.bench.proved_list --help`."""


@pytest.mark.proof
def test_every_row_of_a_long_list_has_its_answer_and_nobody_is_taken_for_somebody_else(
    tell_figures: Callable[..., None],
) -> None:
    found = prove(rows=ROWS, records=2 * ROWS, seed=SEED)
    tell_figures(seed=SEED, rows=found.rows, wrong=found.wrong, known=found.known, matched=found.matched, mb=found.mb)
    assert (found.rows, found.answered) == (ROWS, ROWS)
    assert {result: count for result, count in found.told.items() if count} == found.counted
    assert found.wrong == 0, "a row is matched with whom its truth names, or with nobody"
    assert found.known > ROWS // 20, "enough rows tell the truth of somebody on record"
    assert found.unseen == 0, "who tells the truth of somebody on record is never called new"
    assert found.matched >= 0.97 * found.known
    assert found.mb < MOST_MB
