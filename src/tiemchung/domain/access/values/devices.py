"""What signs: tablets and server devices, their enrollment, their last words, and how a tablet is unlocked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec


class DeviceKind(StrEnum):
    """A tablet is carried by people; a server device signs what pages and rooms write; a hub carries batches and writes none."""

    TABLET = "tablet"
    SERVER = "server"
    HUB = "hub"


BY_CODE = (DeviceKind.TABLET, DeviceKind.HUB)
"""What a lead lets in by a code and six digits."""


class DeviceStatus(StrEnum):
    """Where a device stands. Only `enrolled` is listened to as one of us."""

    WAITING = "waiting"
    ENROLLED = "enrolled"
    REVOKED = "revoked"
    FORK = "fork"


@dataclass(frozen=True, kw_only=True)
class Device:
    """A device as a batch meets it. `public_key` is a raw P-256 point; `kinds` None allows every chair kind."""

    id: UUID
    kind: DeviceKind
    site: str
    public_key: bytes = field(repr=False)
    kinds: frozenset[str] | None
    status: DeviceStatus
    expires_at: datetime
    agreement_key: bytes | None = field(default=None, repr=False)

    def listened_to(self, now: datetime) -> bool:
        """Tell whether this device is enrolled and its term not over."""
        return self.status is DeviceStatus.ENROLLED and now < self.expires_at

    def may_send(self, kind: str) -> bool:
        """Tell whether the enrollment allows entries of this kind."""
        return self.kinds is None or kind in self.kinds


@dataclass(frozen=True, kw_only=True)
class DeviceWord:
    """What a device last said: when, what it still holds unsent, and since when; when it took a list, when it erased all."""

    at: datetime
    pending: int
    oldest_pending_at: datetime | None
    bundle_at: datetime | None
    erased_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class DeviceListed:
    """A device on the lead's page, with its last word if it ever said one. `address` is a hub's, empty for a tablet."""

    id: UUID
    kind: DeviceKind
    address: str
    name: str
    site: str
    status: DeviceStatus
    fingerprint: str
    kinds: frozenset[str] | None
    enrolled_at: datetime
    expires_at: datetime
    word: DeviceWord | None


WAITING_TERM = timedelta(hours=24)
"""How long a tablet that spent its code may wait for the lead. Ours: both stand in the same hall."""


EXPIRED = "expired"
"""How an enrollment stands whose time is over: a word of the wire, no status of the table."""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """The key to which a device lets secrets be sealed, and its own key's signature over it."""

    public_key: bytes
    proof: bytes


@dataclass(frozen=True, kw_only=True)
class EnrollmentTerms:
    """What an enrollment is for: a campaign session, if one is named, and for how many days; None for as long as any."""

    device: DeviceKind = DeviceKind.TABLET
    session: UUID | None = None
    days: int | None = None


@dataclass(frozen=True, kw_only=True)
class EnrollmentReceipt:
    """What a device learns when it enrolls: its id, where it stands, and the six digits that its screen shows."""

    device: UUID
    kind: DeviceKind
    address: str
    status: DeviceStatus
    fingerprint: str
    name: str
    site: str
    session: UUID | None
    kinds: tuple[str, ...] | None
    public_key: bytes
    agreement_key: bytes | None
    enrolled_at: datetime
    expires_at: datetime

    def standing(self, now: datetime) -> str:
        """Return how it stands on the wire: who has waited too long, or whose term is over, is `expired`."""
        over = {DeviceStatus.WAITING: self.enrolled_at + WAITING_TERM, DeviceStatus.ENROLLED: self.expires_at}
        return EXPIRED if self.status in over and now >= over[self.status] else self.status.value


@dataclass(frozen=True, kw_only=True)
class UnlockTold:
    """How one member of the staff unlocks one tablet: salt and rounds for the PIN, and the days' secrets, sealed to it."""

    staff: UUID
    salt: bytes
    iterations: int
    days: tuple[tuple[date, bytes], ...]


@dataclass(frozen=True, kw_only=True)
class HubNamed:
    """A hub as the tablets of its site are told of it: where it answers, and the key by which it says what it holds."""

    device: UUID
    name: str
    address: str
    public_key: bytes


@dataclass(frozen=True, kw_only=True)
class LastWord:
    """When a site was last heard: its devices' latest heartbeat and how many entries they still hold unsent."""

    site: str
    devices: int
    at: datetime
    pending: int
    oldest_pending_at: datetime | None


class EnrollmentRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A one-time enrollment code in a campaign file; a vouched key (SHA-256 of the raw point, hex) enrolls at once.

    `device` is a tablet, or the hub of the site.
    """

    code: str
    site: str
    name: str
    expires_at: datetime
    device: Literal["tablet", "hub"] = "tablet"
    kinds: list[str] | None = None
    public_key_sha256: str | None = None
