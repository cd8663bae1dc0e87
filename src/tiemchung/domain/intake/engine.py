"""Reads an entry's line into its event, or says precisely why it cannot be read."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

import msgspec

from tiemchung.domain.declarations.events import Consented, Screened
from tiemchung.domain.immunization.events import Confirmed, Corrected, DoseGiven, Voided
from tiemchung.domain.intake.values import Reason
from tiemchung.domain.movement.events import Passed
from tiemchung.domain.safety.events import Aefi
from tiemchung.domain.supply.events import Counted, LotHeldHere, VialOpened, VialReturned, VialWasted
from tiemchung.domain.visits.events import (
    Arrived,
    Attested,
    Deferred,
    Identified,
    Left,
    Observed,
    Released,
    SessionClosed,
    SessionOpened,
    SessionStopped,
)
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import is_uuid7

CHAIR_EVENTS: tuple[type[Event], ...] = (
    Arrived, Identified, Consented, Screened, Deferred, DoseGiven, Confirmed, Observed, Released, Left, Aefi,
    VialOpened, VialWasted, VialReturned, Counted, SessionOpened, SessionStopped, SessionClosed, LotHeldHere, Attested,
    Corrected, Voided, Passed,
)  # fmt: skip
"""Every kind that a device may send (PROTOCOL, Kinds)."""

CHAIR_KINDS = frozenset(event.kind() for event in CHAIR_EVENTS)
NOT_YET_FOLDED: frozenset[type[Event]] = frozenset()
"""Kinds whose room has not had its turn: kept, counted, folded when the room arrives. Every room has arrived."""

SCHEMA = 1
"""The one version of the entries' shapes so far."""


FIRST_INSTANT = datetime(1, 1, 2, tzinfo=UTC)
LAST_INSTANT = datetime(9999, 12, 30, tzinfo=UTC)
"""A day within the calendar's ends, so that every instant has a day in every zone."""

# Raw control characters are no JSON, so this escape is the only way in; before it stand whole pairs of backslashes.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_STAMP_BITS = 80
_LAST_STAMP_MS = int(LAST_INSTANT.timestamp() * 1000)
# A line may nest brackets deeper than a reader goes: that is no entry either.
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Head(msgspec.Struct):
    id: UUID | None = None
    kind: str = ""
    schema: Any = None


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """A line that is no entry for us: why, and its id if at least that could be read."""

    id: UUID | None
    reason: Reason


_union: Any = reduce(or_, CHAIR_EVENTS)
_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(_union)
_head_decoder = msgspec.json.Decoder(_Head)


def read(line: bytes, seq: int) -> Event | Unread:
    """Return the event of one line, which stands at `seq` in its chain.

    What is returned fits our tables: a line that tells a NUL character, an instant beyond the calendar, an id stamped
    beyond it, or a number or code beyond what its field allows cannot be read.
    """
    try:
        event = _decoder.decode(line)
    except _UNREADABLE:
        return _unread(line)
    if event.schema != SCHEMA:
        return Unread(id=event.id, reason=Reason.SCHEMA_UNKNOWN)
    if event.seq != seq:
        return Unread(id=event.id, reason=Reason.SEQUENCE_DIFFERS)
    if not is_uuid7(event.id) or not _fits(event, line):
        return Unread(id=event.id, reason=Reason.UNREADABLE)
    return event


def _fits(event: Event, line: bytes) -> bool:
    if b"\\u0000" in line and _NUL.search(line):
        return False
    in_calendar = FIRST_INSTANT <= event.at <= LAST_INSTANT and event.id.int >> _STAMP_BITS <= _LAST_STAMP_MS
    return in_calendar and (type(event) is not Aefi or _in_calendar(event.onset))


def _in_calendar(at: datetime) -> bool:
    return FIRST_INSTANT <= at <= LAST_INSTANT


def _unread(line: bytes) -> Unread:
    try:
        head = _head_decoder.decode(line)
    except _UNREADABLE:
        return Unread(id=None, reason=Reason.UNREADABLE)
    if head.kind not in CHAIR_KINDS:
        return Unread(id=head.id, reason=Reason.KIND_UNKNOWN if head.kind else Reason.UNREADABLE)
    if head.schema != SCHEMA:
        return Unread(id=head.id, reason=Reason.SCHEMA_UNKNOWN)
    return Unread(id=head.id, reason=Reason.UNREADABLE)


def id_in(line: bytes) -> UUID | None:
    """Return the id that a line tells, if it can be read at all."""
    try:
        return _head_decoder.decode(line).id
    except _UNREADABLE:
        return None


def occurred_at(event: Event) -> datetime:
    """Return the device's instant plus its measured offset; an offset that leaves the calendar is left out."""
    if not event.offset_ms:
        return event.at
    try:
        at = event.at + timedelta(milliseconds=event.offset_ms)
    except OverflowError:
        return event.at
    return at if _in_calendar(at) else event.at


def person_of(event: Event) -> UUID | None:
    """Return the person an event names, if its kind names one."""
    person: UUID | None = getattr(event, "person", None)
    return person
