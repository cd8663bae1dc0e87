"""Bodies of neighbors lie together in a block: each comes out as its device wrote it, and nobody else's with it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from tiemchung.domain.journal import actions, engine, queries
from tiemchung.domain.journal.values import START, NewEntry
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database, keys, sealing
from tiemchung.plumbing.rowsecurity import reaching

NOW = datetime(2021, 9, 13, 2, 0, tzinfo=UTC)
HERE = Reach(sites=frozenset({"79-0001"}))


def written(*sequences: int, passed: frozenset[int] = frozenset()) -> list[NewEntry]:
    return [
        NewEntry(
            id=uuid7(),
            kind="passed" if seq in passed else "arrived",
            seq=seq,
            occurred_at=NOW,
            person=uuid7(),
            line=b'{"seq":%d}' % seq,
        )
        for seq in sequences
    ]


def keep(entries: list[NewEntry], *, device: UUID | None = None) -> None:
    actions.append_entries(entries, device=device or uuid7(), site="79-0001", recorded_at=NOW)


def blocks() -> int:
    found = database.row("select count(*) from journal_block")
    return found[0] if found else 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sequences", "in_blocks"),
    [
        pytest.param(range(1, 3), 0, id="too few for a block"),
        pytest.param(range(1, 4), 1, id="one block"),
        pytest.param(range(7, 7 + engine.BLOCK_SPAN), 1, id="a full block"),
        pytest.param(range(1, 502), 16, id="a batch whose last entries are too few for a block"),
        pytest.param([1, 5, 9, 900, 901, 2000], 1, id="gaps and entries far apart"),
    ],
)
def test_every_entry_is_read_as_it_was_written(sequences: range | list[int], in_blocks: int) -> None:
    entries = written(*sequences)
    with reaching(HERE):
        keep(entries)
        assert blocks() == in_blocks
        told = {one.id: one.body for one in queries.entries([entry.id for entry in entries])}
        followed = {one.id: one.body for one in queries.visible_after(START, kinds=["arrived"])}
    assert told == {entry.id: entry.line for entry in entries}
    assert told.items() <= followed.items()


@pytest.mark.django_db
def test_what_is_destroyed_with_its_day_lies_in_no_block() -> None:
    entries = written(*range(1, 11), passed=frozenset({4, 5}))
    with reaching(HERE):
        keep(entries)
        read = {one.seq: one for one in queries.entries([entry.id for entry in entries])}
        keys.destroy(sealing.key_name("passed", NOW.date()))
        sealing.forget_keys()
        assert [read[seq].body for seq in (1, 2, 3, 6, 10)] == [b'{"seq":%d}' % seq for seq in (1, 2, 3, 6, 10)]
        with pytest.raises(InvalidTag):
            read[4].open_body()


@pytest.mark.django_db
def test_another_site_sees_no_block() -> None:
    with reaching(HERE):
        keep(written(1, 2, 3))
    with reaching(Reach(sites=frozenset({"79-0002"}))):
        assert blocks() == 0


@pytest.mark.django_db
def test_a_block_moved_to_another_chain_opens_no_more() -> None:
    entries = written(1, 2, 3)
    with reaching(HERE):
        keep(entries)
        body = database.row("select body from journal_block")
        assert body is not None
        with pytest.raises(InvalidTag):
            queries.lines_of_block(uuid7(), 1, body[0])


@given(st.lists(st.binary(max_size=200).filter(lambda line: b"\n" not in line), min_size=1, max_size=engine.BLOCK_SPAN))
def test_a_block_gives_back_the_lines_it_was_made_of(lines: list[bytes]) -> None:
    assert engine.unpack_block(engine.pack_block(lines)) == lines
