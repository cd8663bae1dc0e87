"""What an audit says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

SHOWN_EXAMPLES = 10
"""How many of a check's faults are named; the others are counted."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One question and its faults: how many, and the ids or keys of the first few. No fault is a yes."""

    name: str
    asks: str
    faults: int
    examples: list[str]

    @property
    def ok(self) -> bool:
        """Whether nothing was found wrong."""
        return self.faults == 0


class ReactionLag(msgspec.Struct, frozen=True, kw_only=True):
    """How long entries waited for a reaction, in seconds: the last batch's oldest, and the longest wait so far."""

    name: str
    entries: int
    last_lag_s: float
    worst_lag_s: float
    set_aside: int


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """The result: every check by name, and how many are in each class of each ledger."""

    ok: bool
    checks: list[Check]
    classes: dict[str, dict[str, int]]
    reactions: list[ReactionLag]
    bytes: dict[str, int]
    """What each room's tables take up with their indexes, as PostgreSQL tells it."""

    def in_words(self) -> Iterator[str]:
        """Tell the result line by line."""
        for check in self.checks:
            yield f"{'ok    ' if check.ok else 'FAILED'} {check.name}: {check.asks}"
            if not check.ok:
                yield f"       {check.faults:,} faults, such as {', '.join(check.examples)}"
        for ledger, classes in self.classes.items():
            yield f"{ledger}: " + ", ".join(f"{name} {count:,}" for name, count in classes.items())
        failed = [check.name for check in self.checks if not check.ok]
        yield f"The audit FAILED: {', '.join(failed)}" if failed else "Everything adds up."


def check(name: str, asks: str, faults: Sequence[Sequence[Any]]) -> Check:
    """Return a check from the rows of its faults; each row's values, joined, name the fault."""
    examples = [" ".join(map(str, fault)) for fault in faults[:SHOWN_EXAMPLES]]
    return Check(name=name, asks=asks, faults=len(faults), examples=examples)
