"""A dose later than a death that the register told opens a case: of a person who is alive, or of another person's dose."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from tests.chair import dose, record, void
from tests.domain.mending.test_joining import LATER, NOW, ONE, SITE, Worker, a_site, met
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.mending import actions, queries, reactions
from tiemchung.domain.mending.values import AFTER_DEATH, Outcome
from tiemchung.domain.people import queries as people
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

__all__ = ["a_site"]


def told_dead(person: UUID, on: date) -> None:
    database.run(
        "insert into people_register_news "
        "(person_id, sequence, exchange, told_at, day, what, new_commune, taken, site, commune) "
        "select id, 1, gen_random_uuid(), %s, %s, 'died', '', true, site, commune from people_person where id = %s",
        [NOW, on, person],
    )


def doses_are_heard(as_worker: Worker) -> None:
    """Let the reaction hear of every dose there is, as often as this is called."""
    with as_worker():
        found = database.rows("select id from journal_entry where kind = 'dose-given' order by id")
        reactions.ask_after_death(journal.entries([one for (one,) in found]), now=LATER)


def given(person: UUID, *, day: int) -> None:
    with reaching(Reach(sites=frozenset({SITE}))):
        record(dose(person, at=NOW - timedelta(days=day)))


def test_a_dose_after_a_death_opens_one_case_and_one_before_it_none(as_worker: Worker) -> None:
    person = met("Trần Thị Mai", doses=1)
    given(person, day=3)
    doses_are_heard(as_worker)
    assert queries.cases_waiting(actor=ONE) == []
    with as_worker():
        told_dead(person, (NOW - timedelta(days=10)).date())
    for _ in range(2):
        doses_are_heard(as_worker)
    (case,) = queries.cases_waiting(actor=ONE)
    assert (case.kind, case.site) == (AFTER_DEATH, SITE)
    shown = queries.case(case.id, purpose=Purpose.CORRECTION, actor=ONE)
    assert (shown.person, shown.dose is not None) == (person, True)


def test_a_dose_that_was_voided_or_given_on_the_day_itself_opens_none(as_worker: Worker) -> None:
    person = met("Trần Thị Mai", doses=0)
    given(person, day=10)
    given(person, day=3)
    with as_worker():
        (last,) = database.row(
            "select id from immunization_dose where person_id = %s order by occurred_at desc", [person]
        ) or (None,)
        assert last is not None
    with reaching(Reach(sites=frozenset({SITE}))):
        record(void(last))
    with as_worker():
        told_dead(person, (NOW - timedelta(days=10)).date())
    doses_are_heard(as_worker)
    assert queries.cases_waiting(actor=ONE) == []


@pytest.mark.parametrize(("outcome", "alive"), [(Outcome.UPHELD, True), (Outcome.NOT_UPHELD, False)])
def test_whoever_is_found_alive_is_alive_again(as_worker: Worker, outcome: Outcome, *, alive: bool) -> None:
    person = met("Trần Thị Mai", doses=0)
    given(person, day=3)
    with as_worker():
        told_dead(person, (NOW - timedelta(days=10)).date())
    doses_are_heard(as_worker)
    (case,) = queries.cases_waiting(actor=ONE)
    actions.take(case.id, step=uuid7(), actor=ONE, now=LATER)
    actions.decide(case.id, step=uuid7(), outcome=outcome, text="Đã gặp tận mặt.", actor=ONE, now=LATER)
    with as_worker():
        assert (people.dead([person]) == {}) is alive
