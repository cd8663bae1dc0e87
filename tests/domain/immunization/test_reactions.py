"""After a dose everybody who can be reached is asked, once: was this you?"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from tests.chair import NOW, arrival, dose, record
from tiemchung.domain.immunization.reactions import ASKED_WITHIN, ask_was_it_you
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.journal.values import START
from tiemchung.domain.notices import queries as notices
from tiemchung.domain.notices.values import State
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database

AsWorker = Callable[[], AbstractContextManager[None]]


def test_a_dose_asks_its_person_once_and_says_nothing_of_a_dose(committed_db: None, as_worker: AsWorker) -> None:
    person = uuid7(NOW)
    given = dose(person)
    record(arrival(person, phone="0903123218"), given)
    with as_worker():
        entries = journal.visible_after(START, kinds=["dose-given"])
        for later in (timedelta(0), timedelta(minutes=5)):
            ask_was_it_you(entries, now=NOW + later)
        assert database.rows("select id, template, person from notices_delivery") == [
            (given.id, "was-this-you", person)
        ]
    assert notices.states_of([given.id])[given.id].state is State.QUEUED


def test_a_journal_read_anew_asks_nobody_about_long_ago(committed_db: None, as_worker: AsWorker) -> None:
    record(dose(uuid7(NOW)))
    with as_worker():
        ask_was_it_you(journal.visible_after(START, kinds=["dose-given"]), now=NOW + ASKED_WITHIN)
        assert database.rows("select 1 from notices_delivery") == []
