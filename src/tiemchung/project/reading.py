"""One reading of the journal for all reactions of a process: what one has read, the others are handed from memory.

Settled entries never change and nothing comes between them, so a stretch read once is as good as read again. A reaction
that lags reads for itself, and leaves what it reads to those who come after it.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from collections.abc import Collection
from itertools import islice
from operator import attrgetter

import msgspec

from tiemchung.domain.journal import queries as journal
from tiemchung.domain.journal.values import Entry, Position, Window

STRETCHES = 60
"""How many stretches are kept in memory at most."""

ENTRIES_KEPT = 24_000
"""How many entries they may hold together: some 20 MB."""

LOOKED_AT = 2_000
"""How many entries of the journal a look reads at most."""

FRESH_S = 0.04
"""How long a look at the journal that found nothing serves everybody (real time)."""

_place = attrgetter("position")


class _Stretch(msgspec.Struct, frozen=True):
    start: Position
    entries: list[Entry]
    end: Position
    full: bool


class Reading:
    """The journal as this process has read it lately: the entries of some kinds, in stretches."""

    def __init__(self, kinds: Collection[str]) -> None:
        self._kinds = frozenset(kinds)
        self._stretches: tuple[_Stretch, ...] = ()
        self._turn = threading.Lock()
        self._level: Position | None = None
        self._level_at = 0.0

    def after(self, position: Position, *, limit: int, kinds: Collection[str]) -> Window:
        """Return the next settled entries of these kinds after a place, as `journal.queries.settled_after` does.

        Stretches that follow each other are handed out together, however short each was when it was read: whoever rests
        while others read takes all of it in one step.
        """
        found: list[Entry] = []
        end, full = position, False
        stretch = self._held(position)
        if stretch is None:
            with self._turn:
                # Whoever waited for the turn finds here what was read meanwhile.
                stretch = self._held(position) or self._read(position, limit)
        while stretch is not None:
            first = bisect_right(stretch.entries, end, key=_place)
            more = stretch.entries[first : first + limit - len(found)]
            found += more
            whole = first + len(more) == len(stretch.entries)
            end, full = (stretch.end, stretch.full) if whole else (found[-1].position, True)
            stretch = self._held(end) if whole else None
            if stretch is not None and len(found) == limit:
                stretch, full = None, True
        return Window(entries=[entry for entry in found if entry.kind in kinds], end=end, full=full)

    def holds(self, position: Position, *, kinds: Collection[str]) -> Position | None:
        """Look whether entries of these kinds follow a place; None if they do, else how far there are none.

        What was read before is looked through first. Beyond it the journal is asked, once for all who ask at the same
        moment.
        """
        end = position
        while True:
            stretch = self._held(end) or self._looked(end)
            if stretch is None:
                return end
            first = bisect_right(stretch.entries, end, key=_place)
            if any(entry.kind in kinds for entry in islice(stretch.entries, first, None)):
                return None
            end = stretch.end

    def forget(self) -> None:
        """Read anew from here on: behind a connection that was lost another history may stand, restored from a dump."""
        self._stretches, self._level = (), None

    def _looked(self, position: Position) -> _Stretch | None:
        """Return what the journal has after a place, unless somebody found nothing there a moment ago."""
        with self._turn:
            held = self._held(position)
            if held is not None or (position == self._level and time.monotonic() - self._level_at < FRESH_S):
                return held
            found = self._read(position, LOOKED_AT)
            if found is None:
                self._level, self._level_at = position, time.monotonic()
            return found

    def _held(self, position: Position) -> _Stretch | None:
        for stretch in self._stretches:
            if stretch.start <= position < stretch.end:
                return stretch
        return None

    def _read(self, position: Position, limit: int) -> _Stretch | None:
        window = journal.settled_after(position, limit=limit, kinds=self._kinds)
        if window.end == position:
            return None
        stretch = _Stretch(position, window.entries, window.end, window.full)
        kept, entries = [stretch], len(stretch.entries)
        for earlier in reversed(self._stretches):
            entries += len(earlier.entries)
            if len(kept) == STRETCHES or entries > ENTRIES_KEPT:
                break
            kept.append(earlier)
        self._stretches = tuple(reversed(kept))
        return stretch
