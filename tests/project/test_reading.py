from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiemchung.domain.journal import queries as journal
from tiemchung.domain.journal.values import START, Entry, Position, Window
from tiemchung.kernel.ids import uuid7
from tiemchung.project import reading
from tiemchung.project.reading import Reading

NOW = datetime(2021, 9, 13, 2, 0, tzinfo=UTC)
KINDS = ("bell-rang", "lamp-lit", "door-shut")
DEVICE = uuid7(NOW)


def entry(number: int, kind: str) -> Entry:
    """Return an entry that three in a row share a transaction with."""
    return Entry(
        id=uuid7(NOW),
        kind=kind,
        position=Position(number // 3, number),
        device=DEVICE,
        seq=number,
        site="",
        person=None,
        occurred_at=NOW,
        recorded_at=NOW,
        written_at=NOW,
        open_body=lambda: b"{}",
    )


class Journal:
    """A journal of which so many entries are settled, and which counts how often it is read."""

    def __init__(self, kinds: Collection[str]) -> None:
        self.entries = [entry(number, kind) for number, kind in enumerate(kinds)]
        self.settled = len(self.entries)
        self.reads = 0

    def settled_after(self, position: Position, *, limit: int, kinds: Collection[str]) -> Window:
        self.reads += 1
        found = [one for one in self.entries[: self.settled] if one.position > position][:limit]
        end = found[-1].position if found else position
        return Window(entries=[one for one in found if one.kind in kinds], end=end, full=len(found) == limit)


@pytest.fixture
def twelve(monkeypatch: pytest.MonkeyPatch) -> Journal:
    kept = Journal(KINDS * 4)
    monkeypatch.setattr(journal, "settled_after", kept.settled_after)
    return kept


def followed(reader: Reading, *, kinds: Collection[str] = KINDS, limit: int = 5, after: Position = START) -> list[int]:
    """Follow to the end and return the sequences heard."""
    heard: list[int] = []
    while True:
        window = reader.after(after, limit=limit, kinds=kinds)
        heard += [one.position.sequence for one in window.entries]
        if window.end == after:
            return heard
        after = window.end


def test_what_one_reaction_has_read_another_is_handed_from_memory(twelve: Journal) -> None:
    reader = Reading(KINDS)
    assert followed(reader) == list(range(12))
    reads = twelve.reads
    assert followed(reader, kinds={"lamp-lit"}) == [1, 4, 7, 10]
    assert twelve.reads == reads + 1, "only the look beyond the end reads again"


def test_after_a_lost_connection_another_history_may_stand_there(twelve: Journal) -> None:
    reader = Reading(KINDS)
    followed(reader)
    twelve.entries = [entry(number, "door-shut") for number in range(12)]
    reader.forget()
    assert followed(reader, kinds={"door-shut"}) == list(range(12))


def test_what_settles_later_comes_with_the_next_reading(twelve: Journal) -> None:
    reader = Reading(KINDS)
    twelve.settled = 7
    assert followed(reader) == list(range(7))
    twelve.settled = 12
    assert followed(reader, after=twelve.entries[6].position) == list(range(7, 12))
    assert followed(reader) == list(range(12)), "for whoever begins anew, nothing is missing between the two readings"


def test_what_was_read_long_ago_is_forgotten_and_read_again(twelve: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "STRETCHES", 2)
    reader = Reading(KINDS)
    assert followed(reader, limit=2) == list(range(12))
    reads = twelve.reads
    assert followed(reader, limit=2) == list(range(12))
    assert twelve.reads > reads + 1


@given(
    kinds=st.lists(st.sampled_from([*KINDS, "wind-blew"]), max_size=40),
    readers=st.lists(st.tuples(st.integers(1, 9), st.sets(st.sampled_from(KINDS))), min_size=1, max_size=4),
    settling=st.lists(st.integers(0, 40), max_size=6),
)
def test_every_reaction_hears_all_of_its_kinds_in_order_whoever_read_before(
    kinds: list[str], readers: list[tuple[int, set[str]]], settling: list[int]
) -> None:
    kept, reader = Journal(kinds), Reading(KINDS)
    places, heard = [START] * len(readers), [list[int]() for _ in readers]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "settled_after", kept.settled_after)
        for settled in [*sorted(settling), *[len(kinds)] * 41]:
            kept.settled = min(settled, len(kinds))
            for number, (limit, wanted) in enumerate(readers):
                window = reader.after(places[number], limit=limit, kinds=wanted)
                heard[number] += [one.position.sequence for one in window.entries]
                places[number] = window.end
    for (_, wanted), found in zip(readers, heard, strict=True):
        assert found == [number for number, kind in enumerate(kinds) if kind in wanted]


def test_a_look_passes_over_what_others_hear_and_says_how_far(twelve: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FRESH_S", 0.0)
    reader = Reading(KINDS)
    assert reader.holds(START, kinds={"lamp-lit"}) is None
    assert reader.holds(twelve.entries[10].position, kinds={"bell-rang"}) == twelve.entries[-1].position
    twelve.entries.append(entry(12, "bell-rang"))
    twelve.settled += 1
    assert reader.holds(twelve.entries[11].position, kinds={"lamp-lit", "door-shut"}) == twelve.entries[12].position
    assert reader.holds(twelve.entries[10].position, kinds={"bell-rang"}) is None


def test_who_looks_a_moment_after_another_found_nothing_asks_no_journal(twelve: Journal) -> None:
    reader, end = Reading(KINDS), twelve.entries[-1].position
    for kind in KINDS:
        assert reader.holds(end, kinds={kind}) == end
    assert twelve.reads == 1


def test_what_comes_later_is_found_though_a_moment_before_nothing_was(
    twelve: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, end = Reading(KINDS), twelve.entries[-1].position
    reader.holds(end, kinds=KINDS)
    twelve.entries.append(entry(12, "bell-rang"))
    twelve.settled += 1
    monkeypatch.setattr(reading, "FRESH_S", 0.0)
    assert reader.holds(end, kinds=KINDS) is None


def test_what_was_read_in_many_small_stretches_is_handed_out_in_one(twelve: Journal) -> None:
    reader = Reading(KINDS)
    for settled in range(1, 11):
        twelve.settled = settled
        assert followed(reader, after=START)[-1] == settled - 1
    reads = twelve.reads
    window = reader.after(START, limit=20, kinds={"bell-rang"})
    assert [one.position.sequence for one in window.entries] == [0, 3, 6, 9]
    assert (window.end, window.full) == (twelve.entries[9].position, False)
    some = reader.after(START, limit=4, kinds=KINDS)
    assert [one.position.sequence for one in some.entries] == [0, 1, 2, 3]
    assert some.full
    assert twelve.reads == reads
