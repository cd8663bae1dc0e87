from __future__ import annotations

import dataclasses
import hashlib
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from tiemchung.domain.access.engine import assertion_holds, cose_key
from tiemchung.domain.access.values import Passkey
from tiemchung.kernel import wire

CHALLENGE = hashlib.sha256(b"the lines of one day").digest()
PRESENT, VERIFIED = 0x01, 0x04


@dataclasses.dataclass(frozen=True, kw_only=True)
class Proof:
    credential: str
    authenticator_data: str
    client_data: str
    signature: str


class Authenticator:
    """A passkey in somebody's hand."""

    def __init__(self, rp_id: str = "localhost") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.rp_id = rp_id
        self.credential = hashlib.sha256(wire.dump_public_key(self.key.public_key())).digest()

    @property
    def passkey(self) -> Passkey:
        return Passkey(
            credential=self.credential,
            public_key=cose_key(wire.dump_public_key(self.key.public_key())),
            rp_id_hash=hashlib.sha256(self.rp_id.encode()).digest(),
        )

    def sign(
        self,
        challenge: bytes = CHALLENGE,
        *,
        flags: int = PRESENT | VERIFIED,
        kind: str = "webauthn.get",
        origin: str = "http://localhost:8000",
        rp_id: str | None = None,
        cross_origin: bool = False,
    ) -> Proof:
        data = hashlib.sha256((rp_id or self.rp_id).encode()).digest() + bytes([flags]) + bytes(4)
        told = {
            "type": kind,
            "challenge": wire.to_base64url(challenge),
            "origin": origin,
            "crossOrigin": cross_origin,
        }
        client = json.dumps(told).encode()
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return Proof(
            credential=wire.to_base64url(self.credential),
            authenticator_data=wire.to_base64url(data),
            client_data=wire.to_base64url(client),
            signature=wire.to_base64url(signature),
        )


@pytest.fixture(scope="module")
def hers() -> Authenticator:
    return Authenticator()


def test_a_passkey_proves_the_challenge_it_signed(hers: Authenticator) -> None:
    assert assertion_holds(CHALLENGE, hers.sign(), [Authenticator().passkey, hers.passkey])


@pytest.mark.parametrize(
    "proof",
    [
        pytest.param({"challenge": hashlib.sha256(b"another day").digest()}, id="another challenge"),
        pytest.param({"flags": VERIFIED}, id="nobody present"),
        pytest.param({"flags": PRESENT}, id="holder not verified"),
        pytest.param({"kind": "webauthn.create"}, id="a registration"),
        pytest.param({"origin": "https://localhost.evil.example"}, id="another origin"),
        pytest.param({"origin": "http://evil.example"}, id="no secure origin"),
        pytest.param({"rp_id": "evil.example"}, id="another relying party"),
        pytest.param({"cross_origin": True}, id="inside another site's frame"),
    ],
)
def test_a_proof_of_something_else_proves_nothing(hers: Authenticator, proof: dict[str, object]) -> None:
    assert not assertion_holds(CHALLENGE, hers.sign(**proof), [hers.passkey])  # type: ignore[arg-type]  # table of cases


def test_a_passkey_of_nobody_known_proves_nothing(hers: Authenticator) -> None:
    assert not assertion_holds(CHALLENGE, hers.sign(), [])
    assert not assertion_holds(CHALLENGE, hers.sign(), [Authenticator().passkey])


def test_a_signature_by_another_key_under_her_credential_proves_nothing(hers: Authenticator) -> None:
    thief = Authenticator()
    thief.credential = hers.credential
    assert not assertion_holds(CHALLENGE, thief.sign(), [hers.passkey])


def test_a_passkey_of_a_domain_holds_on_its_subdomain() -> None:
    national = Authenticator("tiemchung.example")
    assert assertion_holds(CHALLENGE, national.sign(origin="https://diem.tiemchung.example"), [national.passkey])
    assert not assertion_holds(CHALLENGE, national.sign(origin="https://eviltiemchung.example"), [national.passkey])


@given(field=st.sampled_from(["credential", "authenticator_data", "client_data", "signature"]), text=st.text())
def test_no_text_whatever_breaks_the_check(hers: Authenticator, field: str, text: str) -> None:
    broken = dataclasses.replace(hers.sign(), **{field: text})
    assert not assertion_holds(CHALLENGE, broken, [hers.passkey])


@given(key=st.binary(max_size=80))
def test_bytes_that_are_no_key_are_told(key: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        cose_key(key)
