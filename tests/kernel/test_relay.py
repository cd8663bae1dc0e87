"""A hub's envelope: one batch, byte for byte, and whose word it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tiemchung.kernel import relay, wire
from tiemchung.project.hub.uplink import believed

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "conformance" / "wire" / "relay.json").read_text(encoding="utf-8")
)
KEY = ec.generate_private_key(ec.SECP256R1())
HUB, OTHER_HUB = (UUID(f"01997b4c-8f6a-7cc2-9d7e-{node}") for node in ("1f2a3b4c5d6e", "1f2a3b4c5d6f"))
TAKEN_AT = datetime(2021, 9, 13, 6, 58, 12, 345_678, tzinfo=UTC)
BATCH = b"header\nline with \x00 and \xff\n"


def enveloped(batch: bytes = BATCH, *, taken_at: datetime = TAKEN_AT) -> bytes:
    return relay.put_in_envelope(batch, hub=HUB, taken_at=taken_at, private_key=KEY)


def hub_key() -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(wire.from_base64url(VECTORS["hub_key"]["d"]), "big"), ec.SECP256R1())


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in VECTORS["envelopes"]])
def test_an_envelope_of_another_implementation_opens_and_ours_is_the_same_but_for_its_signature(
    case: dict[str, str],
) -> None:
    content, batch = (wire.from_base64url(case[name]) for name in ("envelope", "batch"))
    told = relay.parse_envelope(content)
    assert (str(told.hub), told.told_at, told.batch) == (VECTORS["hub"], VECTORS["taken_at"], batch)
    assert wire.to_base64url(told.message) == case["message"]
    assert relay.verify_envelope(wire.load_public_key(wire.from_base64url(VECTORS["hub_point"])), told)
    ours = relay.put_in_envelope(batch, hub=told.hub, taken_at=told.taken_at, private_key=hub_key())
    theirs = wire.to_base64url(told.signature).encode()
    assert ours.replace(wire.to_base64url(relay.parse_envelope(ours).signature).encode(), theirs) == content


def test_the_word_that_a_batch_is_held_is_the_vector_s() -> None:
    told = VECTORS["held"]
    header = wire.parse_header(json.dumps(told["header"]).encode())
    assert wire.to_base64url(relay.held_message(header)) == told["message"]
    point = wire.load_public_key(wire.from_base64url(VECTORS["hub_point"]))
    assert wire.verify(point, relay.held_message(header), wire.from_base64url(told["signature"]))


def test_a_receipt_of_another_implementation_is_believed_under_the_center_s_key_alone() -> None:
    told, server = VECTORS["receipt"], wire.from_base64url(VECTORS["server_point"])
    assert believed(told["compact"], server_key=server, typ="tc-receipt+jws") == told["said"]
    assert believed(told["compact"], server_key=server, typ="tc-roster+jws") is None
    hub = wire.from_base64url(VECTORS["hub_point"])
    assert believed(told["compact"], server_key=hub, typ="tc-receipt+jws") is None


@pytest.mark.parametrize("batch", [BATCH, b"", b"\n", b"x" * wire.MAX_BATCH_BYTES])
def test_what_comes_out_is_what_went_in(batch: bytes) -> None:
    content = enveloped(batch)
    told = relay.parse_envelope(content)
    assert (told.hub, told.batch) == (HUB, batch)
    assert told.taken_at == TAKEN_AT.replace(microsecond=345_000)
    assert relay.verify_envelope(KEY.public_key(), told)
    assert len(content) <= relay.MAX_ENVELOPE_BYTES


def test_an_instant_is_told_in_utc_wherever_the_hub_stands() -> None:
    there = TAKEN_AT.astimezone(timezone(timedelta(hours=7)))
    assert relay.parse_envelope(enveloped(taken_at=there)).told_at == "2021-09-13T06:58:12.345Z"


@pytest.mark.parametrize(
    ("told", "other"),
    [(b"2021-09-13T06:58", b"2021-09-13T06:59"), (b"header", b"Header"), (str(HUB).encode(), str(OTHER_HUB).encode())],
)
def test_nothing_of_it_can_be_changed(told: bytes, other: bytes) -> None:
    changed = relay.parse_envelope(enveloped().replace(told, other))
    assert not relay.verify_envelope(KEY.public_key(), changed)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda _: b"{}\n",
        lambda _: b"no json\nbatch",
        lambda _: b"\xff\n",
        lambda honest: honest[:-1],
        lambda honest: honest + b"x",
        lambda honest: honest.replace(b".345Z", b".345"),
        lambda honest: honest.replace(b"2021-09-13", b"2021-13-13"),
        lambda honest: b" " * relay.MAX_LINE_BYTES + honest,
    ],
)
def test_what_is_no_envelope_is_told(spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(wire.WireError):
        relay.parse_envelope(spoil(enveloped()))


def test_the_word_that_a_batch_is_held_is_no_batch_s_signature() -> None:
    header = wire.sign_batch([b"x"], device=HUB, first=1, previous=wire.genesis(HUB), private_key=KEY)
    assert not wire.verify(KEY.public_key(), relay.held_message(header), header.signature)
    assert wire.verify(KEY.public_key(), relay.held_message(header), wire.sign(KEY, relay.held_message(header)))
