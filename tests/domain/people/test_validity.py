"""An old card ends when its holder is told by a personal number, and still finds them."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec import structs

from tests.domain.people.test_persons import ELSEWHERE, HERE, NOW, NURSE, told
from tiemchung.domain.people import actions, queries
from tiemchung.domain.people.values import OLD_CARD, PERSONAL_NUMBER, IdentifierTold, PersonTold
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.django_db
DAY = date(2021, 9, 13)
NEW = IdentifierTold(kind=PERSONAL_NUMBER, value="079184004417")
OLD = IdentifierTold(kind=OLD_CARD, value="271234567")


def told_by(one: PersonTold, *numbers: IdentifierTold) -> PersonTold:
    return structs.replace(one, block=structs.replace(one.block, identifiers=list(numbers)))


def held(one: PersonTold) -> list[tuple[str, date | None]]:
    """Return the kinds of this person's numbers as a screen shows them, with the day on which each ended."""
    shown = queries.persons([one.person], purpose=Purpose.CARE, actor=NURSE, viewed_at=NOW)[one.person]
    return [(number.kind, number.valid_to) for number in shown.identifiers]


def found_by(number: IdentifierTold) -> frozenset[object]:
    return queries.holders_of(number.kind, number.value, purpose=Purpose.CARE, actor=NURSE, viewed_at=NOW)


@pytest.mark.parametrize("numbers", [(NEW, OLD), (OLD, NEW)])
def test_of_a_card_with_both_numbers_the_earlier_one_has_ended_and_finds_its_holder(
    numbers: tuple[IdentifierTold, ...],
) -> None:
    one = told_by(told(), *numbers)
    with reaching(HERE):
        actions.fold_blocks([one])
        assert held(one) == [(PERSONAL_NUMBER, None), (OLD_CARD, DAY)]
        assert found_by(OLD) == {one.person}


def test_an_old_card_alone_holds_until_a_personal_number_is_told_wherever_that_is() -> None:
    one, stranger = told_by(told(), OLD), told_by(told(), IdentifierTold(kind=OLD_CARD, value="271234568"))
    with reaching(HERE):
        actions.fold_blocks([one, stranger])
        assert held(one) == [(OLD_CARD, None)]
    with reaching(ELSEWHERE):
        actions.fold_blocks([told_by(structs.replace(one, site="79-0002"), NEW), told_by(told(site="79-0002"), OLD)])
    with reaching(HERE):
        assert held(one) == [(OLD_CARD, DAY)]
        assert held(stranger) == [(OLD_CARD, None)]


def test_an_old_card_told_after_the_personal_number_has_ended_already() -> None:
    one = told_by(told(), NEW)
    with reaching(HERE):
        actions.fold_blocks([one])
        actions.fold_blocks([told_by(one, OLD)])
        actions.fold_blocks([told_by(one, OLD)])
        assert held(one) == [(PERSONAL_NUMBER, None), (OLD_CARD, DAY)]


def test_what_a_screen_shows_is_what_is_told_with_or_without_a_number_that_ended() -> None:
    one = told_by(told(), NEW, OLD)
    with reaching(HERE):
        actions.fold_blocks([one])
        shown = queries.persons([one.person], purpose=Purpose.CARE, actor=NURSE, viewed_at=NOW)[one.person]
    assert queries.shows(shown, one.block)
    assert queries.shows(shown, told_by(one, NEW).block)
    assert not queries.shows(shown, told_by(one, OLD).block)
    assert not queries.shows(shown, told_by(one, NEW, IdentifierTold(kind=OLD_CARD, value="271230000")).block)


def test_other_documents_hold_beside_a_personal_number() -> None:
    one = told_by(told(), IdentifierTold(kind="passport-vn", value="B1234567"), NEW)
    with reaching(HERE):
        actions.fold_blocks([one])
        actions.fold_blocks([one])
        assert held(one) == [(PERSONAL_NUMBER, None), ("passport-vn", None)]
