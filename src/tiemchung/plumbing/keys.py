"""Keys lie in files outside the database and its backup, one file a key, mode 0600; a missing one is made once.

Losing a key file loses what was sealed with it, for ever: the folder needs a backup of its own, apart from the
database's.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

_NAME = re.compile(r"^[a-z0-9][a-z0-9.-]{0,79}$")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
SECRET_BYTES = 32


class KeyFileError(Exception):
    """A key file that must not be used as it lies there; the message names the file and the mend."""


def secret(name: str) -> bytes:
    """Return the 32 secret bytes of this name, made at the first call for them by whichever process comes first."""
    return _read(settings.TIEMCHUNG_KEYS_DIR, name, kind="secret")


def signing_key(name: str) -> ec.EllipticCurvePrivateKey:
    """Return the P-256 private key of this name, made at the first call for it."""
    return _load_signing_key(settings.TIEMCHUNG_KEYS_DIR, name)


def destroy(name: str) -> None:
    """Take a key away for good; what was sealed with it can never be read again. No error if it is gone already."""
    (Path(settings.TIEMCHUNG_KEYS_DIR) / f"{name}.key").unlink(missing_ok=True)
    forget()


def forget() -> None:
    """Drop the keys held in memory; they are read again when they are next used."""
    _read.cache_clear()
    _load_signing_key.cache_clear()


@lru_cache(maxsize=512)
def _load_signing_key(folder: str, name: str) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_der_private_key(_read(folder, name, kind="p256"), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeyFileError(f"{folder}/{name}.key holds no P-256 key")
    return key


@lru_cache(maxsize=512)
def _read(folder: str, name: str, *, kind: str) -> bytes:
    if not _NAME.match(name):
        raise KeyFileError(f"{name!r} is no name for a key")
    path = Path(folder) / f"{name}.key"
    if not path.exists():
        _make(path, _new_secret() if kind == "secret" else _new_p256())
    if path.stat().st_mode & _OTHERS:
        raise KeyFileError(f"{path} can be read by others: chmod 600 {path}")
    return path.read_bytes()


def _make(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # A link appears whole or not at all and never replaces another's: of two makers one wins and both read it.
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        Path(draft).unlink()


def _new_secret() -> bytes:
    return os.urandom(SECRET_BYTES)


def _new_p256() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
