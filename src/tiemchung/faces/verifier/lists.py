"""What verifiers everywhere may take home: trusted keys and revoked hashes, in the form that a browser's cryptography takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tiemchung.domain.certificates.values import Signer
from tiemchung.kernel.wire import to_base64url


def published(
    signers: Sequence[Signer], revocations: Mapping[tuple[date, bool], list[bytes]], *, now: datetime
) -> dict[str, Any]:
    """Return the lists as one document. Instants are seconds of the epoch; hashes are 16 bytes each, joined by day."""
    return {
        "as_of": int(now.timestamp()),
        "keys": [_key(signer) for signer in signers],
        "revoked": _by_day(revocations, replaced=False),
        "replaced": _by_day(revocations, replaced=True),
    }


def _by_day(revocations: Mapping[tuple[date, bool], list[bytes]], *, replaced: bool) -> dict[str, str]:
    return {
        day.isoformat(): "".join(to_base64url(hashed) for hashed in hashes)
        for (day, other), hashes in revocations.items()
        if other is replaced
    }


def _key(signer: Signer) -> dict[str, Any]:
    return {
        "kid": to_base64url(signer.kid),
        "country": signer.country,
        "kind": int(signer.kind),
        "uses": signer.uses,
        "from": int(signer.valid_from.timestamp()),
        "until": int(signer.valid_to.timestamp()),
        "jwk": jwk(signer.public_key),
        "x5c": to_base64url(signer.certificate) if signer.certificate else None,
    }


def jwk(public_key: bytes) -> dict[str, str]:
    """Return a public key as a JSON Web Key (RFC 7517)."""
    key = load_der_public_key(public_key)
    if isinstance(key, rsa.RSAPublicKey):
        numbers = key.public_numbers()
        return {"kty": "RSA", "n": _integer(numbers.n), "e": _integer(numbers.e), "alg": "PS256"}
    assert isinstance(key, ec.EllipticCurvePublicKey)  # noqa: S101 - no other kind is taken in
    point, half = key.public_numbers(), (key.key_size + 7) // 8
    return {
        "kty": "EC",
        "crv": f"P-{key.key_size}",
        "x": to_base64url(point.x.to_bytes(half, "big")),
        "y": to_base64url(point.y.to_bytes(half, "big")),
    }


def _integer(value: int) -> str:
    return to_base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))
