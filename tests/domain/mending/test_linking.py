"""The nightly linkage: certain pairs become one, likely ones go to a clerk, and what cannot be is never joined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from tests.chair import SITE, arrival, dose, follow, record
from tiemchung.domain.campaigns.events import Registered
from tiemchung.domain.journal.values import START, Entry
from tiemchung.domain.mending import actions, jobs, queries, reactions
from tiemchung.domain.mending.values import LIKELY, CaseState, Outcome
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices.values import Message
from tiemchung.domain.people import actions as people_actions
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.queries import LikelyPair
from tiemchung.domain.people.values import IdentifierTold, PersonTold
from tiemchung.domain.places import actions as places
from tiemchung.domain.visits.events import Identified
from tiemchung.kernel.actor import SYSTEM, Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import arrays, database
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung.plumbing.time import clock

NOW = datetime(2021, 9, 13, 2, 0, tzinfo=UTC)
TONIGHT = NOW + timedelta(hours=18)
Worker = Callable[[], AbstractContextManager[None]]
NUMBER = IdentifierTold(kind="personal-number", value="079180004417")
CLERK = Actor(id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({Power.MEND}), reach=Reach(sites=frozenset({SITE})))


@pytest.fixture(autouse=True)
def a_site(committed_db: None, as_worker: Worker) -> None:
    with as_worker():
        places.load_organizations([{"code": "H1", "name": "Trạm y tế", "commune": "26740"}], actor=SYSTEM)
        site = {"code": SITE, "name": "Điểm 1", "organization": "H1", "commune": "26740"}
        places.load_sites([site], actor=SYSTEM)


def met(*doses_days_ago: int, how: Any = "card-scanned", **told: Any) -> UUID:
    """Let somebody arrive under the one number, unless told otherwise, and have doses so many days ago."""
    person = uuid7()
    came = arrival(person, **{"identifiers": [NUMBER], **told})
    with reaching(Reach(sites=frozenset({SITE}))):
        record(came, Identified(id=uuid7(NOW), at=NOW, visit=came.visit, person=person, how=how))
        for ago in doses_days_ago:
            record(dose(person, at=NOW - timedelta(days=ago)))
    return person


def the_night_passes(as_worker: Worker) -> None:
    with as_worker():
        follow()
        while jobs.link_persons(now=clock().now()):
            pass
        follow()


def ids_of(as_worker: Worker, person: UUID) -> frozenset[UUID]:
    with as_worker():
        return people.ids_of(person)


def told(as_worker: Worker, sql: str) -> list[tuple[Any, ...]]:
    with as_worker():
        return database.rows(sql)


def test_who_is_certainly_one_becomes_one_is_told_and_is_parted_by_a_clerk(
    as_worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Message] = []
    monkeypatch.setattr(notices, "send", lambda messages, **_: sent.extend(messages))
    first, second = met(130), met(18)
    with as_worker():
        follow()
    sent.clear()
    the_night_passes(as_worker)
    assert ids_of(as_worker, first) == {first, second}
    numbers = "select dose_number from immunization_dose order by occurred_at"
    assert told(as_worker, numbers) == [(1,), (2,)]
    assert {(one.template, one.to_person) for one in sent} == {("records-joined", first), ("records-joined", second)}
    (case,) = queries.cases_decided(actor=CLERK)
    assert (case.kind, case.state, case.outcome) == (LIKELY, CaseState.DECIDED, Outcome.NOT_UPHELD)
    actions.disagree(case.id, step=uuid7(), text="Đã gặp cả hai người.", actor=CLERK, now=TONIGHT)
    the_night_passes(as_worker)
    assert ids_of(as_worker, first) == {first}
    assert told(as_worker, numbers) == [(1,), (1,)]
    record_again(as_worker, first, second)
    the_night_passes(as_worker)
    assert ids_of(as_worker, first) == {first}, "what a clerk has parted is not joined by itself again"
    assert [one.id for one in queries.cases_waiting(actor=CLERK)] == [case.id]


def record_again(as_worker: Worker, *persons: UUID) -> None:
    """Let these persons be compared once more."""
    with as_worker():
        database.run(
            "insert into people_to_link (person_id, entry, site) "
            "select id, entry, site from people_person where id = any(%b::uuid[])",
            [arrays.uuids(persons)],
        )


def test_an_impossible_history_is_never_joined_by_itself(as_worker: Worker) -> None:
    first, second = met(23), met(20)
    the_night_passes(as_worker)
    assert ids_of(as_worker, first) == {first}
    (case,) = queries.cases_waiting(actor=CLERK)
    assert (case.kind, case.state) == (LIKELY, CaseState.OPEN)
    shown = queries.case(case.id, actor=CLERK, purpose=Purpose.CORRECTION)
    assert {shown.person, shown.other} == {first, second}


def test_a_dose_of_unknown_day_leaves_it_to_a_clerk(as_worker: Worker) -> None:
    first, _ = met(130), met(18)
    with as_worker():
        database.run("update immunization_dose set given_on = null where person_id = %s", [first])
    the_night_passes(as_worker)
    assert ids_of(as_worker, first) == {first}
    assert len(queries.cases_waiting(actor=CLERK)) == 1


def test_a_number_that_somebody_only_told_opens_nobodys_record(as_worker: Worker) -> None:
    victim, stranger = met(130), met(18, how="told")
    the_night_passes(as_worker)
    assert ids_of(as_worker, victim) == {victim}
    assert ids_of(as_worker, stranger) == {stranger}
    assert [one.kind for one in queries.cases_waiting(actor=CLERK)] == [LIKELY]


def test_under_the_number_of_somebody_who_died_nobody_goes_on_by_itself(as_worker: Worker) -> None:
    first, _ = met(130), met(18)
    with as_worker():
        database.run(
            "insert into people_register_news "
            "(person_id, sequence, exchange, told_at, day, what, new_commune, taken, site, commune) "
            "values (%s, 1, %s, %s, '2021-08-01', 'died', '', true, %s, '26740')",
            [first, uuid7(), NOW, SITE],
        )
    the_night_passes(as_worker)
    assert ids_of(as_worker, first) == {first}
    assert LIKELY in {one.kind for one in queries.cases_waiting(actor=CLERK)}


def test_who_registers_under_a_number_they_know_does_not_learn_that_somebody_has_it(
    as_worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    victim, stranger = met(130), uuid7()
    came = arrival(stranger, identifiers=[NUMBER])
    assert came.block is not None
    block = PersonTold(entry=uuid7(), person=stranger, block=came.block, site=SITE, recorded_at=NOW)
    with as_worker():
        follow()
        people_actions.fold_blocks([block])
    record_again(as_worker, stranger)
    sent: list[Message] = []
    monkeypatch.setattr(notices, "send", lambda messages, **_: sent.extend(messages))
    the_night_passes(as_worker)
    assert ids_of(as_worker, victim) == {victim, stranger}
    assert [one.to_person for one in sent] == [victim]


def test_without_a_number_nothing_merges_by_itself(as_worker: Worker) -> None:
    first, _ = met(phone="0903551218"), met(identifiers=[], phone="0903551218")
    the_night_passes(as_worker)
    assert ids_of(as_worker, first) == {first}
    assert [one.kind for one in queries.cases_waiting(actor=CLERK)] == [LIKELY]


def test_another_sex_or_another_personal_number_is_for_a_clerk(as_worker: Worker) -> None:
    first = met()
    met(sex="male")
    old = IdentifierTold(kind="old-identity-card", value="024531790")
    third = met(identifiers=[old, IdentifierTold(kind="personal-number", value="079180004425")], name="Lê Thị Nga")
    met(identifiers=[old, IdentifierTold(kind="personal-number", value="079180004433")], name="Lê Thị Nga")
    the_night_passes(as_worker)
    assert ids_of(as_worker, first) == {first}
    assert ids_of(as_worker, third) == {third}


def test_nobody_is_tied_through_a_third_row_to_whom_a_clerk_found_to_be_another(as_worker: Worker) -> None:
    first, second = met(23), met(20)
    the_night_passes(as_worker)
    (case,) = queries.cases_waiting(actor=CLERK)
    actions.take(case.id, step=uuid7(), actor=CLERK, now=TONIGHT)
    actions.decide(case.id, step=uuid7(), outcome=Outcome.UPHELD, text="Hai người.", actor=CLERK, now=TONIGHT)
    third = met()
    the_night_passes(as_worker)
    assert len(ids_of(as_worker, third)) == 2
    assert ids_of(as_worker, first).isdisjoint(ids_of(as_worker, second))


def test_three_rows_of_one_person_become_one_only_as_far_as_their_doses_allow(as_worker: Worker) -> None:
    early, late, between = met(130), met(18), met(16)
    the_night_passes(as_worker)
    humans = {ids_of(as_worker, person) for person in (early, late, between)}
    assert sorted(map(len, humans)) == [1, 2]
    assert not any({late, between} <= human for human in humans)


def test_a_job_killed_in_the_middle_repeats_without_harm(as_worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in range(3):
        number = IdentifierTold(kind="personal-number", value=f"07918000{place:04}")
        for _ in range(2):
            met(identifiers=[number], name=f"Lê Thị {['Mai', 'Nga', 'Oanh'][place]}", born=f"198{place}-03-04")
    keep, calls = actions.keep_pairs, list[int]()

    def dying(pairs: Sequence[LikelyPair], **more: Any) -> actions.Kept:
        calls.append(len(pairs))
        if len(calls) > 1:
            raise KeyboardInterrupt
        return keep(pairs, **more)

    monkeypatch.setattr(jobs, "PART", 1)
    monkeypatch.setattr(actions, "keep_pairs", dying)
    with pytest.raises(KeyboardInterrupt):
        the_night_passes(as_worker)
    assert told(as_worker, "select count(*) from people_same_as") == [(1,)]
    monkeypatch.setattr(actions, "keep_pairs", keep)
    the_night_passes(as_worker)
    the_night_passes(as_worker)
    assert told(as_worker, "select count(*) from people_same_as") == [(3,)]
    assert told(as_worker, "select count(*) from mending_case") == [(3,)]
    assert told(as_worker, "select count(*) from people_to_link") == [(0,)]


def registered(channel: str) -> Entry:
    """Return the entry of a registration that came so."""
    told = Registered(
        id=uuid7(NOW),
        at=NOW,
        campaign="c",
        person=uuid7(),
        commune="26740",
        target_group="05",
        channel=channel,
        preferred_site=None,
        times=[],
    )
    return Entry(
        id=told.id,
        kind=told.kind(),
        position=START,
        device=uuid7(),
        seq=1,
        site=SITE,
        person=told.person,
        occurred_at=NOW,
        recorded_at=NOW,
        written_at=NOW,
        open_body=lambda: msgspec.json.encode(told),
    )


def test_a_list_is_compared_a_minute_after_it_was_kept_and_others_at_night(as_worker: Worker) -> None:
    waits = (
        "select queue_name, scheduled_at > now() from procrastinate_jobs "
        "where task_name = 'mending.link_persons' and status = 'todo'"
    )
    with as_worker():
        reactions.queue_linkage([registered("own"), registered("desk")], now=NOW)
        assert database.rows(waits) == []
        reactions.queue_linkage([registered("own"), registered("list")], now=NOW)
        reactions.queue_linkage([registered("list")], now=NOW)
        assert database.rows(waits) == [("behind", True)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Đỗ Văn Đức"}, {"name": "DO VAN DUC", "commune": "26743"}),
        ({"name": "DO VAN DUC"}, {"name": "Đỗ Văn Đức", "commune": "26743"}),
        ({"born": "1980"}, {"commune": "26743"}),
        ({"born": "1981-05-01"}, {"commune": "26743"}),
        ({"born": "1980-05-07"}, {}),
        ({"name": "Trần Thị Nga"}, {}),
        ({"name": "Lê Thị Nga", "phone": "0903551218"}, {"phone": "0903551218"}),
    ],
    ids=["đ and d", "d and đ", "year alone", "year before", "another day", "another given name", "a phone"],
)
def test_each_slip_is_found_by_what_it_leaves_standing(
    as_worker: Worker, one: dict[str, Any], other: dict[str, Any]
) -> None:
    first, second = met(**{"identifiers": [], **one}), met(**{"identifiers": [], **other})
    with reaching(Reach(sites=frozenset({SITE}))):
        others = [(f"Hồ {'ABCDEGHIKL'[place % 10]}ăn Ân", f"{1930 + place}-02-03") for place in range(80)]
        record(*(arrival(uuid7(), name=name, born=born, sex="male", commune="26746") for name, born in others))
    with as_worker():
        assert {pair[:2] for pair in people.likely_pairs([second])} == {(min(first, second), max(first, second))}


def test_whose_data_serve_care_alone_is_compared_with_nobody(as_worker: Worker) -> None:
    first, second = met(), met()
    with as_worker():
        database.run(
            "insert into people_restriction (person_id, id, since, site, commune) values (%s, %s, %s, %s, '26740')",
            [first, uuid7(), NOW, SITE],
        )
        assert people.likely_pairs([second]) == []
