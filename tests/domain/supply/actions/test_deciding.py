from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from tests.domain.supply.actions.test_shipping import at_once, in_the_ledger
from tests.domain.supply.depot import (
    CITY,
    DISTRICT,
    LOT,
    NOW,
    SITE,
    arrival,
    consignment,
    judge,
    keeper,
    national_judge,
    on_the_road,
    released,
    shown,
)
from tiemchung.domain.supply import actions, queries
from tiemchung.domain.supply.errors import (
    AmountImpossible,
    DecisionOpen,
    DecisionOver,
    DecisionUnknown,
    ExpiryDiffers,
    LotDiffers,
    LotNotHeld,
    LotOutOfDate,
    NothingOpen,
    ReasonNeeded,
    SecondPersonNeeded,
    ShipmentNotOnRoad,
    StockShort,
)
from tiemchung.domain.supply.values import Cause, CountLine, DecisionKind, Proposal, ShipmentState
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted

pytestmark = pytest.mark.usefixtures("chain")
RELEASE = DecisionKind.RELEASE_CONSIGNMENT


def waiting() -> UUID:
    told = consignment()
    actions.receive_consignment(told, actor=keeper(), now=NOW)
    return told.id


def proposed(
    kind: DecisionKind,
    *,
    actor: Actor,
    subject: UUID | None = None,
    lot: str = LOT,
    site: str = CITY,
    doses: int = 0,
    cause: Cause | None = None,
) -> UUID:
    decision = uuid7()
    told = Proposal(
        id=decision, kind=kind, site=site, lot=lot, subject=subject, doses=doses, cause=cause, reason="đã xem"
    )
    actions.propose(told, actor=actor, now=NOW)
    return decision


def free() -> int:
    return sum(line.free for line in queries.shelves(CITY))


def test_a_consignment_leaves_the_shelf_only_after_two_have_released_it() -> None:
    subject, first, second = waiting(), judge(), judge()
    assert (in_the_ledger(), free()) == ({(CITY, LOT): 100}, 0)
    decision = proposed(RELEASE, actor=first, subject=subject)
    assert free() == 0
    with pytest.raises(SecondPersonNeeded):
        actions.agree(decision, actor=first, now=NOW)
    assert free() == 0
    assert actions.agree(decision, actor=second, now=NOW)
    assert free() == 100
    assert not actions.agree(decision, actor=second, now=NOW)
    with pytest.raises(DecisionOver):
        actions.agree(decision, actor=judge(), now=NOW)


@pytest.mark.parametrize("stranger", [keeper(), judge(SITE)])
def test_neither_a_storekeeper_nor_a_judge_of_elsewhere_releases(stranger: Actor) -> None:
    subject = waiting()
    with pytest.raises(NotPermitted):
        proposed(RELEASE, actor=stranger, subject=subject)
    decision = proposed(RELEASE, actor=judge(), subject=subject)
    with pytest.raises(DecisionUnknown):
        actions.agree(decision, actor=stranger, now=NOW)
    with pytest.raises(DecisionUnknown):
        actions.withdraw(decision, reason="?", actor=stranger, now=NOW)
    assert free() == 0


def test_a_proposal_that_was_taken_back_lets_nothing_happen_and_another_may_be_made() -> None:
    subject = waiting()
    decision = proposed(RELEASE, actor=judge(), subject=subject)
    with pytest.raises(DecisionOpen):
        proposed(RELEASE, actor=judge(), subject=subject)
    assert actions.withdraw(decision, reason="thiếu giấy", actor=judge(), now=NOW)
    with pytest.raises(DecisionOver):
        actions.agree(decision, actor=judge(), now=NOW)
    assert free() == 0
    actions.agree(proposed(RELEASE, actor=judge(), subject=subject), actor=judge(), now=NOW)
    assert free() == 100


def test_of_two_who_agree_at_once_one_releases() -> None:
    decision = proposed(RELEASE, actor=judge(), subject=waiting())
    answers = at_once(*[lambda: actions.agree(decision, actor=judge(), now=NOW)] * 3)
    assert answers.count(True) == 1
    assert answers.count(DecisionOver) == 2


def test_a_refused_consignment_leaves_the_ledger_and_cannot_be_released_any_more() -> None:
    subject = waiting()
    release = proposed(RELEASE, actor=judge(), subject=subject)
    actions.agree(proposed(DecisionKind.REFUSE_CONSIGNMENT, actor=judge(), subject=subject), actor=judge(), now=NOW)
    assert in_the_ledger() == {}
    with pytest.raises(DecisionOver):
        actions.agree(release, actor=judge(), now=NOW)


def test_a_consignment_told_twice_is_one_and_must_fit_what_is_known_of_its_lot() -> None:
    told = consignment()
    assert [actions.receive_consignment(told, actor=keeper(), now=NOW) for _ in range(2)] == [True, False]
    assert in_the_ledger() == {(CITY, LOT): 100}
    for other, refusal in [
        (replace(told, id=uuid7(), product="pfizer"), LotDiffers),
        (replace(told, id=uuid7(), expires_on=date(2022, 2, 1)), ExpiryDiffers),
        (replace(told, id=uuid7(), lot="NEW", expires_on=date(2021, 9, 12)), LotOutOfDate),
        (replace(told, id=uuid7(), doses=0), AmountImpossible),
        (replace(told, id=uuid7(), vials=101), AmountImpossible),
    ]:
        with pytest.raises(refusal):
            actions.receive_consignment(other, actor=keeper(), now=NOW)
    with pytest.raises(NotPermitted):
        actions.receive_consignment(replace(told, id=uuid7()), actor=judge(), now=NOW)
    assert in_the_ledger() == {(CITY, LOT): 100}


def test_missing_doses_stay_open_until_two_persons_explain_them() -> None:
    released()
    shipment = on_the_road(60)
    actions.take_in(arrival(shipment, **{LOT: 52}), actor=keeper(SITE), now=NOW)
    told = {"subject": shipment, "site": SITE, "doses": 8}
    receiver, sender = keeper(SITE), keeper(CITY)
    decision = proposed(DecisionKind.EXPLAIN_SHIPMENT, actor=receiver, cause=Cause.BROKEN, **told)  # type: ignore[arg-type]  # told by name
    with pytest.raises(SecondPersonNeeded):
        actions.agree(decision, actor=receiver, now=NOW)
    with pytest.raises(DecisionUnknown):
        actions.agree(decision, actor=keeper(DISTRICT), now=NOW)
    assert shown(shipment).open == 8
    assert actions.agree(decision, actor=sender, now=NOW)
    assert (shown(shipment).open, shown(shipment).state) == (0, ShipmentState.ARRIVED)
    assert in_the_ledger() == {(CITY, LOT): 40, (SITE, LOT): 52}
    with pytest.raises(ShipmentNotOnRoad):
        proposed(DecisionKind.EXPLAIN_SHIPMENT, actor=receiver, cause=Cause.LOST, **told)  # type: ignore[arg-type]  # told by name


@pytest.mark.parametrize(("came", "left_at_sender"), [(50, 50), (65, 35)])
def test_miscounted_doses_never_left_or_left_uncounted(came: int, left_at_sender: int) -> None:
    released()
    shipment = on_the_road(60)
    actions.take_in(arrival(shipment, **{LOT: came}), actor=keeper(SITE), now=NOW)
    decision = proposed(
        DecisionKind.EXPLAIN_SHIPMENT,
        actor=keeper(SITE),
        subject=shipment,
        site=SITE,
        doses=60 - came,
        cause=Cause.MISCOUNTED,
    )
    actions.agree(decision, actor=keeper(CITY), now=NOW)
    assert in_the_ledger() == {
        (CITY, LOT): left_at_sender,
        (SITE, LOT): came,
    }
    assert shown(shipment).state is ShipmentState.ARRIVED
    assert queries.unaccounted_shipments() == []


@pytest.mark.parametrize(("doses", "cause"), [(9, Cause.LOST), (0, Cause.LOST), (-1, Cause.MISCOUNTED), (8, None)])
def test_no_more_is_explained_than_is_open_and_never_without_a_cause(doses: int, cause: Cause | None) -> None:
    released()
    shipment = on_the_road(60)
    actions.take_in(arrival(shipment, **{LOT: 52}), actor=keeper(SITE), now=NOW)
    with pytest.raises(AmountImpossible):
        proposed(
            DecisionKind.EXPLAIN_SHIPMENT, actor=keeper(SITE), subject=shipment, site=SITE, doses=doses, cause=cause
        )


def test_an_explanation_is_void_when_the_doses_came_after_all() -> None:
    released()
    shipment = on_the_road(60)
    actions.take_in(arrival(shipment, **{LOT: 52}), actor=keeper(SITE), now=NOW)
    decision = proposed(
        DecisionKind.EXPLAIN_SHIPMENT, actor=keeper(SITE), subject=shipment, site=SITE, doses=8, cause=Cause.LOST
    )
    actions.take_in(arrival(shipment, **{LOT: 4}), actor=keeper(SITE), now=NOW)
    with pytest.raises(AmountImpossible):
        actions.agree(decision, actor=keeper(CITY), now=NOW)
    assert shown(shipment).open == 4


def test_a_difference_on_the_shelf_is_open_until_two_explain_it_and_then_the_ledger_has_the_shelfs_doses() -> None:
    released()
    stocktake = uuid7()
    lines = [CountLine(lot=LOT, counted=93)]
    asked = {"site": CITY, "lines": lines, "actor": keeper(), "now": NOW}
    assert [actions.count_shelves(stocktake, **asked) for _ in range(2)] == [True, False]  # type: ignore[arg-type]  # told by name
    assert in_the_ledger() == {(CITY, LOT): 100}
    assert [(each.lot, each.difference) for each in queries.open_counts([CITY])] == [(LOT, -7)]
    decision = proposed(DecisionKind.EXPLAIN_COUNT, actor=keeper(), subject=stocktake, doses=-7)
    actions.agree(decision, actor=keeper(), now=NOW)
    assert in_the_ledger() == {(CITY, LOT): 93}
    assert queries.open_counts([CITY]) == []


def test_a_later_count_takes_the_place_of_an_open_one_and_the_older_difference_is_never_added() -> None:
    released()
    first, second = uuid7(), uuid7()
    for stocktake, counted in [(first, 93), (second, 100)]:
        actions.count_shelves(
            stocktake, site=CITY, lines=[CountLine(lot=LOT, counted=counted)], actor=keeper(), now=NOW
        )
        if stocktake == first:
            decision = proposed(DecisionKind.EXPLAIN_COUNT, actor=keeper(), subject=first, doses=-7)
    assert queries.open_counts([CITY]) == []
    with pytest.raises(DecisionOver):
        actions.agree(decision, actor=keeper(), now=NOW)
    assert in_the_ledger() == {(CITY, LOT): 100}


def test_a_hold_at_one_store_ends_when_two_agree_and_destroyed_doses_leave_the_ledger() -> None:
    released()
    with pytest.raises(LotNotHeld):
        proposed(DecisionKind.RELEASE_HERE, actor=judge())
    actions.hold_here(CITY, LOT, reason="9,4 °C trong 38 phút", actor=keeper(), now=NOW)
    destroy = proposed(DecisionKind.DESTROY, actor=judge(), doses=30)
    with pytest.raises(StockShort):
        proposed(DecisionKind.DESTROY, actor=judge(), doses=101, lot=LOT, site=CITY)
    actions.agree(destroy, actor=judge(), now=NOW)
    assert in_the_ledger() == {(CITY, LOT): 70}
    assert free() == 0
    actions.agree(proposed(DecisionKind.RELEASE_HERE, actor=judge()), actor=judge(), now=NOW)
    assert free() == 70


def test_a_recall_holds_the_lot_everywhere_and_asks_every_place_that_has_it() -> None:
    released()
    shipment = on_the_road(60)
    actions.take_in(arrival(shipment, **{LOT: 60}), actor=keeper(SITE), now=NOW)
    with pytest.raises(NotPermitted):
        actions.recall_lot(LOT, reason="tạp chất", actor=judge(), now=NOW)
    for _ in range(2):
        actions.recall_lot(LOT, reason="tạp chất", actor=national_judge(), now=NOW)
    assert [(each.lot, each.doses) for each in queries.recalls_to_answer(SITE)] == [(LOT, 60)]
    assert queries.recalls_to_answer(DISTRICT) == []
    actions.answer_recall(SITE, LOT, doses=60, actor=keeper(SITE), now=NOW)
    assert queries.recalls_to_answer(SITE) == []
    told = {each.site: (each.doses, each.set_aside) for each in queries.lot_at(LOT)}
    assert told == {SITE: (60, 60), CITY: (40, None)}
    back = uuid7()
    actions.pick_return(
        back, origin=SITE, destination=CITY, lot=LOT, doses=60, reason="thu hồi", actor=keeper(SITE), now=NOW
    )
    assert actions.dispatch_shipment(back, actor=keeper(SITE), now=NOW)
    actions.agree(proposed(DecisionKind.RELEASE_LOT, actor=national_judge(), site=""), actor=national_judge(), now=NOW)
    found = queries.lot_shown(LOT)
    assert found is not None
    assert (found.held_at, found.recalled_at) == (None, None)


def test_what_does_not_wait_is_not_released() -> None:
    told = released()
    with pytest.raises(NothingOpen):
        proposed(RELEASE, actor=judge(), subject=told.id)
    with pytest.raises(NothingOpen):
        proposed(RELEASE, actor=judge(), subject=uuid7())


def test_nothing_is_proposed_without_a_reason() -> None:
    with pytest.raises(ReasonNeeded):
        actions.propose(Proposal(id=uuid7(), kind=RELEASE, site=CITY, lot=LOT, reason="  "), actor=judge(), now=NOW)
