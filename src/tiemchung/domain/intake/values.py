"""What intake answers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from tiemchung.kernel.events import Event


class Outcome(StrEnum):
    """What became of one entry (PROTOCOL, A batch)."""

    KEPT = "kept"
    KNOWN = "known"
    SET_ASIDE = "set-aside"


class Reason(StrEnum):
    """Why an entry was set aside."""

    UNREADABLE = "unreadable"
    KIND_UNKNOWN = "kind-unknown"
    KIND_NOT_ALLOWED = "kind-not-allowed"
    SCHEMA_UNKNOWN = "schema-unknown"
    SEQUENCE_DIFFERS = "sequence-differs"
    ID_REUSED = "id-reused"
    FORK = "fork"
    DEVICE_REVOKED = "device-revoked"
    DEVICE_EXPIRED = "device-expired"


RELEASABLE = (Reason.DEVICE_REVOKED, Reason.DEVICE_EXPIRED)
"""Why a readable entry may be let in by the lead: its device was not listened to any more. Nothing else is."""


class AsideShown(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that is set aside, as its site's lead sees it. What cannot be read has neither kind, staff nor time.

    `name` is what an arrival among them told of the person; `lot` and `vial` are those of a dose or a vial's line.
    """

    id: UUID
    device: UUID
    reason: str
    recorded_at: datetime
    kind: str | None
    staff: UUID | None
    told_at: datetime | None
    releasable: bool
    person: UUID | None = None
    name: str = ""
    lot: str = ""
    vial: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to one entry. `id` is None when not even that could be read."""

    id: UUID | None
    seq: int
    outcome: Outcome
    reason: str | None = None
    findings: list[str] = []


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a batch: one answer per entry in their order, and where the device's chain stands now."""

    recorded_at: datetime
    last_sequence: int
    head: bytes
    answers: list[Answer]


class ToldByOther(msgspec.Struct, frozen=True, kw_only=True):
    """What another device or page of the site wrote: whose entry it is, and what it says."""

    device: UUID
    seq: int
    recorded_at: datetime
    event: Event


class Pulled(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of a site's entries for one of its devices: the others' in their order, and which of its own were kept.

    `after` is where the next stretch begins; `more` tells that it is there already.
    """

    after: str
    more: bool
    others: list[ToldByOther]
    own: list[tuple[UUID, int]]
