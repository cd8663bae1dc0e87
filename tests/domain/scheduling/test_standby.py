"""The list of those who may be called in at the end of a day: who stands on it, who reads a phone, what came of a call."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import time
from uuid import UUID, uuid4

import pytest

from tests.domain.campaigns.wards import NOW, OTHER_WARD, WARD, block, officer, wish
from tests.domain.scheduling.conftest import SITE
from tests.domain.scheduling.test_actions import ASKED, DAY, filled, opened, waiting
from tiemchung.domain.campaigns import actions as campaigns
from tiemchung.domain.campaigns.values import Channel
from tiemchung.domain.places import actions as places
from tiemchung.domain.scheduling import actions, queries
from tiemchung.domain.scheduling.errors import SessionOver, SessionUnknown, StandbyUnknown
from tiemchung.domain.scheduling.values import SessionTold, Standby, StandbyState
from tiemchung.kernel.actor import SYSTEM, Actor, ActorKind, Power, Reach
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("ward")


def at_site(*powers: Power, site: str = SITE, kind: ActorKind = ActorKind.STAFF) -> Actor:
    """Somebody of a site, or a tablet of it: no ward is in their reach."""
    return Actor(id=uuid4(), kind=kind, powers=frozenset(powers), reach=Reach(sites=frozenset({site})))


def listed(session: SessionTold, actor: Actor, **told: object) -> list[Standby]:
    with reaching(actor.reach):
        found = queries.campaign_session(session.id, sites=[SITE])
        return queries.standby(found, actor=actor, purpose=ASKED, viewed_at=NOW, **told).listed  # type: ignore[arg-type]  # each test names what matters


def tell(session: SessionTold, person: UUID, state: StandbyState, actor: Actor) -> None:
    with reaching(actor.reach):
        actions.tell_standby(person, session=session.id, site=SITE, state=state, actor=actor, now=NOW)


def views(purpose: str) -> int:
    with reaching(Reach(sites=frozenset({SITE}))):
        rows = database.rows("select count(*) from journal_view where purpose = %s and site = %s", [purpose, SITE])
    return int(rows[0][0])


def test_who_waits_without_a_place_stands_there_by_group_and_then_by_who_came_first() -> None:
    tu, lead = officer(), at_site(Power.ATTEST)
    late = waiting(tu, 3, target_group="16")
    first = waiting(tu, 1, target_group="01")
    session = opened(tu, capacity=1)
    assert filled(session, tu) == 2  # two slots of one: the first group, and the first of the other
    assert [one.person for one in listed(session, lead)] == late[1:]
    assert {one.person for one in listed(session, lead)}.isdisjoint(first)
    assert [one.target_group for one in listed(session, lead)] == ["16", "16"]


def test_the_list_is_no_longer_than_asked_and_leaves_out_whom_nobody_should_call() -> None:
    tu, lead = officer(), at_site(Power.ATTEST)
    one, two, three = waiting(tu, 3)
    session = opened(tu)
    assert [each.person for each in listed(session, lead, limit=2)] == [one, two]
    assert [each.person for each in listed(session, lead, but=lambda persons: set(persons) & {one})] == [two, three]


def test_whoever_stands_behind_many_with_a_place_is_listed_and_may_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    tu, lead = officer(), at_site(Power.ATTEST)
    persons, line = waiting(tu, 8), importlib.import_module("tiemchung.domain.scheduling.queries.standby")
    assert filled(opened(tu, capacity=6, ends=time(8, 15)), tu) == 6
    session = opened(tu)
    monkeypatch.setattr(line, "LOOKED_AT_FIRST", 1)
    monkeypatch.setattr(line, "LOOKED_AT", 2)
    # A hall that is planned for days has the whole front of the line: who has a place there is passed by, and not counted.
    monkeypatch.setattr(line, "MOST_LOOKED_AT", 2)
    assert [one.person for one in listed(session, lead)] == persons[6:]
    monkeypatch.setattr(line, "MOST_LOOKED_AT", 1)
    with reaching(lead.reach):
        found = queries.campaign_session(session.id, sites=[SITE])
        told = queries.standby(found, actor=lead, purpose=ASKED, viewed_at=NOW, but=lambda asked: asked)
        assert told == ([], False)
    tell(session, persons[7], StandbyState.COMING, lead)
    with pytest.raises(StandbyUnknown):
        tell(session, persons[0], StandbyState.COMING, lead)


def test_another_ward_and_who_wishes_for_another_site_are_not_called(
    as_worker: Callable[[], AbstractContextManager[None]],
) -> None:
    with as_worker():
        other = {"code": "79-0002", "name": "Trạm Y tế", "organization": "H1", "commune": WARD}
        places.load_sites([other], actor=SYSTEM)
    tu, lead = officer(), at_site(Power.ATTEST)
    (here,) = waiting(tu, 1)
    elsewhere = wish(person_told=block("Trần Văn B", number=None), preferred_site="79-0002")
    campaigns.register([elsewhere], actor=tu, now=NOW, channel=Channel.DESK)
    away = wish(ward=OTHER_WARD, person_told=block("Võ Thị C", number=None))
    campaigns.register([away], actor=officer(OTHER_WARD), now=NOW, channel=Channel.DESK)
    assert [one.person for one in listed(opened(tu), lead)] == [here]


def test_who_may_call_reads_the_phone_and_who_receives_reads_the_name_alone_and_each_look_is_logged() -> None:
    tu = officer()
    waiting(tu, 2)
    session = opened(tu)
    for actor in (at_site(Power.ATTEST), tu, at_site(kind=ActorKind.DEVICE)):
        told = listed(session, actor)
        assert [one.phone for one in told] == ["", "0902118301"]
        assert all(one.shown is not None for one in told)
    before = views("registration")
    told = listed(session, at_site(Power.CHECK_IN))
    assert [(one.phone, one.shown is not None) for one in told] == [("", True), ("", True)]
    assert views("registration") == before + 2
    listed(session, at_site(Power.ATTEST))
    assert views("registration") == before + 2 + 3, "two persons, and the one phone"


@pytest.mark.parametrize(
    "actor",
    [
        at_site(Power.RECORD_DOSE),
        at_site(Power.ATTEST, site="79-0002"),
        at_site(site="79-0002", kind=ActorKind.DEVICE),
        Actor(id=uuid4(), kind=ActorKind.CITIZEN, reach=Reach(account=uuid4())),
    ],
)
def test_nobody_else_sees_the_list_or_tells_of_a_call(actor: Actor) -> None:
    tu = officer()
    (person,) = waiting(tu, 1)
    session = opened(tu)
    found = queries.campaign_session(session.id, sites=[SITE])
    with reaching(actor.reach), pytest.raises(NotPermitted):
        queries.standby(found, actor=actor, purpose=ASKED, viewed_at=NOW)
    with pytest.raises(NotPermitted):
        tell(session, person, StandbyState.CALLED, actor)


def test_reception_sees_who_comes_and_marks_nobody() -> None:
    tu, lead, desk = officer(), at_site(Power.ATTEST), at_site(Power.CHECK_IN)
    one, _two = waiting(tu, 2)
    session = opened(tu)
    tell(session, one, StandbyState.COMING, lead)
    assert [each.state for each in listed(session, desk)] == [StandbyState.COMING, None]
    with pytest.raises(NotPermitted):
        tell(session, one, StandbyState.DECLINED, desk)


def test_the_last_word_stands_and_the_same_word_twice_is_one_fact() -> None:
    tu, lead = officer(), at_site(Power.ATTEST)
    (person,) = waiting(tu, 1)
    session = opened(tu)
    for state in (StandbyState.CALLED, StandbyState.COMING, StandbyState.COMING):
        tell(session, person, state, lead)
    assert [(one.state, one.told_at) for one in listed(session, lead)] == [(StandbyState.COMING, NOW)]
    with reaching(lead.reach):
        kept = database.rows("select count(*) from journal_entry where kind = 'standby-told' and site = %s", [SITE])
    assert kept == [(2,)]


def test_who_does_not_wait_there_is_marked_by_nobody() -> None:
    tu, lead = officer(), at_site(Power.ATTEST)
    (placed,) = waiting(tu, 1)
    session = opened(tu)
    assert filled(session, tu) == 1
    away = wish(ward=OTHER_WARD, person_told=block("Võ Thị C", number=None))
    campaigns.register([away], actor=officer(OTHER_WARD), now=NOW, channel=Channel.DESK)
    for person in (placed, away.id, uuid4()):
        with pytest.raises(StandbyUnknown):
            tell(session, person, StandbyState.CALLED, lead)


def test_nobody_is_called_in_to_a_session_that_is_over_or_unknown() -> None:
    tu, lead = officer(), at_site(Power.ATTEST)
    (person,) = waiting(tu, 1)
    session, stranger = opened(tu), opened(tu, id=uuid4(), day=DAY)
    with reaching(tu.reach):
        actions.call_off(session.id, site=SITE, reason="mưa bão", actor=tu, now=NOW)
    with pytest.raises(SessionOver):
        tell(session, person, StandbyState.CALLED, lead)
    with reaching(lead.reach), pytest.raises(SessionUnknown):
        actions.tell_standby(person, session=uuid4(), site=SITE, state=StandbyState.CALLED, actor=lead, now=NOW)
    tell(stranger, person, StandbyState.CALLED, lead)
    assert [one.state for one in listed(stranger, lead)] == [StandbyState.CALLED]


def test_another_ward_s_officer_does_not_see_who_was_called_in() -> None:
    tu, lead = officer(), at_site(Power.ATTEST)
    (person,) = waiting(tu, 1)
    session = opened(tu)
    tell(session, person, StandbyState.COMING, lead)
    for reach, seen in ((officer(OTHER_WARD).reach, 0), (officer(WARD).reach, 1), (lead.reach, 1)):
        with reaching(reach):
            assert database.rows("select count(*) from scheduling_standby") == [(seen,)]
