"""Other countries' keys come by a gateway's list: all of it or nothing, and what left the list is believed no longer."""

from __future__ import annotations

import base64
import json
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from tiemchung.domain.certificates import queries
from tiemchung.domain.certificates.actions.signers import current_signer
from tiemchung.domain.certificates.values import Kind
from tiemchung.project.trust_list import load

pytestmark = pytest.mark.usefixtures("owner_db")
NOW = datetime(2021, 10, 1, tzinfo=UTC)
GATEWAY = ec.generate_private_key(ec.SECP256R1())


def row(country: str, **other: str) -> dict[str, str]:
    """Return a document signer of a country as the gateway lists it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, country), x509.NameAttribute(NameOID.COMMON_NAME, "DSC")]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=700))
        .sign(key, hashes.SHA256())
    )
    der = certificate.public_bytes(Encoding.DER)
    return {
        "kid": base64.b64encode(certificate.fingerprint(hashes.SHA256())[:8]).decode(),
        "timestamp": "2021-09-30T12:00:00+02:00",
        "country": country,
        "certificateType": "DSC",
        "thumbprint": certificate.fingerprint(hashes.SHA256()).hex(),
        "signature": "MII...",
        "rawData": base64.b64encode(der).decode(),
        **other,
    }


def told(folder: Path, content: bytes, *, key: ec.EllipticCurvePublicKey | None = None) -> int:
    """Load a list as the operator does."""
    file, pem = folder / "list.json", folder / "key.pem"
    file.write_bytes(content)
    if key is not None:
        pem.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return load(Namespace(file=file, key=pem if key is not None else None))


def listed(rows: Sequence[dict[str, str]]) -> bytes:
    return json.dumps(rows).encode()


def signed(body: bytes, key: ec.EllipticCurvePrivateKey = GATEWAY) -> bytes:
    r, s = decode_dss_signature(key.sign(body, ec.ECDSA(hashes.SHA256())))
    return base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")) + b"\n" + body


def countries() -> list[str]:
    return [signer.country for signer in queries.trust_list(now=NOW) if not signer.ours]


def test_a_gateways_list_is_believed_and_what_leaves_it_is_not(tmp_path: Path, capsys: Any) -> None:
    germany, france = row("DE"), row("FR")
    current_signer(Kind.CERTIFICATE, now=NOW)
    assert told(tmp_path, listed([germany, france, row("FR", certificateType="CSCA")])) == 0
    assert capsys.readouterr().out == "2 new keys, 0 that are believed no longer.\n"
    assert countries() == ["DE", "FR"]
    assert told(tmp_path, json.dumps({"certificates": [france]}).encode()) == 0
    assert capsys.readouterr().out == "0 new keys, 1 that are believed no longer.\n"
    assert countries() == ["FR"]
    assert [signer.country for signer in queries.trust_list(now=NOW) if signer.ours] == ["VN"]


def test_a_list_that_was_signed_is_taken_only_with_its_key(tmp_path: Path) -> None:
    body = json.dumps({"certificates": [row("DE")]}).encode()
    stranger = ec.generate_private_key(ec.SECP256R1())
    public = GATEWAY.public_key()
    assert told(tmp_path, signed(body), key=stranger.public_key()) == 1
    assert told(tmp_path, signed(body, stranger), key=public) == 1
    assert told(tmp_path, signed(body).replace(b"DE", b"FR"), key=public) == 1
    assert told(tmp_path, body, key=public) == 1
    assert told(tmp_path, signed(body)) == 1
    assert told(tmp_path, b"AAAA\n" + body, key=public) == 1
    assert countries() == []
    assert told(tmp_path, signed(body), key=public) == 0
    assert countries() == ["DE"]


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"{}",
        b"",
        b"\xff\xfe[",
        b'[{"rawData": "AAAA", "country": "DE"}]',
        b'{"certificates": [{"country": "DE"}]}',
    ],
)
def test_a_list_that_is_wrong_anywhere_changes_nothing(tmp_path: Path, content: bytes) -> None:
    assert told(tmp_path, listed([row("DE")])) == 0
    assert told(tmp_path, content) == 1
    assert countries() == ["DE"]
