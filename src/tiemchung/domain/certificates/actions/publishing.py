"""What is published is signed: whoever takes lists or log home, over whichever way, can tell that they are ours and whole."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from joserfc import jws
from joserfc.jwk import ECKey

from tiemchung.kernel.wire import to_base64url
from tiemchung.plumbing import keys

KEY = "certificates-lists"
"""The name of the key file. A new file in its place is a new key: apps take it with the page, which comes from us."""
LISTS, LOG = "tc-lists+jws", "tc-log+jws"
"""The types of the two documents: one can never be shown as the other."""
_KID_BYTES = 8


def signed(document: dict[str, Any], *, kind: str) -> dict[str, Any]:
    """Return a document as a JWS in its flattened JSON form, under the key of `list_key`."""
    private = keys.signing_key(KEY)
    header = {"alg": "ES256", "kid": _kid(private.public_key()), "typ": kind}
    return dict(jws.serialize_json({"protected": header}, msgspec.json.encode(document), _imported(_pem(private))))


def list_key() -> dict[str, str]:
    """Return the public key under which lists and log are signed, as a JSON Web Key."""
    public = keys.signing_key(KEY).public_key()
    point = public.public_numbers()
    half = (public.key_size + 7) // 8
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": to_base64url(point.x.to_bytes(half, "big")),
        "y": to_base64url(point.y.to_bytes(half, "big")),
        "kid": _kid(public),
        "alg": "ES256",
        "use": "sig",
    }


def _kid(public: ec.EllipticCurvePublicKey) -> str:
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return to_base64url(hashlib.sha256(der).digest()[:_KID_BYTES])


def _pem(private: ec.EllipticCurvePrivateKey) -> bytes:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@lru_cache(maxsize=4)
def _imported(pem: bytes) -> ECKey:
    return ECKey.import_key(pem)
