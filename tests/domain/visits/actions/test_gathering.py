from __future__ import annotations

from itertools import permutations
from uuid import UUID

from tests.domain.visits.factories import (
    DAY,
    PERSON,
    VISIT,
    arrived,
    consented,
    dosed,
    identified,
    kept,
    left,
    minutes,
    observed,
    released,
    screened,
)
from tiemchung.domain.visits.actions.gathering import gather
from tiemchung.domain.visits.values import Ending, How
from tiemchung.kernel.ids import uuid7


def test_the_four_entries_of_a_visit_are_one_row_in_any_order() -> None:
    entries = [kept(event) for event in (arrived(), screened(), dosed(), released())]
    rows = []
    for order in permutations(entries):
        (told,) = gather(order)
        rows.append((told.person, told.id, told.day, told.arrival, told.screening, told.dosed_at, told.ending))
    assert len(set(rows)) == 1
    assert rows[0][2] == DAY
    assert rows[0][-1] == (minutes(40), Ending.RELEASED)


def test_the_strongest_identification_holds() -> None:
    (told,) = gather([kept(identified(1, how="told")), kept(identified(9, how="document-seen"))])
    assert told.identity == (How.DOCUMENT_SEEN, minutes(9))


def test_who_agreed_at_last_has_agreed() -> None:
    (told,) = gather([kept(consented(4, agreed=True)), kept(consented(2, agreed=False))])
    assert told.consent == (minutes(4), True)


def test_the_last_screening_holds() -> None:
    (told,) = gather([kept(screened(9, conclusion="caution")), kept(screened(5, conclusion="defer"))])
    assert told.screening is not None
    assert told.screening[0] == minutes(9)


def test_who_left_before_being_released_has_left() -> None:
    (told,) = gather([kept(released(40)), kept(left(20)), kept(observed(15))])
    assert told.ending == (minutes(20), Ending.LEFT)
    assert told.observation == (30, "well")


def test_a_dose_outside_any_visit_makes_no_visit() -> None:
    assert gather([kept(dosed(visit=None))]) == []


def test_an_impossible_instant_gives_the_visit_no_day() -> None:
    (told,) = gather([kept(arrived(), plausible=False)])
    assert told.day is None
    assert told.arrival is not None


def test_rows_come_in_the_order_of_their_keys() -> None:
    others = [(UUID(int=9), uuid7()), (UUID(int=3), uuid7()), (PERSON, VISIT)]
    told = gather([kept(arrived(person=person, visit=visit)) for person, visit in others])
    assert [(one.person, one.id) for one in told] == sorted(others)
