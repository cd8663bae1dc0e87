from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import cbor2
import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.certificates.climbing import leads_to
from tiemchung.domain.certificates.engine import base45, cbor, latin, log, payload
from tiemchung.domain.certificates.values import Kind, Signable

SCHEMA = Path(__file__).parents[3] / "conformance" / "dcc" / "DCC.combined-schema-1.3.0.json"
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**53), max_value=2**53 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)

WRITTEN = st.recursive(
    st.integers(min_value=-(2**53), max_value=2**53 - 1) | st.text(max_size=40) | st.binary(max_size=300),
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(st.integers(-300, 300) | st.text(max_size=5), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Nguyễn Thị Ánh Hằng", ("NGUYEN", "THI<ANH<HANG")),
        ("Đặng Đức Đạt", ("DANG", "DUC<DAT")),
        ("Ðào Thị Mỹ", ("DAO", "THI<MY")),
        ("Ưng Hoàng Phúc", ("UNG", "HOANG<PHUC")),
        ("Lê Ơ", ("LE", "O")),
        ("H'Hen Niê", ("HHEN", "NIE")),
        ("Rơ-Châm Ƀiên", ("RO<CHAM", "BIEN")),
        ("Müller-Straße Jürgen", ("MUELLER<STRASSE", "JUERGEN")),
        ("Øystein Åse Æbler", ("OEYSTEIN", "AASE<AEBLER")),
        ("Ý", ("Y", "")),
        ("  Nguyễn   Văn  A ", ("NGUYEN", "VAN<A")),
        ("山田 太郎", ("", "")),
    ],
)
def test_a_name_in_the_letters_of_a_passport(name: str, expected: tuple[str, str]) -> None:
    family, given_names = latin.parts(name)
    assert (latin.transliterated(family), latin.transliterated(given_names)) == expected


@given(st.text(max_size=120))
def test_no_name_breaks_the_certificates_schema(name: str) -> None:
    written = latin.transliterated(name)
    assert len(written) <= 80
    assert set(written) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ<")


@given(st.binary(max_size=200))
def test_base45_comes_back(content: bytes) -> None:
    assert base45.decode(base45.encode(content)) == content


@pytest.mark.parametrize("text", ["A", "GGW", ":::", "::", "aa", "AĐ", "A\x00"])
def test_what_is_no_base45_is_refused(text: str) -> None:
    with pytest.raises(base45.Base45Error):
        base45.decode(text)


def test_base45_of_the_standard() -> None:
    assert base45.encode(b"Hello!!") == "%69 VD92EX0"
    assert base45.decode("QED8WEX0") == b"ietf!"


@given(st.text(base45.ALPHABET, max_size=12))
def test_base45_is_read_as_the_standard_reckons(text: str) -> None:
    triples = [text[place : place + 3] for place in range(0, len(text), 3)]
    values = [sum(base45.ALPHABET.index(letter) * 45**place for place, letter in enumerate(part)) for part in triples]
    lengths = [len(part) - 1 for part in triples]
    if 0 in lengths or any(value >= 256**length for value, length in zip(values, lengths, strict=True)):
        with pytest.raises(base45.Base45Error):
            base45.decode(text)
    else:
        expected = b"".join(value.to_bytes(length, "big") for value, length in zip(values, lengths, strict=True))
        assert base45.decode(text) == expected


@given(WRITTEN)
def test_we_write_what_others_write(value: Any) -> None:
    assert cbor.encode(value) == cbor2.dumps(value)


@given(VALUES)
def test_our_reader_reads_what_others_write(value: object) -> None:
    assert cbor.decode(cbor2.dumps(value)) == value


@given(st.binary(max_size=60))
def test_no_bytes_surprise_the_reader(content: bytes) -> None:
    try:
        cbor.decode(content)
    except cbor.CborError as error:
        assert str(error)  # noqa: PT017 - reading and refusing are both right; anything else is not


@pytest.mark.parametrize("born", ["1952", "1952-07", "1952-07-14", ""])
def test_our_words_are_of_the_eu_schema(born: str) -> None:
    signable = Signable(
        name="Trần Thị Tư",
        born=born,
        product="BBIBP-CorV",
        prophylaxis="1157024006",
        holder="ORG-100020693",
        dose_number=1,
        series_doses=2,
        given_on=date(2021, 10, 18),
    )
    words = payload.words_of(signable, identifier=payload.new_identifier())
    jsonschema_rs.validate(json.loads(SCHEMA.read_text(encoding="utf-8")), words)
    claims = payload.claims_of(
        Kind.PASS, words, issued_at=datetime(2021, 10, 19, tzinfo=UTC), expires_at=datetime.max.replace(tzinfo=UTC)
    )
    assert payload.read_words(cbor.decode(claims), Kind.PASS).dob == born


def test_a_certificates_name_tells_nothing_twice_and_checks_itself() -> None:
    names = {payload.new_identifier() for _ in range(100)}
    assert len(names) == 100
    for name in names:
        body, letter = name.split("#")
        assert len(name) <= 72
        assert payload.check_letter(body) == letter
    assert payload.check_letter("URN:UVCI:01:VN:A") != payload.check_letter("URN:UVCI:01:VN:B")


@given(st.lists(st.binary(min_size=1, max_size=8), min_size=1, max_size=20), st.data())
def test_every_leaf_leads_to_the_root_and_no_other_does(contents: list[bytes], data: st.DataObject) -> None:
    leaves = [log.leaf(content) for content in contents]
    index = data.draw(st.integers(min_value=0, max_value=len(leaves) - 1))
    path, root = log.path(leaves, index), log.root(leaves)
    assert leads_to(leaves[index], path, index=index, count=len(leaves), root=root)
    assert not leads_to(log.leaf(b"another, and longer"), path, index=index, count=len(leaves), root=root)
    assert not leads_to(leaves[index], [*path, root], index=index, count=len(leaves), root=root)
