"""Sealed bytes, against vectors another implementation wrote, and against whoever moves, cuts, swells or changes them."""

from __future__ import annotations

import json
import zlib
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from tiemchung.kernel import sealed, wire
from tiemchung.kernel.sealed import SealedError

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "conformance" / "wire" / "sealed.json").read_text(encoding="utf-8")
)
DEVICE, STAFF = UUID(VECTORS["device"]), UUID(VECTORS["staff"])
DAY = date.fromisoformat(VECTORS["day"])


def private_key(jwk: dict[str, str]) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(wire.from_base64url(jwk["d"]), "big"), ec.SECP256R1())


RECIPIENT, SENDER = private_key(VECTORS["recipient"]), private_key(VECTORS["sender"])
PUBLIC = RECIPIENT.public_key()


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in VECTORS["sealed"]])
def test_sealing_gives_the_bytes_of_the_vectors(case: dict[str, str]) -> None:
    iv, clear, context = (wire.from_base64url(case[name]) for name in ("iv", "clear", "context"))
    made = sealed.seal_with(SENDER, iv, PUBLIC, clear, context)
    assert wire.to_base64url(made) == case["sealed"]
    assert sealed.unseal(RECIPIENT, made, context) == clear


def test_an_entry_of_another_implementation_opens() -> None:
    told = VECTORS["entry"]
    line = sealed.unseal_entry(RECIPIENT, wire.from_base64url(told["sealed"]), device=DEVICE, seq=told["seq"])
    assert wire.to_base64url(line) == told["line"]


def test_contexts_and_messages_are_the_vectors() -> None:
    secret = VECTORS["sealed"][1]
    assert wire.to_base64url(sealed.unlock_context(DEVICE, STAFF, DAY)) == secret["context"]
    point = wire.dump_public_key(PUBLIC)
    assert wire.to_base64url(point) == VECTORS["recipient_point"]
    assert wire.to_base64url(sealed.agreement_message(point)) == VECTORS["agreement_message"]
    challenge = wire.unlock_challenge(DEVICE, STAFF, nonce=VECTORS["unlock"]["nonce"])
    assert wire.to_base64url(challenge) == VECTORS["unlock"]["challenge"]


@settings(max_examples=20, deadline=None)
@given(clear=st.binary(max_size=200), context=st.binary(max_size=40), data=st.data())
def test_one_changed_bit_opens_nothing(clear: bytes, context: bytes, data: st.DataObject) -> None:
    made = bytearray(sealed.seal(PUBLIC, clear, context))
    place = data.draw(st.integers(min_value=0, max_value=len(made) - 1))
    made[place] ^= 1 << data.draw(st.integers(min_value=0, max_value=7))
    with pytest.raises(SealedError):
        sealed.unseal(RECIPIENT, bytes(made), context)


@pytest.mark.parametrize("cut", [0, 1, 65, sealed.OVERHEAD_BYTES - 1])
def test_bytes_that_are_cut_off_open_nothing(cut: int) -> None:
    with pytest.raises(SealedError):
        sealed.unseal(RECIPIENT, sealed.seal(PUBLIC, b"x", b"")[:cut], b"")


def test_an_entry_opens_at_its_own_place_only() -> None:
    made = sealed.seal_entry(PUBLIC, b"{}", device=DEVICE, seq=7)
    assert sealed.unseal_entry(RECIPIENT, made, device=DEVICE, seq=7) == b"{}"
    for device, seq in ((DEVICE, 8), (STAFF, 7)):
        with pytest.raises(SealedError):
            sealed.unseal_entry(RECIPIENT, made, device=device, seq=seq)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(SealedError):
        sealed.unseal(SENDER, sealed.seal(PUBLIC, b"x", b""), b"")


def test_an_entry_that_swells_is_refused() -> None:
    bomb = zlib.compress(bytes(wire.MAX_ENTRY_BYTES + 1))
    made = sealed.seal(PUBLIC, bomb, sealed.outbox_context(DEVICE, 1))
    with pytest.raises(SealedError):
        sealed.unseal_entry(RECIPIENT, made, device=DEVICE, seq=1)


@pytest.mark.parametrize("bad", [b"", b"no zlib", zlib.compress(b"abc")[:-1], zlib.compress(b"abc") + b"x"])
def test_what_is_no_whole_stream_does_not_inflate(bad: bytes) -> None:
    with pytest.raises(SealedError):
        sealed.inflate(bad, at_most=3)


def test_a_stream_inflates_to_the_limit_and_no_further() -> None:
    assert sealed.inflate(zlib.compress(b"abc"), at_most=3) == b"abc"
    assert sealed.inflate(zlib.compress(b"abcd"), at_most=3) is None
    assert sealed.inflate(zlib.compress(bytes(10_000_000)), at_most=3) is None
