"""The bytes of a site's hub: an envelope around one batch on its way to the center, and the word that a batch is held.

An envelope is one line and behind it the batch, byte for byte. The line tells the hub, when by its clock it took the batch, how
many bytes follow, and the hub's signature over `tc/relay/1 || hub id || instant (24 letters) || SHA-256(batch)`. What a hub
tells a tablet is its signature over `tc/held/1 ||` what the batch's own signature covers. Binary fields are base64url.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from tiemchung.kernel import wire
from tiemchung.kernel.wire import WireCode, WireError

MAX_LINE_BYTES: Final = 512
"""Bytes of an envelope's line; the longest honest one has about 220."""
MAX_ENVELOPE_BYTES: Final = wire.MAX_BATCH_BYTES + MAX_LINE_BYTES

_RELAY: Final = b"tc/relay/1"
_HELD: Final = b"tc/held/1"
_INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """One batch as a hub brings it; nothing of it is checked for truth yet."""

    hub: UUID
    taken_at: datetime
    batch: bytes
    signature: bytes
    told_at: str

    @property
    def message(self) -> bytes:
        """Return the bytes that the hub's signature covers."""
        return _message(self.hub, self.told_at, self.batch)


class _Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    hub: UUID
    taken_at: str
    length: int
    signature: str


def put_in_envelope(batch: bytes, *, hub: UUID, taken_at: datetime, private_key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a batch behind the hub's line, as it goes to the center."""
    told_at = _instant(taken_at)
    signature = wire.sign(private_key, _message(hub, told_at, batch))
    line = _Line(hub=hub, taken_at=told_at, length=len(batch), signature=wire.to_base64url(signature))
    return msgspec.json.encode(line) + b"\n" + batch


def parse_envelope(content: bytes) -> Envelope:
    """Split an envelope into its line and the batch; raise `WireError` for what is none or was cut off."""
    line, newline, batch = content.partition(b"\n")
    if not newline or len(line) > MAX_LINE_BYTES:
        raise WireError(WireCode.HEADER_UNREADABLE, "no line of a hub")
    try:
        told = msgspec.json.decode(line, type=_Line)
        signature = wire.from_base64url(told.signature)
        taken_at = _read_instant(told.taken_at)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise WireError(WireCode.HEADER_UNREADABLE, str(error)) from error
    if told.length != len(batch):
        raise WireError(WireCode.CUT_OFF, f"{told.length} bytes told, {len(batch)} here")
    return Envelope(hub=told.hub, taken_at=taken_at, batch=batch, signature=signature, told_at=told.taken_at)


def verify_envelope(public_key: ec.EllipticCurvePublicKey, envelope: Envelope) -> bool:
    """Tell whether this hub's key signed this envelope."""
    return wire.verify(public_key, envelope.message, envelope.signature)


def held_message(header: wire.Header) -> bytes:
    """Return what a hub signs to say that it holds the batch of this header."""
    return _HELD + wire.head_message(
        device=header.device, first=header.first, count=header.count, previous=header.previous, head=header.head
    )


def _message(hub: UUID, told_at: str, batch: bytes) -> bytes:
    return _RELAY + hub.bytes + told_at.encode() + hashlib.sha256(batch).digest()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _read_instant(told: str) -> datetime:
    if not _INSTANT.fullmatch(told):
        raise ValueError("no instant of 24 letters")
    return datetime.fromisoformat(told)
