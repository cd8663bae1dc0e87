"""Before two records become one: each book's holder sees what would change and may say no; of a stranger's nothing is told."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from django.test import Client

from tests.chair import dose, follow, record
from tests.domain.access.people_known import SITE, arrived_person
from tests.faces.healthbook.citizens import BOOK, THEIRS, Phones, browser, open_book, slip, text_of
from tests.faces.station import scenery
from tests.faces.station.scenery import MORNING
from tests.faces.workbench.test_views import hidden
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.mending import actions, queries
from tiemchung.domain.mending.errors import NothingProposed, SecondPersonNeeded
from tiemchung.domain.mending.values import CaseState, Outcome, StepKind
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import IdentifierTold
from tiemchung.kernel.actor import Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.rowsecurity import reaching

NUMBER = IdentifierTold(kind="personal-number", value="079187004417")
NAME, OTHER_NAME = "Nguyễn Thị Ánh Hằng", "Nguyễn Thị Hằng Nga"
Worker = Callable[[], AbstractContextManager[None]]


def clerk() -> Actor:
    reach = Reach(sites=frozenset({SITE}))
    return Actor(id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({Power.MEND}), reach=reach)


ONE, OTHER = clerk(), clerk()


@pytest.fixture(autouse=True)
def morning(committed_db: None, as_worker: Worker, set_time: Callable[[datetime], None]) -> None:
    set_time(MORNING)
    journal.forget_server_device()
    with as_worker():
        scenery.found_sites()


@pytest.fixture
def proposed(as_worker: Worker) -> tuple[UUID, UUID, UUID]:
    """A case by which two rows of one number, a dose each, are proposed to be one; the case and the two."""
    rows = []
    for name, weeks in ((NAME, 20), (OTHER_NAME, 8)):
        person = arrived_person(name=name, born="1987-03-02", identifiers=[NUMBER])
        with reaching(Reach(sites=frozenset({SITE}))):
            record(dose(person, at=MORNING - timedelta(weeks=weeks)))
        rows.append(person)
    with as_worker():
        follow()
    (case,) = queries.cases_waiting(actor=ONE)
    propose(case.id)
    return case.id, rows[0], rows[1]


def propose(case: UUID) -> None:
    with reaching(ONE.reach):
        actions.take(case, step=uuid7(), actor=ONE, now=MORNING)
        actions.decide(case, step=uuid7(), outcome=Outcome.NOT_UPHELD, text="Cùng số.", actor=ONE, now=MORNING)


def opened(client: Client, person: UUID) -> str:
    return str(client.post(f"{BOOK}mo/", {"code": slip(person), "year": "1987"})["Location"])


def objection(client: Client, address: str, story: str = "Tôi chỉ tiêm một mũi.") -> dict[str, str]:
    page = client.get(address).content.decode()
    return {"id": hidden(page, "id"), "proposal": hidden(page, "proposal"), "story": story}


def test_whoever_holds_either_book_sees_what_would_change_and_nothing_of_whom(
    phones: Phones, proposed: tuple[UUID, UUID, UUID]
) -> None:
    case, first, second = proposed
    for client, person, other, month in (
        (open_book(phones), first, OTHER_NAME, "07/2021"),
        (open_book(phones, THEIRS, browser("198.51.100.9")), second, NAME, "04/2021"),
    ):
        book = opened(client, person)
        assert "đề nghị gộp sổ này với một hồ sơ khác" in text_of(client.get(book).content)
        shown = client.get(f"{book}gop/{case}/").content
        text = text_of(shown)
        assert f"1 mũi, tháng {month}" in text
        assert "2 mũi, chứng nhận tính lại theo đó" in text
        assert other not in text
        assert NUMBER.value[-4:] not in text
        assert "Trạm Y tế" not in text


def test_who_says_no_is_heard_once_and_a_second_clerk_cannot_agree_to_the_old_word(
    phones: Phones, proposed: tuple[UUID, UUID, UUID], owner_connection: psycopg.Connection, as_worker: Worker
) -> None:
    case, first, second = proposed
    client = open_book(phones)
    book = opened(client, second)
    told = objection(client, f"{book}gop/{case}/")
    empty = client.post(f"{book}gop/{case}/", {**told, "story": " "})
    assert empty.status_code == 422
    for _click in range(2):
        assert client.post(f"{book}gop/{case}/", told).status_code == 302
    assert "đề nghị gộp" not in text_of(client.get(book).content)
    assert client.get(f"{book}gop/{case}/").status_code == 404
    said = owner_connection.execute("select count(*) from journal_entry where kind = 'case-objected'").fetchone()
    assert said == (1,)
    (open_again,) = queries.cases_waiting(actor=ONE)
    assert (open_again.id, open_again.state, open_again.owner) == (case, CaseState.OPEN, ONE.id)
    with reaching(OTHER.reach):
        steps = queries.steps_of(case, actor=OTHER, purpose=Purpose.CORRECTION)
        (word,) = [step for step in steps if step.what is StepKind.OBJECTED]
        assert word.text == "Tôi chỉ tiêm một mũi."
        shown = next(step.id for step in steps if step.what is StepKind.PROPOSED)
        with pytest.raises(NothingProposed):
            actions.agree(case, step=uuid7(), proposal=shown, text="Đồng ý.", actor=OTHER, now=MORNING)
    with as_worker():
        follow()
        assert people.ids_of(first) == {first}


def test_a_word_that_comes_after_the_clerks_have_decided_changes_nothing_and_says_so(
    phones: Phones, proposed: tuple[UUID, UUID, UUID]
) -> None:
    case, first, _ = proposed
    client = open_book(phones)
    book = opened(client, first)
    told = objection(client, f"{book}gop/{case}/")
    with reaching(OTHER.reach):
        steps = queries.steps_of(case, actor=OTHER, purpose=Purpose.CORRECTION)
        shown = next(step.id for step in steps if step.what is StepKind.PROPOSED)
        actions.agree(case, step=uuid7(), proposal=shown, text="Đồng ý.", actor=OTHER, now=MORNING)
    late = client.post(f"{book}gop/{case}/", told)
    assert (late.status_code, "Đề nghị này không còn" in text_of(late.content)) == (422, True)


def test_an_old_page_does_not_object_to_a_newer_proposal(phones: Phones, proposed: tuple[UUID, UUID, UUID]) -> None:
    case, first, _ = proposed
    client = open_book(phones)
    book = opened(client, first)
    told = objection(client, f"{book}gop/{case}/")
    with reaching(ONE.reach):
        actions.disagree(case, step=uuid7(), text="Xem lại.", actor=ONE, now=MORNING)
        actions.decide(
            case,
            step=uuid7(),
            outcome=Outcome.NOT_UPHELD,
            text="Đã gặp.",
            actor=ONE,
            now=MORNING + timedelta(minutes=1),
        )
        with pytest.raises(SecondPersonNeeded):
            actions.decide(case, step=uuid7(), outcome=Outcome.UPHELD, text="Hai người.", actor=ONE, now=MORNING)
    late = client.post(f"{book}gop/{case}/", told)
    assert late.status_code == 422
    assert "Sau khi gộp" in text_of(late.content), "what is proposed now is shown anew"


def test_a_stranger_and_a_claim_alone_see_no_proposal(phones: Phones, proposed: tuple[UUID, UUID, UUID]) -> None:
    case, first, _ = proposed
    owner = open_book(phones)
    book = opened(owner, first)
    told = objection(owner, f"{book}gop/{case}/")
    thief = open_book(phones, THEIRS, browser("198.51.100.9"))
    assert thief.get(f"{book}gop/{case}/").status_code == 404
    assert thief.post(f"{book}gop/{case}/", told).status_code == 404
    stranger = arrived_person(name="Trần Văn Bình", born="1987-05-05")
    own = opened(thief, stranger)
    assert "đề nghị gộp" not in text_of(thief.get(own).content)
    assert thief.get(f"{own}gop/{case}/").status_code == 404
    assert thief.post(f"{own}gop/{case}/", told).status_code in (404, 422)
    (waits,) = queries.cases_waiting(actor=ONE)
    assert waits.state is CaseState.PROPOSED


def test_both_are_told_that_it_is_proposed_and_nobody_twice(
    phones: Phones, proposed: tuple[UUID, UUID, UUID], as_worker: Worker, owner_connection: psycopg.Connection
) -> None:
    del phones
    with as_worker():
        follow()
        follow()
    told = owner_connection.execute("select person from notices_delivery where template = 'records-to-join'").fetchall()
    assert sorted(person for (person,) in told) == sorted(proposed[1:])
