"""One error that hit many doses is mended at once: one person chooses and proposes, a second agrees, and either way it is told.

Each dose gets a correction of its own, as if it had been mended alone. To take a repair back is another repair, the other
way round: nothing is ever unwritten.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from msgspec import structs

from tiemchung.domain.immunization import actions as immunization
from tiemchung.domain.immunization import queries as record
from tiemchung.domain.immunization.events import Corrected
from tiemchung.domain.immunization.values import DoseShown, DoseStatus
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.mending import policy, queries
from tiemchung.domain.mending.actions.desk import words_of
from tiemchung.domain.mending.errors import (
    RepairEmpty,
    RepairSettled,
    RepairTooLarge,
    RepairUnknown,
    SecondPersonNeeded,
)
from tiemchung.domain.mending.events import RepairDecided, RepairProposed
from tiemchung.domain.mending.values import MOST_REPAIRED, REPAIRED, RepairShown, RepairState, RepairTold
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import beside, uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database, sealing


class Agreed(NamedTuple):
    """What an agreement asks of whoever records facts: the corrections of these doses, and how those stood before."""

    corrections: list[Corrected]
    before: list[DoseShown]


def propose_repair(told: RepairTold, *, actor: Actor, now: datetime) -> int:
    """Propose to mend these doses; returns how many of the chosen ones can be. Sent twice, it is one proposal.

    Refuses who does not mend at the site (`not-permitted`), without words (`case-words-missing`), where no chosen dose would
    differ (`repair-empty`), and more than `MOST_REPAIRED` (`repair-too-large`).
    """
    words = words_of(told.words)
    if actor.id is None or not policy.may_repair(actor, told.site):
        raise NotPermitted(site=told.site)
    if len(told.doses) > MOST_REPAIRED:
        raise RepairTooLarge(most=MOST_REPAIRED)
    if queries.repair(told.id, actor=actor) is not None:
        return 0
    chosen = set(told.doses)
    doses = [each for each in _of_lot(told.site, told.given_on, told.lot, actor=actor, now=now) if each.id in chosen]
    to = [(each, told.to_product or each.product) for each in doses]
    return _propose(told, to, takes_back=None, words=words, actor=actor, now=now)


def take_back_repair(repair: UUID, *, proposal: UUID, words: str, actor: Actor, now: datetime) -> int:
    """Propose to mend the doses of a repair back to what they were told as; returns how many still stand as it left them.

    Refuses one that is not done, or is being taken back already (`repair-settled`).
    """
    said = words_of(words)
    done = _found(repair, actor=actor)
    if queries.repair(proposal, actor=actor) is not None:
        return 0
    if done.state is not RepairState.DONE or done.taken_back:
        raise RepairSettled(repair=repair)
    before = {each.dose: each.product for each in queries.repaired(repair, actor=actor)}
    doses = _of_lot(done.site, done.given_on, done.to_lot, actor=actor, now=now)
    to = [(each, before[each.id]) for each in doses if each.id in before]
    told = RepairTold(
        id=proposal,
        site=done.site,
        given_on=done.given_on,
        lot=done.to_lot,
        to_lot=done.lot,
        to_product="",
        doses=(),
        words=words,
    )
    return _propose(told, to, takes_back=repair, words=said, actor=actor, now=now)


def _propose(
    told: RepairTold,
    to: Sequence[tuple[DoseShown, str]],
    *,
    takes_back: UUID | None,
    words: str,
    actor: Actor,
    now: datetime,
) -> int:
    differing = [(dose, product) for dose, product in to if (dose.lot, dose.product) != (told.to_lot, product)]
    if not differing or not told.to_lot:
        raise RepairEmpty
    kept = database.run(
        "insert into mending_repair (id, site, given_on, lot, to_lot, to_product, takes_back, state, words, proposed_by, "
        "proposed_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        [
            *(told.id, told.site, told.given_on, told.lot, told.to_lot, told.to_product, takes_back),
            *(RepairState.PROPOSED, sealing.seal("health", now.date(), words.encode(), told.id.bytes), actor.id, now),
        ],
    )
    if not kept:
        raise RepairSettled(repair=takes_back or told.id)
    entries = [uuid7(now) for _ in differing]
    database.run(
        "insert into mending_repaireddose (id, repair, dose, site, product, to_product) "
        "select x.id, %s, x.dose, %s, x.was, x.becomes "
        "from unnest(%b::uuid[], %b::uuid[], %b::text[], %b::text[]) as x(id, dose, was, becomes)",
        [
            *(told.id, told.site, arrays.uuids(entries), arrays.uuids([dose.id for dose, _ in differing])),
            *(arrays.texts([dose.product for dose, _ in differing]), arrays.texts([to for _, to in differing])),
        ],
    )
    fact = RepairProposed(id=beside(told.id, 1), at=now, repair=told.id, doses=len(differing))
    journal.append([fact], actor=actor, recorded_at=now, site=told.site)
    return len(differing)


def agree_to_repair(repair: UUID, *, actor: Actor, now: datetime) -> Agreed:
    """Agree, as the second person, to mend the doses of a repair that still stand as they were proposed.

    Returns the corrections for whoever calls to record in this transaction: told by who proposed, so that the second person
    may stand for them. Refuses who proposed it (`second-decider-needed`) and what was decided meanwhile (`repair-settled`).
    """
    found = _open(repair, actor=actor)
    if found.proposed_by == actor.id or actor.id is None:
        raise SecondPersonNeeded(case=repair)
    listed = {each.dose: each for each in queries.repaired(repair, actor=actor)}
    standing = _of_lot(found.site, found.given_on, found.lot, actor=actor, now=now)
    before = [dose for dose in standing if dose.id in listed and dose.product == listed[dose.id].product]
    corrections = []
    for dose in before:
        each = listed[dose.id]
        values: dict[str, object] = {"lot": found.to_lot} if found.to_lot != dose.lot else {}
        if each.to_product != dose.product:
            values["product"] = each.to_product
        told = immunization.corrected(
            each.id, dose=dose.id, values=values, reason=REPAIRED, site=found.site, actor=actor, now=now
        )
        corrections.append(structs.replace(told, staff=found.proposed_by))
    _decide(found, RepairState.DONE, actor=actor, now=now)
    return Agreed(corrections, before)


def drop_repair(repair: UUID, *, actor: Actor, now: datetime) -> None:
    """Take a proposal away, whoever made it; nothing was mended by it."""
    _decide(_open(repair, actor=actor), RepairState.DROPPED, actor=actor, now=now)


def stood_for(agreed: Agreed, after: Collection[DoseShown]) -> list[UUID]:
    """Return the doses for which the second person stands by agreeing: attested before, and nothing new was found of them."""
    before = {dose.id: dose for dose in agreed.before if dose.status is DoseStatus.ATTESTED}
    return [dose.id for dose in after if dose.id in before and set(dose.findings) <= set(before[dose.id].findings)]


def _decide(found: RepairShown, state: RepairState, *, actor: Actor, now: datetime) -> None:
    database.run(
        "update mending_repair set state = %s, decided_by = %s, decided_at = %s where id = %s",
        [state, actor.id, now, found.id],
    )
    fact = RepairDecided(id=beside(found.id, 2), at=now, repair=found.id, state=state)
    journal.append([fact], actor=actor, recorded_at=now, site=found.site)


def _found(repair: UUID, *, actor: Actor) -> RepairShown:
    found = queries.repair(repair, actor=actor)
    if found is None:
        raise RepairUnknown(repair=repair)
    return found


def _open(repair: UUID, *, actor: Actor) -> RepairShown:
    database.row("select 1 from mending_repair where id = %s for update", [repair])
    found = _found(repair, actor=actor)
    if found.state is not RepairState.PROPOSED:
        raise RepairSettled(repair=repair)
    return found


def _of_lot(site: str, day: date, lot: str, *, actor: Actor, now: datetime) -> list[DoseShown]:
    asking: dict[str, Any] = {"purpose": Purpose.CORRECTION, "actor": actor, "viewed_at": now}
    return record.given_of_lot(site, day, lot, **asking, limit=queries.MOST_OF_A_LOT)
