"""What is sealed opens only in its own row; keys are files that nobody else may read."""

from __future__ import annotations

import hmac
import stat
from datetime import date
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from tiemchung.plumbing import keys, sealing

DAY = date(2021, 9, 13)


@given(clear=st.binary(max_size=300), aad=st.binary(min_size=1, max_size=20))
def test_what_was_sealed_opens_again(clear: bytes, aad: bytes) -> None:
    sealed = sealing.seal("health", DAY, clear, aad)
    assert sealing.unseal(sealed, aad) == clear
    assert len(sealed) == len(clear) + 32


@given(values=st.lists(st.tuples(st.binary(max_size=30), st.binary(min_size=1, max_size=20))))
def test_values_sealed_together_open_each_by_itself(values: list[tuple[bytes, bytes]]) -> None:
    sealed = sealing.seal_all("health", DAY, values)
    assert [sealing.unseal(one, aad) for one, (_, aad) in zip(sealed, values, strict=True)] == [c for c, _ in values]
    assert len({one[4:16] for one in sealed}) == len(values), "each has a nonce of its own"


def test_a_value_moved_to_another_row_opens_no_more() -> None:
    sealed = sealing.seal("identity", DAY, b"Nguyen", b"one row")
    with pytest.raises(InvalidTag):
        sealing.unseal(sealed, b"another")


def test_one_key_for_a_class_and_month_and_one_a_day_for_passages() -> None:
    assert sealing.key_name("health", DAY) == sealing.key_name("health", date(2021, 9, 30)) == "seal-health-2021-09"
    assert sealing.key_name("health", DAY) != sealing.key_name("identity", DAY)
    assert sealing.key_name("passed", DAY) == "seal-passed-2021-09-13"


def test_a_destroyed_key_opens_nothing_again(own_keys: Path) -> None:
    sealed = sealing.seal("passed", DAY, b"somebody passed", b"row")
    sealing.forget_keys()
    assert sealing.unseal(sealed, b"row") == b"somebody passed"
    keys.destroy(sealing.key_name("passed", DAY))
    sealing.forget_keys()
    assert not list(own_keys.glob("seal-passed-*"))
    with pytest.raises(InvalidTag):
        sealing.unseal(sealed, b"row")


@given(texts=st.lists(st.text(max_size=80)))
def test_a_look_up_is_the_hmac_of_what_it_is_for_and_the_text(texts: list[str]) -> None:
    key = keys.secret("lookup")
    wanted = [hmac.digest(key, b"phone\0" + text.encode(), "sha256")[:16] for text in texts]
    assert sealing.lookup_hashes("phone", texts) == [sealing.lookup_hash("phone", text) for text in texts] == wanted


def test_a_look_up_tells_kinds_of_text_apart() -> None:
    assert sealing.lookup_hash("phone", "0901") == sealing.lookup_hash("phone", "0901")
    assert sealing.lookup_hash("phone", "0901") != sealing.lookup_hash("identifier", "0901")
    assert len(sealing.lookup_hash("phone", "0901")) == sealing.LOOKUP_BYTES


@pytest.fixture
def own_keys(tmp_path: Path, settings: LazySettings) -> Path:
    settings.TIEMCHUNG_KEYS_DIR = str(tmp_path / "keys")
    sealing.forget_keys()
    return tmp_path / "keys"


def test_a_key_is_made_once_and_for_us_alone(own_keys: Path) -> None:
    first = keys.secret("lookup")
    sealing.forget_keys()
    assert keys.secret("lookup") == first
    assert stat.S_IMODE((own_keys / "lookup.key").stat().st_mode) == 0o600
    assert not list(own_keys.glob(".new-*"))


def test_a_key_that_others_can_read_is_not_used(own_keys: Path) -> None:
    keys.secret("lookup")
    (own_keys / "lookup.key").chmod(0o644)
    sealing.forget_keys()
    with pytest.raises(keys.KeyFileError, match="chmod 600"):
        keys.secret("lookup")
