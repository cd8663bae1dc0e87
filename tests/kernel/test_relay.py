"""A hub's envelope: one batch, byte for byte, and whose word it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tiemchung.kernel import relay, wire

KEY = ec.generate_private_key(ec.SECP256R1())
HUB, OTHER_HUB = (UUID(f"01997b4c-8f6a-7cc2-9d7e-{node}") for node in ("1f2a3b4c5d6e", "1f2a3b4c5d6f"))
TAKEN_AT = datetime(2021, 9, 13, 6, 58, 12, 345_678, tzinfo=UTC)
BATCH = b"header\nline with \x00 and \xff\n"


def enveloped(batch: bytes = BATCH, *, taken_at: datetime = TAKEN_AT) -> bytes:
    return relay.put_in_envelope(batch, hub=HUB, taken_at=taken_at, private_key=KEY)


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
