"""The worker: every reaction follows the journal in a thread of its own, at its own pace.

A reaction has one turn in the whole country, taken batch by batch: a second worker on another machine stands by. A
batch and the cursor's advance are one transaction, so that a worker killed in the middle leaves nothing half done. An
entry that a reaction cannot take is found by halving the batch and set apart; the rest goes on.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from django.db.utils import DatabaseError, InterfaceError, OperationalError

from tiemchung.domain.figures import actions as figures
from tiemchung.domain.figures import queries as figures_queries
from tiemchung.domain.figures.rules import lag_step
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.journal import queries as journal_queries
from tiemchung.domain.journal.values import START, Entry, Position, Window
from tiemchung.plumbing import leash
from tiemchung.plumbing.locks import Turn, TurnLostError, turn
from tiemchung.plumbing.memory import collect_rarely
from tiemchung.plumbing.reference import remember_all
from tiemchung.plumbing.time import clock
from tiemchung.project import jobs
from tiemchung.project.reactions import BEHIND, Follower, followers
from tiemchung.project.reading import Reading

log = logging.getLogger(__name__)

BATCH_ENTRIES = 2_000
"""How many entries of the journal one step reads; chosen so that a step's transaction stays far below 5 s."""

LEVEL_REST_S = 0.2
"""How long a reaction rests that has found nothing to take."""

BRIEF_REST_S = 0.05
"""How long it rests when it has taken the few entries that there were."""

FEW_ENTRIES = 20
"""Of more than these, more are on their way: it rests as if there was nothing, for a few large batches a second cost less
than many small ones."""

STEP_EVERY_S = 1.0
"""How often a reaction takes a step though nothing it hears was written: its cursor moves on, and it says how it stands."""

LONGEST_REST_S = 5.0
"""How long it rests at most between attempts while the database or its own code fails."""

ATTEMPTS = 3
"""How often a single entry is tried before it is set apart."""

DOUBLINGS = 10
"""How often the rest doubles at most, so that a long outage overflows nothing."""

GROWS_BY = 20
"""In how many good steps a batch that a timeout made small grows to its full size again."""

GIVES_WAY_BY = 5
"""How much nicer (nice(2)) the process behind is than the others."""

BEHIND_ENDS_WITHIN_S = 5.0
"""How long the process behind may take to finish what it has begun; whoever stops the worker waits longer."""

WORD_EVERY_S = 1.0
"""How often a reaction says how it stands."""

_WEATHER = (OperationalError, InterfaceError, TurnLostError)
"""Faults of the database's day, no entry's own: a restart, a deadlock, a timeout."""


class Following:
    """One reaction on its way through the journal."""

    def __init__(
        self,
        follower: Follower,
        *,
        stop: threading.Event,
        batch_entries: int = BATCH_ENTRIES,
        reading: Reading | None = None,
    ) -> None:
        self.follower = follower
        self.stop = stop
        self._reading = reading or Reading(follower.kinds)
        self._most = self._limit = batch_entries
        self._trying: Sequence[Entry] = ()
        self._stumbled: Counter[UUID] = Counter()
        self._failures = 0
        self._failing_since: datetime | None = None
        self._error = ""
        self._lag = timedelta(0)
        self._taken = 0
        self._waits: Counter[int] = Counter()
        self._spoke_at = float("-inf")
        self._retries_due = True
        self._more_waits = False
        self._stands: Position | None = None
        self._stepped_at = float("-inf")

    def run(self) -> None:
        """Follow until told to stop; survive the database's restarts."""
        try:
            while not self.stop.is_set():
                self.stop.wait(self._round())
        finally:
            connection.close()

    def _round(self) -> float:
        """Take one step where there is something to take, and return for how many seconds to rest after it."""
        try:
            if self._passed_by():
                return LEVEL_REST_S
            moved, taken = self.step(), len(self._trying)
        except _WEATHER as fault:
            connection.close()
            self._reading.forget()
            self._stands = None
            self._note(fault)
            if len(self._trying) == 1:
                self._stumbled[self._trying[0].id] += 1
            self._limit = max(1, self._limit // 2)
            with suppress(*_WEATHER):
                self._say()
            return min(LONGEST_REST_S, LEVEL_REST_S * 2.0 ** min(self._failures, DOUBLINGS))
        if self._more_waits:
            return 0.0
        return BRIEF_REST_S if moved and taken <= FEW_ENTRIES else LEVEL_REST_S

    def _passed_by(self) -> bool:
        """Tell whether nothing that this reaction hears was written since its last step, and that was a moment ago.

        The turn, the cursor and a transaction of its own for every entry that others hear cost more than what is heard.
        """
        if self._stands is None or time.monotonic() - self._stepped_at >= STEP_EVERY_S:
            return False
        end = self._reading.holds(self._stands, kinds=self.follower.kinds)
        if end is None:
            return False
        self._stands = end
        return True

    def step(self) -> bool:
        """Take the next batch if this worker has the turn, and return whether there was anything to take."""
        stood, self._stands = self._stands, None
        self._trying, self._more_waits = (), False
        name = self.follower.name
        with turn(turn_of(name)) as mine:
            if mine is None:
                return False
            if self._retries_due:
                self._retry_set_apart(mine)
            cursor = journal_queries.cursor(name)
            # Up to where it has looked, nothing that it hears lies beyond its cursor.
            since = max(cursor, stood or START)
            window = self._behind(self._reading.after(since, limit=self._limit, kinds=self.follower.kinds), since=since)
            moved = window.end != cursor
            if moved:
                self._take(mine, window.entries, window.end)
            self._limit = min(self._most, self._limit + max(1, self._most // GROWS_BY))
            self._failures, self._failing_since, self._error = 0, None, ""
            self._say()
            self._more_waits = window.full
            self._stands, self._stepped_at = window.end, time.monotonic()
            return moved

    def _behind(self, window: Window, *, since: Position) -> Window:
        """Return what of a window those have read past who go before; where nothing is to be taken, nobody is asked."""
        if not window.entries or not self.follower.after:
            return window
        read = min(map(journal_queries.cursor, self.follower.after))
        if read >= window.end:
            return window
        entries = [entry for entry in window.entries if entry.position <= read]
        return Window(entries=entries, end=max(read, since), full=False)

    def _take(self, mine: Turn, entries: Sequence[Entry], end: Position) -> None:
        """Have the reaction take these entries; halve them while it fails, down to the one it cannot take."""
        if len(entries) == 1 and self._stumbled[entries[0].id] >= ATTEMPTS:
            self._set_apart(mine, entries[0], end, error=self._error)
            return
        fault = self._fault_of(mine, entries, end)
        if fault is None:
            return
        self._note(fault)
        self._say()
        if len(entries) > 1:
            middle = len(entries) // 2
            self._take(mine, entries[:middle], entries[middle - 1].position)
            self._take(mine, entries[middle:], end)
            return
        for attempt in range(1, ATTEMPTS):
            self.stop.wait(LEVEL_REST_S * attempt)
            fault = self._fault_of(mine, entries, end)
            if fault is None:
                return
        self._set_apart(mine, entries[0], end, error=_named(fault))

    def _fault_of(self, mine: Turn, entries: Sequence[Entry], end: Position) -> Exception | None:
        """Take the entries and advance, both or neither; return what the reaction raised."""
        self._trying = entries
        try:
            with transaction.atomic():
                mine.insist()
                if entries:
                    self.follower.react(entries, now=clock().now())
                journal.advance(self.follower.name, end)
        except _WEATHER:
            raise
        except Exception as fault:
            if not mine.held:
                raise TurnLostError(mine.name) from fault
            return fault
        if entries:
            done_at = datetime.now(tz=UTC)
            written = Counter(entry.written_at for entry in entries)
            self._lag = done_at - min(written)
            self._taken += len(entries)
            for written_at, count in written.items():
                self._waits[lag_step(done_at - written_at)] += count
        return None

    def _set_apart(self, mine: Turn, entry: Entry, end: Position, *, error: str) -> None:
        with transaction.atomic():
            mine.insist()
            figures.skip_entry(
                self.follower.name, entry.id, kind=entry.kind, error=error, skipped_at=datetime.now(tz=UTC)
            )
            journal.advance(self.follower.name, end)
        log.error("%s sets entry %s (%s) apart: %s", self.follower.name, entry.id, entry.kind, error)

    def _retry_set_apart(self, mine: Turn) -> None:
        """Try once more, after a start, what was set apart: the code that runs now may be the mended one."""
        for entry in journal_queries.entries(figures_queries.skipped_entries(self.follower.name)):
            try:
                with transaction.atomic():
                    mine.insist()
                    self.follower.react([entry], now=clock().now())
                    figures.take_back(self.follower.name, entry.id)
            except _WEATHER:
                raise
            except Exception as fault:  # noqa: BLE001 - it stays set apart, and the next start tries again
                log.warning("%s still sets entry %s apart: %s", self.follower.name, entry.id, _named(fault))
        self._retries_due = False

    def _note(self, fault: Exception) -> None:
        self._failures += 1
        self._failing_since = self._failing_since or datetime.now(tz=UTC)
        self._error = _named(fault)
        log.warning("%s failed: %s", self.follower.name, self._error)

    def _say(self) -> None:
        """Say how the reaction stands, at most once a second."""
        if time.monotonic() - self._spoke_at < WORD_EVERY_S:
            return
        figures.publish_state(
            self.follower.name,
            lag=self._lag,
            entries=self._taken,
            failing_since=self._failing_since,
            error=self._error,
            seen_at=datetime.now(tz=UTC),
        )
        if self._waits:
            figures.note_lags(self.follower.name, self._waits, seen_at=datetime.now(tz=UTC))
        self._taken, self._waits = 0, Counter()
        self._spoke_at = time.monotonic()


def turn_of(reaction: str) -> str:
    """Return the name of a reaction's turn."""
    return f"reaction {reaction}"


def _named(fault: BaseException) -> str:
    """Name a fault by its class and the line that raised it. Its message may hold what was in the entry: it is left."""
    frames = traceback.extract_tb(fault.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(fault).__name__}{where}"


def main(arguments: argparse.Namespace) -> int:
    """Run every reaction and the timetable until SIGTERM or SIGINT; return the exit status.

    What may wait (`reactions.BEHIND`, the jobs of the same name) has a process of its own, which gives way to all
    others: a country's signatures never delay its figures. With `--behind`, this is that process. A batch that has begun
    is finished first. A thread or the process behind that ends by a fault of our own ends the worker with 1: whoever
    started it starts it again.
    """
    stop = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    if arguments.behind:
        os.nice(GIVES_WAY_BY)
        return _work(stop, behind=True, together_with=lambda: True)
    process = leash.start([sys.executable, "-m", "tiemchung.project.cli", "worker", "--behind"])
    try:
        return _work(stop, behind=False, together_with=lambda: process.poll() is None)
    finally:
        leash.stop(process, wait_s=BEHIND_ENDS_WITHIN_S)


def _work(stop: threading.Event, *, behind: bool, together_with: Callable[[], bool]) -> int:
    with suppress(DatabaseError):
        # A reaction that reads a country's units while it holds a transaction id holds everybody's horizon.
        remember_all()
    collect_rarely()
    connection.close()
    mine = [follower for follower in followers() if (follower.react in BEHIND) is behind]
    reading = Reading(frozenset().union(*(follower.kinds for follower in mine)))
    threads = [
        threading.Thread(target=Following(follower, stop=stop, reading=reading).run, name=follower.name)
        for follower in mine
    ]
    queues = (jobs.BEHIND, jobs.OUTSIDE) if behind else (jobs.IN_FRONT,)
    threads.append(
        threading.Thread(target=jobs.keep_timetable, args=(stop,), kwargs={"queues": queues}, name="timetable")
    )
    for thread in threads:
        thread.start()
    log.info("following the journal: %s", ", ".join(thread.name for thread in threads))
    while not stop.wait(LEVEL_REST_S) and together_with() and all(thread.is_alive() for thread in threads):
        pass
    asked = stop.is_set()
    stop.set()
    for thread in threads:
        thread.join()
    return 0 if asked else 1
