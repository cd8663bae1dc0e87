"""The wire, against vectors another implementation wrote, and against whoever would change a bit of it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from tiemchung.kernel import wire
from tiemchung.kernel.wire import WireCode, WireError

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "conformance" / "wire" / "vectors.json").read_text(encoding="utf-8")
)
DEVICE = UUID(VECTORS["device"])
PUBLIC_KEY = wire.load_public_key(wire.from_base64url(VECTORS["public_key"]))
PRIVATE_KEY = ec.derive_private_key(
    int.from_bytes(wire.from_base64url(VECTORS["private_key"]["d"]), "big"), ec.SECP256R1()
)
LINE = st.binary(max_size=200).filter(lambda line: b"\n" not in line)
LINES = st.lists(LINE, min_size=1, max_size=20)


def named(cases: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in cases]


def test_genesis_is_the_vectors() -> None:
    assert wire.to_base64url(wire.genesis(DEVICE)) == VECTORS["genesis"]


@pytest.mark.parametrize("case", named(VECTORS["batches"]))
def test_a_chain_has_the_links_of_the_vectors(case: dict[str, Any]) -> None:
    previous = wire.from_base64url(case["previous"])
    lines = [wire.from_base64url(line) for line in case["lines"]]
    links = []
    link = previous
    for seq, line in enumerate(lines, case["first"]):
        link = wire.link(link, seq, line)
        links.append(wire.to_base64url(link))
    assert links == case["links"]
    assert wire.to_base64url(wire.chain(previous, case["first"], lines)) == case["head"]


@pytest.mark.parametrize("case", named(VECTORS["batches"]))
def test_a_batch_of_the_vectors_is_read_and_its_signature_holds(case: dict[str, Any]) -> None:
    header, lines = wire.parse_batch(wire.from_base64url(case["batch"]))
    assert [wire.to_base64url(line) for line in lines] == case["lines"]
    assert (header.device, header.first, header.last) == (DEVICE, case["first"], case["first"] + len(lines) - 1)
    assert wire.chain(header.previous, header.first, lines) == header.head
    message = wire.head_message(
        device=header.device, first=header.first, count=header.count, previous=header.previous, head=header.head
    )
    assert wire.to_base64url(message) == case["message"]
    assert wire.verify_head(PUBLIC_KEY, header)


@pytest.mark.parametrize("case", named(VECTORS["refused"]))
def test_a_batch_that_cannot_be_read_is_refused_with_its_code(case: dict[str, Any]) -> None:
    with pytest.raises(WireError) as refusal:
        wire.parse_batch(wire.from_base64url(case["batch"]))
    assert refusal.value.code == case["code"]


def test_a_batch_over_a_megabyte_is_refused_before_it_is_split() -> None:
    with pytest.raises(WireError) as refusal:
        wire.parse_batch(b"\n" * (wire.MAX_BATCH_BYTES + 1))
    assert refusal.value.code == WireCode.BATCH_TOO_LARGE


def test_an_entry_of_exactly_the_limit_is_read() -> None:
    batch = encoded([b"x" * wire.MAX_ENTRY_BYTES])
    assert wire.parse_batch(batch)[1] == [b"x" * wire.MAX_ENTRY_BYTES]


@pytest.mark.parametrize("case", VECTORS["requests"], ids=lambda case: case["path"])
def test_a_request_of_the_vectors_is_read_and_its_signature_holds(case: dict[str, Any]) -> None:
    message = wire.request_message(case["method"], case["path"], case["nonce"])
    assert wire.to_base64url(message) == case["message"]
    device, nonce, signature = wire.parse_authorization(case["authorization"])
    assert (device, nonce) == (DEVICE, case["nonce"])
    assert wire.verify_request(PUBLIC_KEY, signature, method=case["method"], path=case["path"], nonce=nonce)
    assert not wire.verify_request(PUBLIC_KEY, signature, method="POST", path=case["path"], nonce=nonce)
    assert wire.encode_authorization(device, nonce=nonce, signature=signature) == case["authorization"]


@pytest.mark.parametrize(
    "value", ["", "Bearer x", "TC1 device=tablet", VECTORS["requests"][0]["authorization"] + "A", "TC1 " + "-" * 36]
)
def test_an_authorization_of_another_shape_is_refused(value: str) -> None:
    with pytest.raises(WireError) as refusal:
        wire.parse_authorization(value)
    assert refusal.value.code == WireCode.AUTHORIZATION_UNREADABLE


def test_the_fields_of_a_request_cannot_run_into_each_other() -> None:
    assert wire.request_message("GET", "/a", "bc") != wire.request_message("GET", "/ab", "c")
    assert wire.request_message("GET", "/a", "b") != wire.request_message("GE", "T/a", "b")


def test_the_fingerprint_and_the_challenges_are_the_vectors() -> None:
    assert wire.fingerprint(wire.from_base64url(VECTORS["public_key"])) == VECTORS["fingerprint"]
    day, doses = VECTORS["attestations"]["day"], VECTORS["attestations"]["doses"]
    lines_hash = wire.from_base64url(day["lines_hash"])
    challenge = wire.day_challenge(site=day["site"], day=date.fromisoformat(day["day"]), lines_hash=lines_hash)
    assert wire.to_base64url(challenge) == day["challenge"]
    assert wire.to_base64url(wire.doses_challenge([UUID(dose) for dose in doses["doses"]])) == doses["challenge"]


def encoded(lines: list[bytes], *, first: int = 1) -> bytes:
    return wire.encode_batch(lines, device=DEVICE, first=first, previous=wire.genesis(DEVICE), private_key=PRIVATE_KEY)


def holds(batch: bytes) -> bool:
    """Tell whether a receiver who trusts nobody would take the batch."""
    header, lines = wire.parse_batch(batch)
    return wire.chain(header.previous, header.first, lines) == header.head and wire.verify_head(PUBLIC_KEY, header)


@given(lines=LINES, first=st.integers(1, 2**31))
@settings(deadline=None)
def test_what_was_encoded_is_read_back_byte_for_byte(lines: list[bytes], first: int) -> None:
    batch = encoded(lines, first=first)
    header, read = wire.parse_batch(batch)
    assert read == lines
    assert header.first == first
    assert holds(batch)


@given(data=st.data(), lines=LINES)
@settings(deadline=None)
def test_one_changed_bit_anywhere_is_noticed(data: st.DataObject, lines: list[bytes]) -> None:
    batch = bytearray(encoded(lines))
    place = data.draw(st.integers(0, len(batch) - 1))
    batch[place] ^= 1 << data.draw(st.integers(0, 7))
    header_before = wire.parse_batch(encoded(lines))[0]
    try:
        taken = holds(bytes(batch))
    except WireError:
        return
    header, read = wire.parse_batch(bytes(batch))
    # A letter of the device's id may change its case and mean the same device; nothing else may pass.
    same_meaning = (header.device, header.first, header.head) == (DEVICE, 1, header_before.head) and read == lines
    assert not taken or same_meaning


@given(lines=st.lists(LINE, min_size=2, max_size=6, unique=True))
@settings(deadline=None)
def test_entries_cannot_change_places(lines: list[bytes]) -> None:
    previous = wire.genesis(DEVICE)
    assert wire.chain(previous, 1, lines) != wire.chain(previous, 1, lines[::-1])
    assert wire.chain(previous, 1, lines) != wire.chain(previous, 2, lines)


def test_another_key_signs_nothing_for_this_device() -> None:
    header = wire.parse_batch(encoded([b"{}"]))[0]
    stranger = ec.generate_private_key(ec.SECP256R1()).public_key()
    assert wire.verify_head(PUBLIC_KEY, header)
    assert not wire.verify_head(stranger, header)


def test_a_signature_of_zeros_or_of_another_length_is_a_wrong_one() -> None:
    for signature in (bytes(64), b"", bytes(63), b"\xff" * 64):
        assert not wire.verify(PUBLIC_KEY, b"message", signature)


def test_an_entry_with_a_newline_is_never_sent() -> None:
    with pytest.raises(WireError) as refusal:
        encoded([b"{}\n{}"])
    assert refusal.value.code == WireCode.NEWLINE_IN_ENTRY


@given(raw=st.binary(max_size=100))
def test_base64url_has_one_spelling_for_each_bytes(raw: bytes) -> None:
    text = wire.to_base64url(raw)
    assert wire.from_base64url(text) == raw
    with pytest.raises(WireError):
        wire.from_base64url(text + "=")


@pytest.mark.parametrize("text", ["A", "AB", "AAAB==", "a+b/", "á", "AA\n"])
def test_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(WireError):
        wire.from_base64url(text)


@pytest.mark.parametrize("point", [b"", bytes(65), b"\x04" + bytes(64), b"\x04" + b"\xff" * 64, bytes(33)])
def test_a_point_off_the_curve_is_no_key(point: bytes) -> None:
    with pytest.raises(WireError) as refusal:
        wire.load_public_key(point)
    assert refusal.value.code == WireCode.KEY_UNREADABLE


def test_a_key_is_dumped_as_it_was_loaded() -> None:
    assert wire.to_base64url(wire.dump_public_key(PUBLIC_KEY)) == VECTORS["public_key"]
