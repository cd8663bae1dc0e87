"""Judges doses by the rule book. `judge` takes a batch; `trace` tells a reader how one dose was judged; both agree."""

from __future__ import annotations

from collections.abc import Sequence

from tiemchung.domain.vaccines.rules.plain import trace
from tiemchung.domain.vaccines.rules.vectorized import judge_batch
from tiemchung.domain.vaccines.values import Proposed, RuleBook
from tiemchung.kernel.finding import Finding

__all__ = ["judge", "trace"]

WORTH_A_VECTOR = 64
"""From how many doses on the vectors are cheaper than one trace after the other (`tests/bench/rules.py`)."""


def judge(doses: Sequence[Proposed], book: RuleBook) -> list[list[Finding]]:
    """Return what the book finds in each dose, judged against the person's doses before and after it.

    A pair of neighboring doses is found on whichever of the two is judged with the other among its `prior`: a dose
    that arrives after its successor is judged against both.
    """
    if len(doses) < WORTH_A_VECTOR:
        return [list(trace(dose, book).findings) for dose in doses]
    return judge_batch(doses, book)
