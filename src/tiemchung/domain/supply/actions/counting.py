"""Counting the shelves by hand: every lot's figure beside the ledger's, and each difference open until two explain it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tiemchung.domain.supply import models, policy
from tiemchung.domain.supply.actions.posting import lock_balances, tell
from tiemchung.domain.supply.actions.receiving import MOST_DOSES
from tiemchung.domain.supply.errors import AmountImpossible
from tiemchung.domain.supply.events import SentDoses, ShelvesCounted
from tiemchung.domain.supply.values import CountLine
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database


@transaction.atomic
def count_shelves(identifier: UUID, *, site: str, lines: Sequence[CountLine], actor: Actor, now: datetime) -> bool:
    """Keep what somebody counted beside what the ledger says at this moment; False if this id was told before.

    The ledger stays as it is. A new count of a lot takes the place of an older one that nobody has explained.
    """
    if not policy.may_keep_stock(actor, site):
        raise NotPermitted(site=site)
    lots = {line.lot: line.counted for line in lines}
    if not lots or len(lots) != len(lines) or not all(0 <= counted <= MOST_DOSES for counted in lots.values()):
        raise AmountImpossible(doses=sum(lots.values()))
    fresh = database.run(
        "insert into supply_stocktake (id, told_by, counted_at, site) values (%s, %s, %s, %s) on conflict do nothing",
        [identifier, actor.id, now, site],
    )
    if not fresh:
        return False
    ledger = lock_balances(site, list(lots))
    database.run(
        "update supply_stocktakeline set replaced = true "
        "where site = %s and lot = any(%b::text[]) and not explained and not replaced",
        [site, arrays.texts(list(lots))],
    )
    models.StocktakeLine.objects.bulk_create(
        [
            models.StocktakeLine(stocktake=identifier, site=site, lot=lot, counted=counted, ledger=ledger.get(lot, 0))
            for lot, counted in sorted(lots.items())
        ]
    )
    counted = tuple(SentDoses(lot=lot, doses=doses) for lot, doses in sorted(lots.items()))
    tell([ShelvesCounted(id=identifier, at=now, lines=counted)], site=site, actor=actor, now=now)
    return True
