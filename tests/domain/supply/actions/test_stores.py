from __future__ import annotations

import pytest

from tests.domain.supply.factories import (
    LOT,
    MORNING,
    SITE,
    STORE,
    balances,
    loader,
    register,
    storekeeper,
)
from tiemchung.domain.supply import actions
from tiemchung.domain.supply.errors import (
    LotDiffers,
)
from tiemchung.domain.supply.values import IssueTold, LotTold, ReceiptTold
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted

pytestmark = pytest.mark.usefixtures("at_the_site")


def test_a_campaign_loaded_twice_moves_stock_once() -> None:
    receipt = ReceiptTold(id=uuid7(), lot=LOT, store=STORE, doses=1000, at=MORNING)
    issue = IssueTold(id=uuid7(), lot=LOT, origin=STORE, destination=SITE, doses=300, at=MORNING)
    gift = IssueTold(id=uuid7(), lot=LOT, origin=None, destination=SITE, doses=5, at=MORNING)
    for expected in (1, 0):
        assert actions.load_lots([LotTold(number=LOT, product="az", expires_on=None)], actor=loader(), now=MORNING) == (
            expected
        )
        assert actions.load_receipts([receipt], actor=loader(), now=MORNING) == expected
        assert actions.load_issues([issue, gift], actor=loader(), now=MORNING) == expected * 2
    assert balances() == {(STORE, LOT): 700, (SITE, LOT): 305}


def test_a_lot_number_is_never_reused_for_another_product() -> None:
    register(product="az")
    with pytest.raises(LotDiffers) as refused:
        register(product="pfizer")
    assert refused.value.facts == {"lot": LOT, "product": "az", "told": "pfizer"}


def test_only_a_loader_loads() -> None:
    with pytest.raises(NotPermitted):
        actions.load_lots([], actor=storekeeper(), now=MORNING)
    with pytest.raises(NotPermitted):
        actions.load_receipts([], actor=storekeeper(), now=MORNING)
    with pytest.raises(NotPermitted):
        actions.load_issues([], actor=storekeeper(), now=MORNING)
