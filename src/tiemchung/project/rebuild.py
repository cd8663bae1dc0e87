"""`tiemchung rebuild figures`: count the journal anew from its start beside the live figures, and compare the two.

Both are compared at one place in the journal, the place the live reaction has reached, while its turn is held. Facts
that have moved on since, by entries after that place whether settled or not, touch certain doses: these are taken out
of both sides, dose by dose. What is left must be equal to the last dose.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

import msgspec
from django.db import transaction

from tiemchung.domain.figures import actions as figures
from tiemchung.domain.figures import queries as figures_queries
from tiemchung.domain.figures.reactions import count, touched
from tiemchung.domain.figures.values import Compared, DoseKey
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.journal.values import START, Position
from tiemchung.domain.visits.events import Arrived
from tiemchung.domain.visits.reactions import rejudge_arrived
from tiemchung.plumbing import database
from tiemchung.plumbing.locks import turn
from tiemchung.plumbing.time import clock
from tiemchung.project.reactions import followers, name_of
from tiemchung.project.worker import BATCH_ENTRIES, turn_of

SHOWN_ROWS = 10
"""How many different rows of a table are printed; the others are counted."""


class Rebuilt(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a rebuild: entries replayed, the place of comparison, doses that had moved on, table by table."""

    entries: int
    position: Position
    moved_on: int
    tables: list[Compared]
    swapped: bool

    @property
    def equal(self) -> bool:
        """Whether the live figures are what the journal says."""
        return not any(table.different for table in self.tables)


class _Replay:
    """The reaction that counts, led through the journal once more."""

    def __init__(self, *, batch_entries: int) -> None:
        self.follower = next(follower for follower in followers() if follower.react is count)
        self.position = START
        self.entries = 0
        self._most = batch_entries
        self._set_apart = set(figures_queries.skipped_entries(self.follower.name))
        self._began = self._spoke_at = time.monotonic()

    def to_the_horizon(self) -> None:
        """Count all that is settled by now."""
        while self._step():
            pass

    def to(self, position: Position) -> None:
        """Count at least as far as this place, which somebody has reached before."""
        while self.position < position and self._step():
            pass

    def moved_on_after(self, position: Position) -> set[DoseKey]:
        """Return the doses whose facts the live figures, at this place, need not hold.

        Those that an entry after it touches, or one that was set apart; and those of persons who arrived after it, or
        before it and whose doses have not been judged again: what an arrival tells of a person is a fact at once.
        """
        later = journal.visible_after(position, kinds=self.follower.kinds) + journal.entries(sorted(self._set_apart))
        judged = min(position, journal.cursor(name_of(rejudge_arrived)))
        arrived = journal.visible_after(judged, kinds=[Arrived.kind()])
        return touched(later) | figures.counted_of({entry.person for entry in arrived if entry.person is not None})

    def _step(self) -> bool:
        window = journal.settled_after(self.position, limit=self._most, kinds=self.follower.kinds)
        entries = [entry for entry in window.entries if entry.id not in self._set_apart]
        if entries:
            with transaction.atomic():
                self.follower.react(entries, now=clock().now())
        moved, self.position = window.end != self.position, window.end
        self.entries += len(entries)
        self._say()
        return moved

    def _say(self) -> None:
        now = time.monotonic()
        if now - self._spoke_at > 1:
            self._spoke_at = now
            rate = self.entries / (now - self._began)
            print(f"{self.entries:,} entries counted, {rate:,.0f} a second", file=sys.stderr)  # noqa: T201 - a command


def rebuild(*, swap: bool, batch_entries: int = BATCH_ENTRIES) -> Rebuilt:
    """Count everything anew, compare, and with `swap` make the live figures what the recount says.

    The live reaction goes on meanwhile; only while the two are compared does it wait.
    """
    database.run("set transaction_timeout = 0")
    with figures.shadow():
        replay = _Replay(batch_entries=batch_entries)
        replay.to_the_horizon()
        with turn(turn_of(replay.follower.name), wait=True):
            position = journal.cursor(replay.follower.name)
            replay.to(position)
            with transaction.atomic():
                database.run("set transaction isolation level repeatable read")
                moved_on = replay.moved_on_after(position)
                tables = figures.compare_shadow(moved_on)
                if swap:
                    figures.adopt_shadow()
    return Rebuilt(entries=replay.entries, position=position, moved_on=len(moved_on), tables=tables, swapped=swap)


def rebuild_figures(arguments: argparse.Namespace) -> int:
    """Rebuild, print the comparison, and return 0 if the live figures were right or have been put right."""
    rebuilt = rebuild(swap=arguments.swap)
    for line in told(rebuilt):
        print(line)  # noqa: T201 - a command speaks to whoever typed it
    return 0 if rebuilt.equal or rebuilt.swapped else 1


def told(rebuilt: Rebuilt) -> Sequence[str]:
    """Return the comparison in words."""
    lines = [
        f"{rebuilt.entries:,} entries counted anew, compared after entry {rebuilt.position.sequence:,} of the journal",
        f"{rebuilt.moved_on:,} doses have moved on since and were taken out of both sides",
    ]
    for table in rebuilt.tables:
        lines.append(f"{table.table}: {table.rows:,} rows, {len(table.different):,} differ")
        for keys, by in list(table.different.items())[:SHOWN_ROWS]:
            lines.append(f"    {' '.join(map(str, keys))}: live is off by {by:+,}")
    if rebuilt.equal:
        lines.append("The figures are what the journal says.")
    elif rebuilt.swapped:
        lines.append("The figures were not what the journal says; they are now.")
    else:
        lines.append("The figures are NOT what the journal says. With --swap they are put right.")
    return lines
