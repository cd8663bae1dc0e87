from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import psycopg
import pytest
from django.db import connections

from tests.domain.response.officers import NOW, OTHER_SITE, SITE, hired, seen
from tiemchung.domain.response import actions, jobs, queries
from tiemchung.domain.response.errors import (
    CannotOwn,
    IncidentClosed,
    IncidentTakenAlready,
    IncidentUnknown,
    NotTheOwner,
    WordsMissing,
)
from tiemchung.domain.response.values import Outcome, StepKind, Weight
from tiemchung.kernel.actor import ANYBODY, Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted, Refusal

pytestmark = pytest.mark.usefixtures("committed_db")

LATER = NOW + timedelta(minutes=5)


def told(owner: psycopg.Connection) -> list[str]:
    """Return the kinds of facts in the journal, in its order."""
    return [
        kind
        for (kind,) in owner.execute(
            "select kind from journal_entry where kind <> 'role-granted' order by position, sequence"
        ).fetchall()
    ]


def test_an_incident_whose_time_has_passed_stands_above_all_others_once(
    as_worker: Callable[[], AbstractContextManager[None]], owner_connection: psycopg.Connection
) -> None:
    yen = hired("Yến")
    light = seen(yen)
    at = NOW + queries.deadlines()[Weight.LOOK]
    heavy = actions.open_incident(uuid7(), site=SITE, subject="x", weight=Weight.STOP, actor=yen, now=at)
    for now, overdue in ((at, [heavy, light]), (at + timedelta(minutes=1), [light, heavy])):
        with as_worker():
            jobs.look_round(now=now)
            jobs.look_round(now=now)
        assert [each.id for each in queries.incidents_open(actor=yen)] == overdue
    (first, second) = queries.incidents_open(actor=yen)
    assert (first.escalated_at, second.escalated_at) == (at + timedelta(minutes=1), None)
    assert first.heavy
    assert [step.what for step in queries.steps(light, actor=yen)] == [StepKind.OPENED, StepKind.ESCALATED]
    assert told(owner_connection).count("incident-escalated") == 1


def test_a_night_of_one_incident_is_a_chain_of_steps_and_of_facts(owner_connection: psycopg.Connection) -> None:
    yen, nghia = hired("Yến"), hired("Nghĩa")
    incident = seen(yen)
    assert queries.incident(incident, actor=yen).owner is None
    actions.take(incident, step=uuid7(), actor=yen, now=NOW)
    actions.comment(incident, step=uuid7(), text="Đã gọi 2 lần.", actor=yen, now=LATER)
    assert nghia.id is not None
    actions.assign(incident, step=uuid7(), to=nghia.id, before=yen.id, actor=yen, now=LATER)
    actions.resolve(incident, step=uuid7(), outcome=Outcome.MENDED, text="Thêm bàn tiêm.", actor=nghia, now=LATER)
    assert [(step.what, step.by_name, step.to_name, step.text) for step in queries.steps(incident, actor=yen)] == [
        (StepKind.OPENED, "Yến", "", ""),
        (StepKind.TAKEN, "Yến", "", ""),
        (StepKind.COMMENTED, "Yến", "", "Đã gọi 2 lần."),
        (StepKind.ASSIGNED, "Yến", "Nghĩa", ""),
        (StepKind.RESOLVED, "Nghĩa", "", "Thêm bàn tiêm."),
    ]
    assert told(owner_connection) == [
        "incident-opened",
        "incident-taken",
        "incident-commented",
        "incident-assigned",
        "incident-resolved",
    ]
    (closed,) = queries.incidents_closed(actor=yen)
    assert (closed.owner_name, closed.outcome, closed.subject) == ("Nghĩa", Outcome.MENDED, "Hàng người tràn ra đường")
    assert queries.open_count(actor=yen) == 0


def test_a_second_click_is_the_same_step(owner_connection: psycopg.Connection) -> None:
    yen = hired("Yến")
    identifier, take, comment, resolve = (uuid7() for _ in range(4))
    for _ in "12":
        actions.open_incident(identifier, site=SITE, subject="x", weight=Weight.STOP, actor=yen, now=NOW)
        actions.take(identifier, step=take, actor=yen, now=NOW)
        actions.comment(identifier, step=comment, text="y", actor=yen, now=NOW)
    for _ in "12":
        actions.resolve(identifier, step=resolve, outcome=Outcome.EXPLAINED, text="z", actor=yen, now=NOW)
    assert len(queries.steps(identifier, actor=yen)) == 4
    assert len(told(owner_connection)) == 4


def test_of_two_who_reach_for_it_at_once_one_has_it_and_the_other_is_told_who() -> None:
    officers = [hired("Yến"), hired("Nghĩa")]
    incident = seen(officers[0])
    together, refused = Barrier(2), dict[str, Refusal]()

    def reach(officer: Actor) -> None:
        together.wait()
        try:
            actions.take(incident, step=uuid7(), actor=officer, now=NOW)
        except Refusal as refusal:
            refused[officer.name] = refusal
        finally:
            connections.close_all()

    threads = [Thread(target=reach, args=(officer,)) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    has_it = queries.incident(incident, actor=officers[0]).owner_name
    (name,) = refused
    assert {name, has_it} == {"Yến", "Nghĩa"}
    assert isinstance(refused[name], IncidentTakenAlready)
    assert refused[name].facts == {"owner": has_it}
    assert [step.what for step in queries.steps(incident, actor=officers[0])] == [StepKind.OPENED, StepKind.TAKEN]


def test_only_its_owner_closes_it_and_not_without_words() -> None:
    yen, nghia = hired("Yến"), hired("Nghĩa")
    incident = seen(yen)

    def close(officer: Actor, text: str = "xong") -> None:
        actions.resolve(incident, step=uuid7(), outcome=Outcome.MENDED, text=text, actor=officer, now=NOW)

    with pytest.raises(NotTheOwner):
        close(yen)
    actions.take(incident, step=uuid7(), actor=yen, now=NOW)
    with pytest.raises(NotTheOwner):
        close(nghia)
    with pytest.raises(WordsMissing):
        close(yen, "  \n")
    close(yen)
    with pytest.raises(IncidentClosed):
        actions.comment(incident, step=uuid7(), text="và nữa", actor=yen, now=NOW)
    with pytest.raises(IncidentClosed):
        actions.take(incident, step=uuid7(), actor=nghia, now=NOW)


def test_an_old_page_takes_nothing_away_from_who_has_it_now() -> None:
    yen, nghia, minh = hired("Yến"), hired("Nghĩa"), hired("Minh")
    assert nghia.id is not None
    assert minh.id is not None
    incident = seen(yen)
    actions.take(incident, step=uuid7(), actor=nghia, now=NOW)
    with pytest.raises(IncidentTakenAlready) as refused:
        actions.assign(incident, step=uuid7(), to=minh.id, before=None, actor=yen, now=LATER)
    assert refused.value.facts == {"owner": "Nghĩa"}
    actions.assign(incident, step=uuid7(), to=minh.id, before=nghia.id, actor=yen, now=LATER)
    assert queries.incident(incident, actor=yen).owner_name == "Minh"


def test_it_is_given_to_nobody_who_could_not_see_to_it(ward: None) -> None:
    yen, far, nurse = hired("Yến"), hired("Xa", site=OTHER_SITE), hired("Thảo", "vaccinator", site=SITE)
    incident = seen(yen)
    for who in (far, nurse):
        assert who.id is not None
        with pytest.raises(CannotOwn):
            actions.assign(incident, step=uuid7(), to=who.id, before=None, actor=yen, now=NOW)
    here = hired("Gần", site=SITE)
    assert here.id is not None
    actions.assign(incident, step=uuid7(), to=here.id, before=None, actor=yen, now=NOW)
    hired("Quận", level="district", era="2021", place="760")
    hired("Tỉnh", level="province", era="2025", place="79")
    hired("Tỉnh khác", level="province", era="2021", place="01")
    assert [member.name for member in queries.owners_for(SITE)] == ["Gần", "Quận", "Tỉnh", "Yến"]
    assert [member.name for member in queries.owners_for("")] == ["Yến"]


def test_an_officer_of_another_site_neither_sees_nor_touches_it(ward: None) -> None:
    yen, far = hired("Yến"), hired("Xa", site=OTHER_SITE)
    incident, national = seen(yen), seen(yen, site="")
    assert queries.incidents_open(actor=far) == []
    assert queries.open_count(actor=far) == 0
    for each in (incident, national):
        with pytest.raises(IncidentUnknown):
            queries.steps(each, actor=far)
        with pytest.raises(IncidentUnknown):
            actions.take(each, step=uuid7(), actor=far, now=NOW)
    assert [one.id for one in queries.incidents_open(actor=hired("Gần", site=SITE))] == [incident]


def test_who_only_watches_does_nothing_and_a_stranger_sees_nothing() -> None:
    yen, auditor = hired("Yến"), hired("Kiểm", "auditor")
    incident = seen(yen)
    assert queries.open_count(actor=auditor) == 1
    with pytest.raises(NotPermitted):
        actions.take(incident, step=uuid7(), actor=auditor, now=NOW)
    with pytest.raises(NotPermitted):
        seen(auditor)
    assert queries.incidents_open(actor=ANYBODY) == []
    with pytest.raises(IncidentUnknown):
        queries.incident(incident, actor=ANYBODY)
    with pytest.raises(IncidentUnknown):
        queries.incident(uuid4(), actor=yen)


def test_the_heavy_ones_stand_first_and_of_each_weight_the_oldest() -> None:
    yen = hired("Yến")
    for minute, (name, weight) in enumerate([("b", Weight.LOOK), ("a", Weight.STOP), ("c", Weight.LOOK)]):
        at = NOW + timedelta(minutes=minute)
        actions.open_incident(uuid7(), site=SITE, subject=name, weight=weight, actor=yen, now=at)
    assert [incident.subject for incident in queries.incidents_open(actor=yen)] == ["a", "b", "c"]


def test_what_was_written_is_sealed(owner_connection: psycopg.Connection) -> None:
    yen = hired("Yến")
    incident = seen(yen, subject="Bà Nguyễn Thị Hòa ngất")
    actions.comment(incident, step=uuid7(), text="Con bà Hòa gọi lại", actor=yen, now=NOW)
    for table in ("response_incident", "response_step"):
        rows = owner_connection.execute(f"select t::text from {table} t").fetchall()
        assert rows
        assert "Hòa" not in str(rows)
        assert "Hòa".encode().hex() not in str(rows)


def test_the_workers_role_may_do_what_the_watch_does(as_worker: Callable[[], AbstractContextManager[None]]) -> None:
    yen = hired("Yến")
    with as_worker():
        incident = seen(yen)
    assert queries.incident(incident, actor=yen).subject == "Hàng người tràn ra đường"
