"""Whom we believe: other countries' keys are loaded, a text that somebody shows is judged. Nothing of it is stored."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from django.db import transaction

from tiemchung.domain.certificates import policy, queries
from tiemchung.domain.certificates.actions.signers import KID_BYTES
from tiemchung.domain.certificates.engine import cose, trustlist, verifying
from tiemchung.domain.certificates.errors import TrustListNotSigned, TrustListUnreadable
from tiemchung.domain.certificates.values import Kind, Signer, TrustChange, TrustRow, Verdict
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database

LEAST_RSA_BITS = 2048
_USES = {
    f"1.3.6.1.4.1.{arc}.2021.1.{number}": use
    for arc in ("1847", "0.1847")
    for number, use in (("1", "t"), ("2", "v"), ("3", "r"))
}
"""The extended key usages of the EU's signers, in the two spellings that its countries use."""

_KEEP = """
insert into certificates_signer (kid, public_key, country, certificate, uses, valid_from, valid_to, kind, name)
select t.*, %s, '' from unnest(%b::bytea[], %b::bytea[], %b::text[], %b::bytea[], %b::text[], %b::timestamptz[],
                               %b::timestamptz[]) as t
on conflict do nothing
"""


@transaction.atomic
def load_trust_list(rows: Sequence[TrustRow], *, actor: Actor) -> int:
    """Take in the keys of another country's signers; returns how many are new. A bad row refuses the whole list."""
    if not policy.may_load_keys(actor):
        raise NotPermitted(actor=actor.name)
    found = [read_signer(row, number) for number, row in enumerate(rows, 1)]
    return database.run(
        _KEEP,
        [
            int(Kind.CERTIFICATE),
            arrays.binaries([each.kid for each in found]),
            arrays.binaries([each.public_key for each in found]),
            arrays.texts([each.country for each in found]),
            arrays.binaries([each.certificate for each in found]),
            arrays.texts([each.uses for each in found]),
            arrays.instants([each.valid_from for each in found]),
            arrays.instants([each.valid_to for each in found]),
        ],
    )


@transaction.atomic
def replace_trust_list(content: bytes, *, key: ec.EllipticCurvePublicKey | None, actor: Actor) -> TrustChange:
    """Make the keys of other countries those of this list: what is not on it is believed no longer. Ours stay.

    With a key only a list that it has signed is taken (`trust-list-not-signed`). A list that is empty or wrong in any row
    changes nothing.
    """
    if not policy.may_load_keys(actor):
        raise NotPermitted(actor=actor.name)
    try:
        rows = trustlist.read(content, key=key)
    except trustlist.UnsignedListError as error:
        raise TrustListNotSigned from error
    except trustlist.UnreadableListError as error:
        raise TrustListUnreadable(row=0) from error
    if not rows:
        raise TrustListUnreadable(row=0)
    told = [read_signer(row, number) for number, row in enumerate(rows, 1)]
    gone = database.run(
        "delete from certificates_signer s where s.name = '' and not exists (select from "
        "unnest(%b::bytea[], %b::bytea[]) as t(kid, key) where t.kid = s.kid and t.key = s.public_key)",
        [arrays.binaries([each.kid for each in told]), arrays.binaries([each.public_key for each in told])],
    )
    return TrustChange(new=load_trust_list(rows, actor=actor), gone=gone)


def read_signer(row: TrustRow, number: int) -> Signer:
    """Return the key of one row of a list; refuses what is no certificate of a kind that we take (`trust-list-unreadable`)."""
    try:
        der = base64.b64decode(row.certificate, validate=True)
        certificate = x509.load_der_x509_certificate(der)
        key = certificate.public_key()
        kid = base64.b64decode(row.kid, validate=True) if row.kid else hashlib.sha256(der).digest()[:KID_BYTES]
        countries = certificate.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)
    except (ValueError, binascii.Error) as error:
        raise TrustListUnreadable(row=number) from error
    on_curve = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, cose.CURVES)
    if not on_curve and not (isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA_BITS):
        raise TrustListUnreadable(row=number)
    return Signer(
        kid=kid,
        public_key=key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        country=row.country or (str(countries[0].value) if countries else ""),
        kind=Kind.CERTIFICATE,
        ours=False,
        certificate=der,
        uses=_uses(certificate),
        valid_from=certificate.not_valid_before_utc,
        valid_to=certificate.not_valid_after_utc,
    )


def _uses(certificate: x509.Certificate) -> str:
    """Return what a signer may sign; nothing said, or said in a way that cannot be read, is all of it."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return ""
    return "".join(sorted({_USES[each.dotted_string] for each in usage if each.dotted_string in _USES}))


def verify(text: str, *, now: datetime) -> Verdict:
    """Return the verdict about a text that somebody shows: our certificate, our pass, or another country's."""
    return verifying.judge(text, now=now, keys=queries.signers_of, revoked=queries.revocation_of)
