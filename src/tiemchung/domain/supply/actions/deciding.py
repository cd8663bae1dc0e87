"""What takes two persons: one proposes, a second and different one agrees, and only then does it happen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tiemchung.domain.supply import policy, queries
from tiemchung.domain.supply.actions.effects import EFFECTS, insist_it_stands, places_of
from tiemchung.domain.supply.actions.posting import insist_on_reason, tell
from tiemchung.domain.supply.errors import DecisionOpen, DecisionOver, DecisionUnknown, SecondPersonNeeded
from tiemchung.domain.supply.events import DecisionProposed, DecisionWithdrawn
from tiemchung.domain.supply.values import DecisionKind, DecisionShown, Proposal
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database

Effect = Callable[..., None]


@transaction.atomic
def propose(told: Proposal, *, actor: Actor, now: datetime) -> bool:
    """Propose something that takes two; nothing happens yet. False if this id was told before.

    Refuses what is not so (nothing held, nothing open), and a second proposal about the same thing.
    """
    decision = _decision(told, actor=actor, now=now)
    if not policy.may_decide(actor, told.kind, sites=places_of(decision)):
        raise NotPermitted(site=told.site)
    if queries.decision(told.id) is not None:
        return False
    insist_it_stands(decision)
    _keep(decision)
    event = DecisionProposed(
        id=told.id,
        at=now,
        about=told.kind.value,
        lot=told.lot,
        doses=told.doses,
        reason=decision.reason,
        subject=told.subject,
        cause=decision.cause,
    )
    tell([event], site=decision.site, actor=actor, now=now)
    return True


def _decision(told: Proposal, *, actor: Actor, now: datetime) -> DecisionShown:
    """Return the proposal as it stands on the list, open. A lot in the whole country belongs to no place."""
    return DecisionShown(
        id=told.id,
        kind=told.kind,
        site="" if told.kind is DecisionKind.RELEASE_LOT else told.site,
        lot=told.lot,
        subject=told.subject,
        doses=told.doses,
        cause=told.cause.value if told.cause else "",
        reason=insist_on_reason(told.reason, lot=told.lot),
        proposed_by=_identity(actor),
        proposed_at=now,
        agreed_by=None,
        ended_at=None,
    )


def _keep(decision: DecisionShown) -> None:
    """Write a proposal; refuse it if another about the same thing waits already (`decision-open`)."""
    told = [
        decision.id, decision.kind.value, decision.site, decision.lot, decision.subject, decision.doses, decision.cause,
        decision.reason, decision.proposed_by, decision.proposed_at,
    ]  # fmt: skip
    fresh = database.run(
        "insert into supply_decision (id, kind, site, lot, subject, doses, cause, reason, proposed_by, proposed_at) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        told,
    )
    if not fresh:
        raise DecisionOpen(lot=decision.lot)


@transaction.atomic
def agree(identifier: UUID, *, actor: Actor, now: datetime) -> bool:
    """Agree to what another person proposed, and so let it happen; False if this actor has agreed before.

    Whoever proposed cannot agree. What has changed since the proposal refuses it (`decision-over`, or what is wrong).
    """
    found = _locked(identifier)
    if not policy.may_decide(actor, found.kind, sites=places_of(found)):
        raise DecisionUnknown(decision=identifier)
    if found.ended_at is not None:
        if found.agreed_by == actor.id is not None:
            return False
        raise DecisionOver(decision=identifier)
    if _identity(actor) == found.proposed_by:
        raise SecondPersonNeeded
    EFFECTS[found.kind](found, actor=actor, now=now)
    _end(identifier, agreed_by=actor.id, ended_by=actor.id, now=now)
    return True


@transaction.atomic
def withdraw(identifier: UUID, *, reason: str, actor: Actor, now: datetime) -> bool:
    """Take a proposal back, or turn it down; one person is enough. False if it has ended before."""
    found = _locked(identifier)
    if not policy.may_decide(actor, found.kind, sites=places_of(found)):
        raise DecisionUnknown(decision=identifier)
    why = insist_on_reason(reason)
    if found.ended_at is not None:
        return False
    _end(identifier, agreed_by=None, ended_by=actor.id, now=now)
    event = DecisionWithdrawn(id=uuid7(now), at=now, decision=identifier, reason=why)
    tell([event], site=found.site, actor=actor, now=now)
    return True


def _end(identifier: UUID, *, agreed_by: UUID | None, ended_by: UUID | None, now: datetime) -> None:
    database.run(
        "update supply_decision set ended_at = %s, agreed_by = %s, ended_by = %s where id = %s",
        [now, agreed_by, ended_by, identifier],
    )


def _locked(identifier: UUID) -> DecisionShown:
    database.rows("select id from supply_decision where id = %s for update", [identifier])
    found = queries.decision(identifier)
    if found is None:
        raise DecisionUnknown(decision=identifier)
    return found


def _identity(actor: Actor) -> UUID:
    if actor.id is None:
        raise SecondPersonNeeded
    return actor.id
