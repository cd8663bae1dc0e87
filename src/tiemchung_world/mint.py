"""Ids, tokens and keys drawn from a seed, so that the same run can be had again."""

from __future__ import annotations

import hashlib
import random
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Mint:
    """Makes UUIDv7 texts. The noise comes from the seed; a platform would take it from the machine."""

    def __init__(self, *seed: object) -> None:
        self._noise = random.Random("/".join(map(str, seed)))

    def id(self, unix_ms: int) -> str:
        """Return a new id that claims to have been made at this instant."""
        noise = self._noise.getrandbits(74)
        tail = f"{0x8000_0000_0000_0000 | noise & 0x3FFF_FFFF_FFFF_FFFF:016x}"
        head = f"{unix_ms:012x}"
        return f"{head[:8]}-{head[8:]}-7{noise >> 62:03x}-{tail[:4]}-{tail[4:]}"

    def uuid(self, unix_ms: int) -> UUID:
        """Return a new id as a UUID."""
        return UUID(self.id(unix_ms))


def private_key(*seed: object) -> ec.EllipticCurvePrivateKey:
    """Derive a P-256 key. Whoever knows the seed knows the key: for simulated tablets and staff only."""
    digest = hashlib.sha512("/".join(map(str, ("key", *seed))).encode()).digest()
    return ec.derive_private_key(int.from_bytes(digest, "big") % (_P256_ORDER - 1) + 1, ec.SECP256R1())


def token(*seed: object, length: int = 12) -> str:
    """Return letters and digits that cannot be guessed without the seed."""
    digest = hashlib.sha256("/".join(map(str, ("token", *seed))).encode()).digest()
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "".join(alphabet[byte % len(alphabet)] for byte in digest[:length])
