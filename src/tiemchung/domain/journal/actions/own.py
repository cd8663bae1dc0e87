"""What this platform appends itself: a room's own facts, as a server device with a chain of its own."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

import msgspec
from django.db import transaction

from tiemchung.domain.journal import queries
from tiemchung.domain.journal.actions.appending import append_entries, close_batch, lock_chain
from tiemchung.domain.journal.errors import IdReused
from tiemchung.domain.journal.values import Chain, NewEntry, Outcome
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import keys

SERVER_KEY = "server-device"
"""The key by which the server signs its own chains."""


_threads = threading.local()


def server_device() -> UUID:
    """Return the server device of this thread. Each has a chain of its own, so that no two requests wait for one lock."""
    device: UUID | None = getattr(_threads, "device", None)
    if device is None:
        device = _threads.device = uuid7()
    return device


def forget_server_device() -> None:
    """Begin a new server device in this thread: in a forked process, and where a test empties the tables."""
    _threads.device = None


def sign_lines(lines: Sequence[bytes], chain: Chain) -> wire.Header:
    """Return the signed header of lines that continue a server device's chain."""
    return wire.sign_batch(
        lines,
        device=chain.device,
        first=chain.last_sequence + 1,
        previous=chain.head,
        private_key=keys.signing_key(SERVER_KEY),
    )


def append(
    events: Sequence[Event],
    *,
    actor: Actor,
    recorded_at: datetime,
    site: str = "",
    persons: Mapping[UUID, UUID] | None = None,
    sites: Mapping[UUID, str] | None = None,
) -> None:
    """Append a room's own facts in that room's transaction, as the server device.

    `persons` maps an event to its person, `sites` to its site where that is another than `site`: facts of many sites are
    one batch. The id is the key: an event appended twice is kept once, and another under the same id is refused.
    """
    if not events:
        return
    about, at = persons or {}, sites or {}
    # One statement a site: neighbors of a site are sealed together, and are read by whoever may see that site.
    events = sorted(events, key=lambda event: at.get(event.id, site)) if at else events
    with transaction.atomic(savepoint=False):
        chain = lock_chain(server_device())
        lines, entries = [], []
        for seq, told in enumerate(events, chain.last_sequence + 1):
            staff = told.staff or actor.id
            event = msgspec.structs.replace(told, seq=seq, staff=staff, site=told.site or at.get(told.id, site) or None)
            line = msgspec.json.encode(event)
            lines.append(line)
            entries.append(
                NewEntry(
                    id=event.id,
                    kind=event.kind(),
                    seq=seq,
                    occurred_at=event.at,
                    person=about.get(event.id),
                    line=line,
                )
            )
        outcomes: list[Outcome] = []
        for where, some in groupby(entries, key=lambda entry: at.get(entry.id, site)):
            outcomes += append_entries(list(some), device=chain.device, site=where, recorded_at=recorded_at)
        reused = [entry.id for entry, outcome in zip(entries, outcomes, strict=True) if outcome is Outcome.REUSED]
        if reused:
            # The line holds its sequence, so the same event told twice has two lines: compare what it says instead.
            _insist_same(reused, dict(zip((entry.id for entry in entries), events, strict=True)))
        header = sign_lines(lines, chain)
        close_batch(header, batch=uuid7(), site=site, recorded_at=recorded_at, last_occurred_at=entries[-1].occurred_at)


def _insist_same(identifiers: Sequence[UUID], events: Mapping[UUID, Event]) -> None:
    """Refuse an id under which another fact is kept; what the session may not see is another's."""
    kept = {entry.id: entry for entry in queries.entries(identifiers)}
    for identifier in identifiers:
        entry, event = kept.get(identifier), events[identifier]
        if entry is None or entry.kind != event.kind():
            raise IdReused
        chained = {"seq": 0, "staff": None, "site": None}
        before = msgspec.json.decode(entry.body, type=type(event))
        if msgspec.structs.replace(before, **chained) != msgspec.structs.replace(event, **chained):
            raise IdReused
