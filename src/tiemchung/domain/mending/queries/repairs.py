"""Repairs of one error that hit many doses: those of the sites one mends at, and the doses of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tiemchung.domain.mending import policy
from tiemchung.domain.mending.values import RepairedShown, RepairShown, RepairState
from tiemchung.kernel.actor import Actor
from tiemchung.plumbing import database, sealing

MOST_OF_A_LOT = 1_000
"""Doses of a lot on one site's day that are looked through. Ours: ten times a usual session."""
LATEST = 20
"""Repairs of one list. Ours."""
_SHOWN = """
select r.id, r.site, r.given_on, r.lot, r.to_lot, r.to_product, r.takes_back, r.state, r.words, r.proposed_by, r.proposed_at,
    r.decided_by, r.decided_at, (select count(*) from mending_repaireddose d where d.repair = r.id),
    exists (select 1 from mending_repair b where b.takes_back = r.id and b.state <> 'dropped')
from mending_repair r
"""


def repairs(*, actor: Actor, limit: int = LATEST) -> list[RepairShown]:
    """Return the latest repairs of the sites that the session reaches, those that wait for a second person first."""
    found = database.rows(
        f"{_SHOWN} order by (r.state = %s) desc, r.proposed_at desc, r.id limit %s", [RepairState.PROPOSED, limit]
    )
    return [_shown(row) for row in found if policy.may_repair(actor, row[1])]


def repair(identifier: UUID, *, actor: Actor) -> RepairShown | None:
    """Return one repair, None if none of this id is within reach."""
    row = database.row(f"{_SHOWN} where r.id = %s", [identifier])
    return None if row is None or not policy.may_repair(actor, row[1]) else _shown(row)


def repaired(identifier: UUID, *, actor: Actor) -> list[RepairedShown]:
    """Return the doses of a repair within reach. Ids and products, nobody's name."""
    found = database.rows(
        "select site, id, dose, product, to_product from mending_repaireddose where repair = %s order by id",
        [identifier],
    )
    return [
        RepairedShown(id=row[1], dose=row[2], product=row[3], to_product=row[4])
        for row in found
        if policy.may_repair(actor, row[0])
    ]


def _shown(row: tuple[Any, ...]) -> RepairShown:
    told = dict(zip(RepairShown.__struct_fields__, row, strict=True))
    told["state"] = RepairState(told["state"])
    told["words"] = sealing.unseal(bytes(told["words"]), told["id"].bytes).decode()
    return RepairShown(**told)
