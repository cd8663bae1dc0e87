"""The server's two keys before tablets: one signs enrollments and bundles, to the other tablets seal their outbox."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jws
from joserfc.jwk import ECKey

from tiemchung.kernel import wire
from tiemchung.plumbing import keys

SIGNING_KEY = "site-bundle"
"""The name of the key under which enrollments and bundles are signed; its digest is the pin in the lead's QR code."""
SEALING_KEY = "outbox"
"""The name of the key to which tablets seal what they have not sent yet."""
_HEADERS = jws.JWSRegistry(strict_check_header=False)
"""Lets a header say `zip`, as SMART Health Cards have it."""
BUNDLE, ENROLLMENT = "tc-bundle+jws", "tc-enrollment+jws"
RECEIPT, ROSTER = "tc-receipt+jws", "tc-roster+jws"


def server_key() -> str:
    """Return the raw point of the key under which enrollments and bundles are signed, base64url."""
    return wire.to_base64url(wire.dump_public_key(keys.signing_key(SIGNING_KEY).public_key()))


def pin() -> str:
    """Return the SHA-256 of the signing key's raw point, by which a tablet knows that key before it believes it."""
    return wire.to_base64url(hashlib.sha256(wire.from_base64url(server_key())).digest())


def sealing_key() -> str:
    """Return the raw point of the key to which tablets seal, base64url."""
    return wire.to_base64url(wire.dump_public_key(unsealing_key().public_key()))


def unsealing_key() -> ec.EllipticCurvePrivateKey:
    """Return the key that opens what tablets sealed."""
    return keys.signing_key(SEALING_KEY)


def compact(content: Mapping[str, Any], *, typ: str, deflated: bool = False) -> str:
    """Return content as a compact JWS under the server's key; deflated (RFC 1951), its header says `"zip": "DEF"`."""
    pem = keys.signing_key(SIGNING_KEY).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key = ECKey.import_key(pem)
    header: dict[str, Any] = {"alg": "ES256", "typ": typ, "kid": key.thumbprint()}
    payload = msgspec.json.encode(content, order="deterministic")
    if deflated:
        header["zip"] = "DEF"
        squeezed = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        payload = squeezed.compress(payload) + squeezed.flush()
    return jws.serialize_compact(header, payload, key, registry=_HEADERS)
