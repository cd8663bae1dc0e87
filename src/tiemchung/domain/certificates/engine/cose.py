"""COSE_Sign1 (RFC 9052): one signature over one payload, by ES256; foreign certificates also by PS256."""

from __future__ import annotations

from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from tiemchung.domain.certificates.engine.cbor import CborError, Tagged, byte_string, decode, encode

ES256, PS256 = -7, -37
SIGN1_TAG = 18
_CWT_TAG = 61
_ALGORITHM, _KID = 1, 4
_COORDINATE = 32
CURVES = (ec.SECP256R1, ec.SECP384R1)
"""P-256 is the specification's; one country of the conformance set signs ES256 on P-384."""
_SHA256 = ec.ECDSA(hashes.SHA256())

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


class Message(NamedTuple):
    """A signed message taken apart; nothing of it has been checked."""

    protected: bytes
    algorithm: object
    kid: bytes | None
    payload: bytes
    signature: bytes


def protected_header(kid: bytes) -> bytes:
    """Return the protected header of our messages: ES256 under this key."""
    return encode({_ALGORITHM: ES256, _KID: kid})


def sign(payload: bytes, *, protected: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the signed message, with its tag."""
    r, s = decode_dss_signature(key.sign(_to_be_signed(protected, payload), _SHA256))
    signature = r.to_bytes(_COORDINATE, "big") + s.to_bytes(_COORDINATE, "big")
    return b"\xd2\x84" + byte_string(protected) + b"\xa0" + byte_string(payload) + byte_string(signature)


def take_apart(content: bytes) -> Message:
    """Return the parts of a message; raises `CborError` if it is none."""
    value = decode(content)
    while isinstance(value, Tagged) and value.tag in {SIGN1_TAG, _CWT_TAG}:
        value = value.value
    match value:
        case [bytes() as protected, dict() as unprotected, bytes() as payload, bytes() as signature]:
            header = decode(protected) if protected else {}
        case _:
            raise CborError("no signed message")
    if not isinstance(header, dict):
        raise CborError("a header that is no map")
    kid = header.get(_KID, unprotected.get(_KID))
    return Message(
        protected=protected,
        algorithm=header.get(_ALGORITHM, unprotected.get(_ALGORITHM)),
        kid=kid if isinstance(kid, bytes) else None,
        payload=payload,
        signature=signature,
    )


def fits(algorithm: object, key: PublicKey) -> bool:
    """Tell whether this is an algorithm that we take, and the key is of its kind."""
    if algorithm == ES256:
        return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, CURVES)
    return algorithm == PS256 and isinstance(key, rsa.RSAPublicKey)


def is_signed_by(message: Message, key: PublicKey) -> bool:
    """Tell whether the signature is this key's over exactly these bytes."""
    signed = _to_be_signed(message.protected, message.payload)
    try:
        if isinstance(key, rsa.RSAPublicKey):
            pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=hashes.SHA256.digest_size)
            key.verify(message.signature, signed, pss, hashes.SHA256())
            return True
        half = (key.key_size + 7) // 8
        if len(message.signature) != 2 * half:
            return False
        r, s = (int.from_bytes(part, "big") for part in (message.signature[:half], message.signature[half:]))
        key.verify(encode_dss_signature(r, s), signed, _SHA256)
    except InvalidSignature:
        return False
    return True


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    return b"\x84\x6aSignature1" + byte_string(protected) + b"\x40" + byte_string(payload)


def claims(message: Message) -> dict[Any, Any]:
    """Return the claims of a message; raises `CborError` if the payload is no map."""
    found = decode(message.payload)
    if not isinstance(found, dict):
        raise CborError("claims that are no map")
    return found
