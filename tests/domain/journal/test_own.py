"""What the platform appends itself: facts of many sites in one batch of its own chain."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from uuid import uuid4

import msgspec
import pytest

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.journal import queries
from tiemchung.domain.journal.errors import IdReused
from tiemchung.domain.mending.events import CaseOpened, CaseTaken
from tiemchung.kernel import wire
from tiemchung.kernel.actor import SYSTEM, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

NOW = datetime(2021, 9, 13, 2, 0, tzinfo=UTC)
Worker = Callable[[], AbstractContextManager[None]]
HERE, THERE = "79-0001", "79-0002"


def fact() -> CaseOpened:
    """Return a fact that a room of the platform tells."""
    return CaseOpened(id=uuid7(NOW), at=NOW, case=uuid4(), topic="identity-doubt", origin="platform")


@pytest.mark.database
def test_facts_of_many_sites_are_one_batch_and_each_is_read_at_its_own_site(as_worker: Worker) -> None:
    facts = [fact() for _ in range(9)]
    sites = {one.id: (HERE, THERE, "")[number % 3] for number, one in enumerate(facts)}
    person = uuid4()
    with as_worker():
        journal.append(facts, actor=SYSTEM, recorded_at=NOW, sites=sites, persons={facts[0].id: person})
        kept = {entry.id: entry for entry in queries.entries([one.id for one in facts])}
        assert {entry: one.site for entry, one in kept.items()} == sites
        assert kept[facts[0].id].person == person
        lines = [bytes(entry.body) for entry in sorted(kept.values(), key=lambda entry: entry.seq)]
        (batch,) = database.rows("select device, first, count, previous, head from journal_batch")
    assert batch[1:3] == (1, len(facts))
    assert bytes(batch[4]) == wire.chain(bytes(batch[3]), 1, lines)
    with reaching(Reach(sites=frozenset({HERE}))):
        seen = queries.entries([one.id for one in facts])
    assert {entry.id for entry in seen} == {identifier for identifier, site in sites.items() if site in {HERE, ""}}


@pytest.mark.database
@pytest.mark.parametrize("known", ["of the same kind", "of another kind", "of another place"])
def test_an_id_that_stands_for_another_entry_is_refused_and_nothing_of_it_is_kept(
    as_worker: Worker, known: str
) -> None:
    first = fact()
    with as_worker():
        journal.append([first], actor=SYSTEM, recorded_at=NOW, site=THERE if known == "of another place" else HERE)
    taken = CaseTaken(id=first.id, at=NOW, case=uuid4())
    other = taken if known == "of another kind" else msgspec.structs.replace(fact(), id=first.id)
    with reaching(Reach(sites=frozenset({HERE}))), pytest.raises(IdReused):
        journal.append([other], actor=SYSTEM, recorded_at=NOW, site=HERE)
    with as_worker():
        assert database.rows("select kind from journal_entry") == [("case-opened",)]
        assert database.rows("select count(*) from journal_batch") == [(1,)]


@pytest.mark.database
def test_facts_of_many_sites_told_twice_are_kept_once(worker_db: None) -> None:
    facts = [fact(), fact()]
    sites = {facts[0].id: THERE, facts[1].id: HERE}
    for _ in range(2):
        journal.append(facts, actor=SYSTEM, recorded_at=NOW, sites=sites)
    assert len(queries.entries([one.id for one in facts])) == len(facts)
    assert database.rows("select count(*) from journal_entry") == [(2,)]
