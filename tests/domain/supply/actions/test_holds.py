from __future__ import annotations

from datetime import timedelta

import pytest

from tests.domain.supply.factories import (
    LOT,
    MORNING,
    SITE,
    kept,
    national_pharmacist,
    receive,
    register,
    storekeeper,
)
from tiemchung.domain.supply import actions, queries
from tiemchung.domain.supply.errors import (
    DecisionUnknown,
    LotNotHeld,
    LotUnknown,
    ReasonNeeded,
    SecondPersonNeeded,
)
from tiemchung.domain.supply.events import LotHeldHere, VialOpened
from tiemchung.domain.supply.values import DecisionKind, Proposal
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted

pytestmark = pytest.mark.usefixtures("at_the_site")


def test_a_lot_held_by_one_person_is_held_at_every_site_since_then() -> None:
    register()
    actions.hold_lot(LOT, reason="quality", actor=national_pharmacist(), now=MORNING)
    actions.hold_lot(LOT, reason="again", actor=national_pharmacist(), now=MORNING + timedelta(hours=1))
    assert queries.lots_known([LOT], site="anywhere")[LOT].held_since == MORNING
    assert [(lot.reason, lot.everywhere) for lot in queries.held_lots("anywhere")] == [("quality", True)]


def released_by_two(kind: DecisionKind, site: str, one: Actor, other: Actor) -> None:
    told = Proposal(id=uuid7(), kind=kind, site=site, lot=LOT, reason="tested")
    actions.propose(told, actor=one, now=MORNING + timedelta(hours=2))
    actions.agree(told.id, actor=other, now=MORNING + timedelta(hours=2))


def test_a_release_takes_two_different_persons_with_the_reach() -> None:
    register()
    one, other = national_pharmacist(), national_pharmacist()
    actions.hold_lot(LOT, reason="quality", actor=one, now=MORNING)
    with pytest.raises(NotPermitted):
        released_by_two(DecisionKind.RELEASE_LOT, "", storekeeper(), other)
    with pytest.raises(DecisionUnknown):
        released_by_two(DecisionKind.RELEASE_LOT, "", one, storekeeper())
    assert queries.lots_known([LOT])[LOT].held_since == MORNING
    (waiting,) = queries.decisions_of_lot(LOT)
    with pytest.raises(SecondPersonNeeded):
        actions.agree(waiting.id, actor=one, now=MORNING)
    actions.agree(waiting.id, actor=other, now=MORNING)
    assert queries.lots_known([LOT])[LOT].held_since is None


def test_a_hold_needs_a_known_lot_a_reason_and_the_reach() -> None:
    register()
    with pytest.raises(LotUnknown):
        actions.hold_lot("NONE", reason="quality", actor=national_pharmacist(), now=MORNING)
    with pytest.raises(ReasonNeeded):
        actions.hold_lot(LOT, reason="", actor=national_pharmacist(), now=MORNING)
    with pytest.raises(NotPermitted):
        actions.hold_lot(LOT, reason="quality", actor=storekeeper(), now=MORNING)
    with pytest.raises(LotNotHeld):
        released_by_two(DecisionKind.RELEASE_LOT, "", national_pharmacist(), national_pharmacist())


def held_here(hour: int, reason: str = "warm") -> LotHeldHere:
    return LotHeldHere(id=uuid7(), at=MORNING + timedelta(hours=hour), lot=LOT, reason=reason)


def test_a_site_holds_a_lot_for_itself_alone() -> None:
    register()
    actions.fold([kept(held_here(1))], batch=uuid7())
    assert queries.lots_known([LOT], site=SITE)[LOT].held_since == MORNING + timedelta(hours=1)
    assert queries.lots_known([LOT], site="elsewhere")[LOT].held_since is None
    assert queries.held_lots("elsewhere") == []


def test_a_site_hold_told_again_after_its_release_does_not_come_back() -> None:
    register()
    first = kept(held_here(1))
    actions.fold([first], batch=uuid7())
    released_by_two(DecisionKind.RELEASE_HERE, SITE, storekeeper(), storekeeper())
    actions.fold([first], batch=uuid7())
    assert queries.held_lots(SITE) == []
    actions.fold([kept(held_here(3))], batch=uuid7())
    assert [lot.since for lot in queries.held_lots(SITE)] == [MORNING + timedelta(hours=3)]


def test_what_lies_at_a_site_is_listed_by_lot() -> None:
    register()
    receive(40)
    receive(3, lot="UNREGISTERED")
    assert [(line.lot, line.product, line.doses) for line in queries.stock_of(SITE)] == [
        (LOT, "az", 40),
        ("UNREGISTERED", None, 3),
    ]


def test_a_vial_that_was_set_aside_stays_so_when_its_lot_is_released() -> None:
    register()
    receive(doses=100)
    opened = VialOpened(id=uuid7(), at=MORNING, lot=LOT, vial="LQ7-0412", doses=10)
    held = LotHeldHere(id=uuid7(), at=MORNING, lot=LOT, reason="anaphylaxis", vial="LQ7-0412")
    for _told_twice in range(2):
        actions.fold([kept(opened), kept(held)], batch=uuid7())
    released_by_two(DecisionKind.RELEASE_HERE, SITE, national_pharmacist(), national_pharmacist())
    assert queries.held_lots(SITE) == []
    assert [(one.lot, one.vial, one.since) for one in queries.held_vials(SITE)] == [(LOT, "LQ7-0412", MORNING)]
    assert queries.open_vials(SITE, business_day(MORNING)) == [], "it is offered to nobody"
    assert queries.vials_left(SITE, business_day(MORNING)) == [(LOT, "LQ7-0412", 10)], (
        "its doses are still accounted for"
    )
    assert queries.held_vials("elsewhere") == []
