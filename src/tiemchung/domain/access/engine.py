"""Checks a WebAuthn assertion by which somebody on the staff proves that they meant certain bytes."""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterable, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from fido2 import cbor
from fido2.cose import CoseKey, UnsupportedKey
from fido2.rpid import verify_rp_id
from fido2.webauthn import AuthenticatorData, CollectedClientData

from tiemchung.domain.access.values import Assertion, Passkey
from tiemchung.kernel import wire


def assertion_holds(challenge: bytes, assertion: Assertion, passkeys: Iterable[Passkey]) -> bool:
    """Tell whether one of these passkeys signed exactly this challenge, with its holder present and verified.

    Checked: type, challenge, origin within the passkey's domain (https, or localhost), rpIdHash, the flags UP and UV,
    the signature over authenticator data and client data (WebAuthn Level 2, 7.2). Signature counters are not compared:
    proofs made offline arrive in any order, and a proof replayed says only again what it said.
    """
    try:
        credential = wire.from_base64url(assertion.credential)
        authenticator_data = AuthenticatorData(wire.from_base64url(assertion.authenticator_data))
        client_data = CollectedClientData(wire.from_base64url(assertion.client_data))
        signature = wire.from_base64url(assertion.signature)
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    passkey = next((known for known in passkeys if known.credential == credential), None)
    if passkey is None:
        return False
    meant = (
        client_data.type == CollectedClientData.TYPE.GET
        and hmac.compare_digest(client_data.challenge, challenge)
        and not client_data.cross_origin
        and _origin_belongs(client_data.origin, passkey.rp_id_hash)
        and hmac.compare_digest(authenticator_data.rp_id_hash, passkey.rp_id_hash)
        and authenticator_data.is_user_present()
        and authenticator_data.is_user_verified()
    )
    return meant and _signed(passkey.public_key, authenticator_data + client_data.hash, signature)


def cose_key(public_key: bytes) -> bytes:
    """Return a public key as COSE bytes, given those or a raw P-256 point; raises ValueError for anything else."""
    if len(public_key) == wire.POINT_BYTES and public_key[:1] == b"\x04":
        wire.load_public_key(public_key)
        return cbor.encode({1: 2, 3: -7, -1: 1, -2: public_key[1:33], -3: public_key[33:]})  # RFC 9053: EC2, ES256
    _parse(public_key)
    return public_key


def _parse(public_key: bytes) -> CoseKey:
    try:
        key = CoseKey.parse(cast("Mapping[int, Any]", cbor.decode(public_key)))
    except (LookupError, TypeError, ValueError, AttributeError, struct.error, RecursionError) as error:
        raise ValueError("no COSE key") from error
    if isinstance(key, UnsupportedKey):
        raise ValueError("a COSE key of an algorithm that we cannot check")  # noqa: TRY004 - the bytes are wrong, not a type
    return key


def _signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        _parse(public_key).verify(message, signature)
    except (InvalidSignature, ValueError):
        return False
    return True


def _origin_belongs(origin: str, rp_id_hash: bytes) -> bool:
    labels = (urlsplit(origin).hostname or "").split(".")
    domains = [".".join(labels[cut:]) for cut in range(len(labels))]
    return any(
        hmac.compare_digest(hashlib.sha256(domain.encode()).digest(), rp_id_hash) and verify_rp_id(domain, origin)
        for domain in domains
    )
