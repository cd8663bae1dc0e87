"""The keys we sign with: files outside the database, a new version when the term of the one before is over.

The table holds the public half. The certificate's key is in the published trust list, the pass's in none.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID, ObjectIdentifier
from django.conf import settings

from tiemchung.domain.certificates.engine import cose, payload
from tiemchung.domain.certificates.values import Kind
from tiemchung.plumbing import database, keys

SIGNS_FOR = timedelta(days=180)
"""How long a key signs before the next version does. Ours; a document signer's usual half year."""
BELIEVED_FOR = timedelta(days=730)
"""How long its signatures are believed: its term and the longest term of a certificate, with room to spare."""
KID_BYTES = 8

NAMES = {Kind.CERTIFICATE: "certificates-dcc", Kind.PASS: "certificates-pass"}
ROOT = "certificates-root"
_VACCINATIONS = ObjectIdentifier("1.3.6.1.4.1.1847.2021.1.2")
"""The extended key usage by which the EU's verifiers know a signer of vaccinations."""


class CurrentSigner(NamedTuple):
    """What signs now: the private key, and the protected header that names it."""

    key: ec.EllipticCurvePrivateKey
    protected: bytes


def current_signer(kind: Kind, *, now: datetime) -> CurrentSigner:
    """Return the key that signs this kind now; the first to ask in a new term makes it. Before the writing transaction."""
    found = database.row(
        "select name, kid from certificates_signer where kind = %s and name <> '' and signs_until > %s "
        "and valid_from <= %s order by signs_until desc limit 1",
        [int(kind), now, now],
    )
    name, kid = found or _next(kind, now=now)
    return CurrentSigner(keys.signing_key(name), cose.protected_header(bytes(kid)))


def _next(kind: Kind, *, now: datetime) -> tuple[str, bytes]:
    """Take the next version's key into the table, with its certificate under our root."""
    count = database.row("select count(*) from certificates_signer where kind = %s and name <> ''", [int(kind)]) or (0,)
    name = f"{NAMES[kind]}-{count[0] + 1}"
    public = keys.signing_key(name).public_key()
    certificate = _certificate(name, public, now=now) if kind is Kind.CERTIFICATE else b""
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    kid = hashlib.sha256(certificate or der).digest()[:KID_BYTES]
    database.run(
        "insert into certificates_signer (kid, public_key, country, kind, name, uses, certificate, valid_from, valid_to, "
        "signs_until) values (%b, %b, %s, %s, %s, %s, %b, %s, %s, %s) on conflict do nothing",
        [
            kid, der, payload.COUNTRY, int(kind), name, "v", certificate, now - timedelta(hours=1), now + BELIEVED_FOR,
            now + SIGNS_FOR,
        ],
    )  # fmt: skip
    held = database.row("select name, kid from certificates_signer where name = %s", [name])
    if held is None:
        raise LookupError(name)
    return held[0], bytes(held[1])


def _certificate(name: str, public: ec.EllipticCurvePublicKey, *, now: datetime) -> bytes:
    """Return the signer's certificate under our own root, for those who ask for X.509."""
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(ROOT))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + BELIEVED_FOR)
        .add_extension(x509.ExtendedKeyUsage([_VACCINATIONS]), critical=False)
        .sign(keys.signing_key(ROOT), hashes.SHA256())
        .public_bytes(Encoding.DER)
    )


def _named(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, payload.COUNTRY),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, settings.TIEMCHUNG_ISSUER),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
