from __future__ import annotations

import hashlib
import json

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

from tiemchung.kernel import wire
from tiemchung_world.passkey import Passkey

CHALLENGE = hashlib.sha256(b"a day").digest()


def test_an_assertion_is_what_a_relying_party_expects() -> None:
    passkey = Passkey.of(7, "79-0001", 0)
    told = passkey.answer(CHALLENGE, origin="http://localhost:8000")
    client = json.loads(wire.from_base64url(told.client_data))
    assert client["type"] == "webauthn.get"
    assert wire.from_base64url(client["challenge"]) == CHALLENGE
    data = wire.from_base64url(told.authenticator_data)
    assert data[:32] == hashlib.sha256(b"localhost").digest()
    assert data[32] & 0x05 == 0x05
    signed = data + hashlib.sha256(wire.from_base64url(told.client_data)).digest()
    passkey.key.public_key().verify(wire.from_base64url(told.signature), signed, ec.ECDSA(hashes.SHA256()))


def test_an_assertion_for_other_bytes_does_not_verify() -> None:
    passkey = Passkey.of(7, "79-0001", 0)
    told = passkey.answer(CHALLENGE, origin="http://localhost:8000")
    other = wire.from_base64url(passkey.answer(b"x" * 32, origin="http://localhost:8000").client_data)
    signed = wire.from_base64url(told.authenticator_data) + hashlib.sha256(other).digest()
    with pytest.raises(InvalidSignature):
        passkey.key.public_key().verify(wire.from_base64url(told.signature), signed, ec.ECDSA(hashes.SHA256()))


def test_the_counter_rises_with_every_use() -> None:
    passkey = Passkey.of(7, "79-0001", 0)
    counts = [
        int.from_bytes(wire.from_base64url(passkey.answer(CHALLENGE, origin="x").authenticator_data)[33:37], "big")
        for _ in range(3)
    ]
    assert counts == [1, 2, 3]


def test_the_public_key_is_a_cose_key_of_the_same_point() -> None:
    passkey = Passkey.of(7, "79-0001", 0)
    point = wire.dump_public_key(passkey.key.public_key())
    assert cbor.decode(passkey.public_key()) == {1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]}
