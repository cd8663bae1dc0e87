"""What an audit says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from tiemchung.plumbing import database

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
    """How long entries waited for a reaction, in seconds: half of them, nearly all, the last batch's oldest, the longest."""

    name: str
    entries: int
    p50_lag_s: float | None
    p99_lag_s: float | None
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


def check(name: str, asks: str, faults: Iterable[Sequence[Any]]) -> Check:
    """Return a check from the rows of its faults; each row's values, joined, name the fault."""
    count, examples = 0, []
    for fault in faults:
        count += 1
        if count <= SHOWN_EXAMPLES:
            examples.append(_named(fault))
    return Check(name=name, asks=asks, faults=count, examples=examples)


def check_rows(name: str, asks: str, query: str, parameters: Sequence[Any] = ()) -> Check:
    """Return a check from a query of its faults; however many there are, the database counts them."""
    found = database.rows(
        f"select count(*) over (), fault.* from ({query}) as fault limit {SHOWN_EXAMPLES}", parameters
    )
    examples = [_named(fault) for _, *fault in found]
    return Check(name=name, asks=asks, faults=found[0][0] if found else 0, examples=examples)


def _named(fault: Sequence[Any]) -> str:
    return " ".join(map(str, fault))
