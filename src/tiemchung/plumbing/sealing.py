"""Identity and health are stored sealed (AES-256-GCM), and found again by a keyed hash.

A sealed value is one byte of version, one of class, two of the key's period, twelve of nonce, then ciphertext and
tag: 32 bytes more than the clear text. The key is one per class and month (for `passed`: per day), so that it can be
destroyed alone. Random nonces are safe for 2^32 values a key (NIST SP 800-38D, 8.3): a nation's month has a hundredth
of that.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tiemchung.plumbing import keys

VERSION = 1
_HEAD = struct.Struct(">BBH")
_NONCE_BYTES = 12
_FIRST_YEAR = 2020
_KINDS = {"identity": 1, "health": 2, "passed": 3}
_NAMES = {number: name for name, number in _KINDS.items()}
_BLOCK_BYTES = 64
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))
LOOKUP_BYTES = 16
"""How much of the HMAC is stored: 128 bits, so that a chance hit among 10^9 persons stays out of reach."""


def seal(kind: str, day: date, clear: bytes, aad: bytes) -> bytes:
    """Seal a value of class `identity`, `health` or `passed` under the key of that day's period.

    `aad` ties the value to its row (the row's id): moved to another row, it opens no more.
    """
    head, cipher = _sealer(kind, day)
    nonce = os.urandom(_NONCE_BYTES)
    return head + nonce + cipher.encrypt(nonce, clear, aad)


def seal_all(kind: str, day: date, values: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
    """Seal values, each told with its `aad`, as `seal` does one: the noise of all nonces is asked for at once."""
    head, cipher = _sealer(kind, day)
    noise, encrypt, sealed = os.urandom(_NONCE_BYTES * len(values)), cipher.encrypt, []
    for place, (clear, aad) in enumerate(values):
        nonce = noise[place * _NONCE_BYTES : (place + 1) * _NONCE_BYTES]
        sealed.append(head + nonce + encrypt(nonce, clear, aad))
    return sealed


def unseal(sealed: bytes, aad: bytes) -> bytes:
    """Return the clear bytes; raises `cryptography.exceptions.InvalidTag` if the value or its row was tampered with."""
    version, number, period = _HEAD.unpack_from(sealed)
    if version != VERSION or number not in _NAMES:
        raise ValueError(f"a sealed value of unknown version {version} or class {number}")
    body = _HEAD.size + _NONCE_BYTES
    return _cipher(number, period).decrypt(sealed[_HEAD.size : body], sealed[body:], aad)


def lookup_hash(purpose: str, text: str) -> bytes:
    """Return the keyed hash (16 bytes) by which a sealed text is found again; `purpose` keeps kinds of text apart."""
    return lookup_hashes(purpose, (text,))[0]


def lookup_hashes(purpose: str, texts: Iterable[str]) -> list[bytes]:
    """Return the keyed hash of each of these texts, as `lookup_hash` does of one.

    HMAC-SHA-256 (RFC 2104), whose two beginnings with the key are hashed once and copied: a third of the time of setting
    one up for each text.
    """
    within, around = _beginnings(purpose)
    hashes = []
    for text in texts:
        inner, outer = within.copy(), around.copy()
        inner.update(text.encode())
        outer.update(inner.digest())
        hashes.append(outer.digest()[:LOOKUP_BYTES])
    return hashes


def key_name(kind: str, day: date) -> str:
    """Return the name of the key file that seals values of this class on this day."""
    number = _KINDS[kind]
    return _key_name(number, _period(number, day))


def forget_keys() -> None:
    """Drop the keys held in memory: after one was destroyed, and where the folder of keys changes."""
    _cipher.cache_clear()
    _sealer.cache_clear()
    _beginnings.cache_clear()
    keys.forget()


def _period(number: int, day: date) -> int:
    if _NAMES[number] == "passed":
        return (day - date(_FIRST_YEAR, 1, 1)).days
    return (day.year - _FIRST_YEAR) * 12 + day.month - 1


def _key_name(number: int, period: int) -> str:
    if _NAMES[number] == "passed":
        return f"seal-passed-{date.fromordinal(date(_FIRST_YEAR, 1, 1).toordinal() + period).isoformat()}"
    return f"seal-{_NAMES[number]}-{_FIRST_YEAR + period // 12}-{period % 12 + 1:02}"


@lru_cache(maxsize=256)
def _beginnings(purpose: str) -> tuple[hashlib._Hash, hashlib._Hash]:
    key = keys.secret("lookup")
    if len(key) > _BLOCK_BYTES:
        key = hashlib.sha256(key).digest()
    key = key.ljust(_BLOCK_BYTES, b"\0")
    within = hashlib.sha256(key.translate(_INNER))
    within.update(f"{purpose}\0".encode())
    return within, hashlib.sha256(key.translate(_OUTER))


@lru_cache(maxsize=256)
def _sealer(kind: str, day: date) -> tuple[bytes, AESGCM]:
    number = _KINDS[kind]
    period = _period(number, day)
    return _HEAD.pack(VERSION, number, period), _cipher(number, period)


@lru_cache(maxsize=256)
def _cipher(number: int, period: int) -> AESGCM:
    return AESGCM(keys.secret(_key_name(number, period)))
