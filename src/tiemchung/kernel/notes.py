"""The notes by which the desks of a hall tell each other what they wrote, as they come to the site's hub.

One line of JSON and behind it a line for each note. The first tells the tablet, behind which of the others' notes it asks for more,
how many lines follow, and its signature over `tc/notes/1 || hub id || tablet id || u16 count || u16 length of after || after ||
SHA-256(all that follows the line)`. A note's line is its place in the tablet's chain, a dot, and sealed bytes in base64url.
"""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from tiemchung.kernel import sealed, wire
from tiemchung.kernel.wire import WireCode, WireError

MAX_AFTER: Final = 2**63 - 1
_NOTES: Final = b"tc/notes/1"
_COUNTS: Final = struct.Struct(">HH")
_LINE: Final = re.compile(rb"([1-9][0-9]{0,9})\.([A-Za-z0-9_-]+)")
_AFTER: Final = re.compile(r"|[0-9]{1,19}")


class _Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    device: UUID
    after: str
    count: int
    signature: str


@dataclass(frozen=True, kw_only=True)
class Notes:
    """What one tablet left and asked for; nothing of it is checked for truth yet."""

    device: UUID
    after: str
    notes: list[tuple[int, str]]
    signature: bytes
    digest: bytes

    @property
    def behind(self) -> int:
        """Return the place behind which it asks for more."""
        return int(self.after or "0")


def message(hub: UUID, device: UUID, *, after: str, count: int, digest: bytes) -> bytes:
    """Return the bytes that the tablet's signature covers."""
    asked = after.encode()
    return _NOTES + hub.bytes + device.bytes + _COUNTS.pack(count, len(asked)) + asked + digest


def parse(content: bytes) -> Notes:
    """Read what a tablet left and asked for; raise `WireError` for what is none of it or was cut off."""
    line, _, rest = content.partition(b"\n")
    try:
        header = msgspec.json.decode(line, type=_Header)
        signature = wire.from_base64url(header.signature)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise WireError(WireCode.HEADER_UNREADABLE, str(error)) from error
    if not _AFTER.fullmatch(header.after) or int(header.after or "0") > MAX_AFTER:
        raise WireError(WireCode.HEADER_UNREADABLE, "no place to go on from")
    if not 0 <= header.count <= wire.MAX_ENTRIES:
        raise WireError(WireCode.TOO_MANY_ENTRIES, f"{header.count} notes")
    lines = rest.split(b"\n")
    if lines.pop() or len(lines) != header.count:
        raise WireError(WireCode.CUT_OFF, f"{header.count} notes told, {len(lines)} here")
    return Notes(
        device=header.device,
        after=header.after,
        notes=[_note(one) for one in lines],
        signature=signature,
        digest=hashlib.sha256(rest).digest(),
    )


def verify(public_key: ec.EllipticCurvePublicKey, told: Notes, *, hub: UUID) -> bool:
    """Tell whether this tablet's key signed this for this hub."""
    signed = message(hub, told.device, after=told.after, count=len(told.notes), digest=told.digest)
    return wire.verify(public_key, signed, told.signature)


def _note(line: bytes) -> tuple[int, str]:
    told = _LINE.fullmatch(line)
    if told is None or len(line) > sealed.MAX_LINE_BYTES:
        raise WireError(WireCode.CUT_OFF, "a line that is no note")
    return int(told[1]), told[2].decode("ascii")
