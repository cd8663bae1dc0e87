"""Reads an entry's line into its event, or says precisely why it cannot be read."""

from __future__ import annotations

from datetime import datetime, timedelta
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
NOT_YET_FOLDED = frozenset({Passed.kind()})
"""Kinds whose room has not had its turn: kept, counted, folded when the room arrives."""

SCHEMA = 1
"""The one version of the entries' shapes so far."""


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
    """Return the event of one line, which stands at `seq` in its chain."""
    try:
        event = _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _unread(line)
    if event.schema != SCHEMA:
        return Unread(id=event.id, reason=Reason.SCHEMA_UNKNOWN)
    if event.seq != seq:
        return Unread(id=event.id, reason=Reason.SEQUENCE_DIFFERS)
    if not is_uuid7(event.id):
        return Unread(id=event.id, reason=Reason.UNREADABLE)
    return event


def _unread(line: bytes) -> Unread:
    try:
        head = _head_decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
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
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def occurred_at(event: Event) -> datetime:
    """Return the device's instant plus its measured offset; an offset that leaves the calendar is left out."""
    if not event.offset_ms:
        return event.at
    try:
        return event.at + timedelta(milliseconds=event.offset_ms)
    except OverflowError:
        return event.at


def person_of(event: Event) -> UUID | None:
    """Return the person an event names, if its kind names one."""
    person: UUID | None = getattr(event, "person", None)
    return person
