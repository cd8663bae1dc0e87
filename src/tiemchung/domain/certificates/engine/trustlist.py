"""Trust lists of other countries as their gateways publish them, read to rows; whether a list is genuine is told first.

Three forms are read: a JSON array of certificates (the EU gateway's `trustList`), an object with `certificates`, and such an
object with a line before it: a signature over its bytes in base64 (ECDSA P-256 with SHA-256, raw r||s), as national backends
hand it on to apps.
"""

from __future__ import annotations

import base64
import binascii

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tiemchung.domain.certificates.values import TrustRow

DOCUMENT_SIGNER = "DSC"
_HALF = 32


class UnreadableListError(ValueError):
    """The bytes are no trust list of a form that we read."""


class UnsignedListError(ValueError):
    """A key was told and the list carries no signature of it; or it carries one and no key was told to check it by."""


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    rawData: str  # noqa: N815 - the gateway's own name
    kid: str = ""
    country: str = ""
    certificateType: str = DOCUMENT_SIGNER  # noqa: N815 - same


class _Document(msgspec.Struct, frozen=True, kw_only=True):
    certificates: list[_Row]


def read(content: bytes, *, key: ec.EllipticCurvePublicKey | None) -> list[TrustRow]:
    """Return the document signers of a list. With a key, only a list that it has signed; without, only one nobody signed."""
    first, newline, rest = content.strip().partition(b"\n")
    signature = b"" if first.lstrip(b"\xef\xbb\xbf").startswith((b"[", b"{")) else first.strip()
    body = rest if signature and newline else content
    if bool(signature) != (key is not None) or (key is not None and not _is_signed(body, signature, key)):
        raise UnsignedListError
    try:
        told = msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"), type=list[_Row] | _Document)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableListError(str(error)) from error
    rows = told.certificates if isinstance(told, _Document) else told
    return [
        TrustRow(certificate=row.rawData, kid=row.kid, country=row.country)
        for row in rows
        if row.certificateType == DOCUMENT_SIGNER
    ]


def _is_signed(body: bytes, signature: bytes, key: ec.EllipticCurvePublicKey) -> bool:
    try:
        raw = base64.b64decode(signature, validate=True)
        r, s = (int.from_bytes(half, "big") for half in (raw[:_HALF], raw[_HALF:]))
        key.verify(encode_dss_signature(r, s), body, ec.ECDSA(hashes.SHA256()))
    except (binascii.Error, InvalidSignature, ValueError):
        return False
    return len(raw) == 2 * _HALF
