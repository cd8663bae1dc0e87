"""Bytes sealed to the holder of a P-256 key: a tablet's outbox to the server, a day's secret to a tablet.

`0x01 || point || iv || ciphertext and tag`: the point (65 bytes) is of a key made for this sealing, the iv has 12 bytes. The
AES-256-GCM key is HKDF-SHA-256 over the ECDH secret, without salt, with info `tc/seal/1 || point || recipient's point`; the
context is the additional data. Whoever holds the sealed bytes alone reads nothing; moved into another context they open no more.
Golden vectors lie in `tests/conformance/wire/sealed.json`.
"""

from __future__ import annotations

import os
import zlib
from datetime import date
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tiemchung.kernel import wire

VERSION: Final = b"\x01"
IV_BYTES: Final = 12
TAG_BYTES: Final = 16
KEY_BYTES: Final = 32
OVERHEAD_BYTES: Final = len(VERSION) + wire.POINT_BYTES + IV_BYTES + TAG_BYTES
"""How many bytes longer sealed bytes are than the clear ones."""
MAX_LINE_BYTES: Final = (wire.MAX_ENTRY_BYTES + OVERHEAD_BYTES) * 4 // 3 + 64
"""The longest line of a sealed batch: an entry that does not deflate, sealed, in base64url."""

_SEAL: Final = b"tc/seal/1"
_OUTBOX: Final = b"tc/outbox/1"
_UNLOCK: Final = b"tc/unlock/1"
_AGREEMENT: Final = b"tc/agreement/1"


class SealedError(ValueError):
    """Bytes that were not sealed to this key in this context, or were changed since."""


def seal(recipient: ec.EllipticCurvePublicKey, clear: bytes, context: bytes) -> bytes:
    """Return the bytes sealed to the holder of the recipient's private key, bound to a context."""
    return seal_with(ec.generate_private_key(ec.SECP256R1()), os.urandom(IV_BYTES), recipient, clear, context)


def seal_with(
    made: ec.EllipticCurvePrivateKey, iv: bytes, recipient: ec.EllipticCurvePublicKey, clear: bytes, context: bytes
) -> bytes:
    """Seal under a key and iv that are given: for vectors, and for a sender who keeps one key for a while.

    Never twice under the same key and iv.
    """
    point = wire.dump_public_key(made.public_key())
    cipher = AESGCM(_key(made.exchange(ec.ECDH(), recipient), point, wire.dump_public_key(recipient)))
    return VERSION + point + iv + cipher.encrypt(iv, clear, context)


def unseal(private_key: ec.EllipticCurvePrivateKey, sealed: bytes, context: bytes) -> bytes:
    """Return the clear bytes; raises `SealedError` for anything that was not sealed to this key in this context."""
    start = len(VERSION) + wire.POINT_BYTES
    if len(sealed) < OVERHEAD_BYTES or sealed[: len(VERSION)] != VERSION:
        raise SealedError("too short, or of an unknown version")
    point, iv = sealed[len(VERSION) : start], sealed[start : start + IV_BYTES]
    try:
        sender = wire.load_public_key(point)
        cipher = AESGCM(
            _key(private_key.exchange(ec.ECDH(), sender), point, wire.dump_public_key(private_key.public_key()))
        )
        return cipher.decrypt(iv, sealed[start + IV_BYTES :], context)
    except (wire.WireError, InvalidTag) as error:
        raise SealedError("not sealed to this key in this context") from error


def outbox_context(device: UUID, seq: int) -> bytes:
    """Return the context of an entry that a tablet sealed to the server: whose it is, and its place in the chain."""
    return _OUTBOX + device.bytes + seq.to_bytes(4, "big")


def unlock_context(device: UUID, staff: UUID, day: date) -> bytes:
    """Return the context of a day's secret: for which tablet, which member of the staff and which business day."""
    return _UNLOCK + device.bytes + staff.bytes + day.isoformat().encode()


def agreement_message(point: bytes) -> bytes:
    """Return what a tablet signs with its device key to say that this point, to which secrets are sealed, is its own."""
    return _AGREEMENT + point


def seal_entry(recipient: ec.EllipticCurvePublicKey, line: bytes, *, device: UUID, seq: int) -> bytes:
    """Return an entry's line as it waits in a tablet's outbox: deflated (zlib), then sealed to the server."""
    return seal(recipient, zlib.compress(line), outbox_context(device, seq))


def unseal_entry(private_key: ec.EllipticCurvePrivateKey, sealed: bytes, *, device: UUID, seq: int) -> bytes:
    """Return the line of a sealed entry; one that inflates to more than an entry's bytes is refused unread."""
    deflated = unseal(private_key, sealed, outbox_context(device, seq))
    line = inflate(deflated, at_most=wire.MAX_ENTRY_BYTES)
    if line is None:
        raise SealedError("longer than an entry may be")
    return line


def inflate(deflated: bytes, *, at_most: int) -> bytes | None:
    """Return what was deflated (zlib), None if it is longer than this: no more than that is ever unpacked.

    Raises `SealedError` for what is no whole stream.
    """
    stream = zlib.decompressobj()
    try:
        clear = stream.decompress(deflated, at_most + 1)
    except zlib.error as error:
        raise SealedError("not deflated") from error
    if len(clear) > at_most:
        return None
    if not stream.eof or stream.unused_data:
        raise SealedError("cut off, or followed by something")
    return clear


def _key(shared: bytes, point: bytes, recipient: bytes) -> bytes:
    info = _SEAL + point + recipient
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=info).derive(shared)
