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
from tiemchung.domain.supply.values import Cause, DecisionKind, DecisionShown
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database

Effect = Callable[..., None]


@transaction.atomic
def propose(
    identifier: UUID,
    kind: DecisionKind,
    *,
    site: str,
    lot: str,
    reason: str,
    actor: Actor,
    now: datetime,
    subject: UUID | None = None,
    doses: int = 0,
    cause: Cause | None = None,
) -> bool:
    """Propose something that takes two; nothing happens yet. False if this id was told before.

    Refuses what is not so (nothing held, nothing open), and a second proposal about the same thing.
    """
    told = DecisionShown(
        id=identifier,
        kind=kind,
        site="" if kind is DecisionKind.RELEASE_LOT else site,
        lot=lot,
        subject=subject,
        doses=doses,
        cause=cause.value if cause else "",
        reason=insist_on_reason(reason, lot=lot),
        proposed_by=_identity(actor),
        proposed_at=now,
        agreed_by=None,
        ended_at=None,
    )
    if not policy.may_decide(actor, kind, sites=places_of(told)):
        raise NotPermitted(site=site)
    known = queries.decision(identifier)
    if known is not None:
        return False
    insist_it_stands(told)
    fresh = database.run(
        "insert into supply_decision (id, kind, site, lot, subject, doses, cause, reason, proposed_by, proposed_at) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        [identifier, kind.value, told.site, lot, subject, doses, told.cause, told.reason, told.proposed_by, now],
    )
    if not fresh:
        raise DecisionOpen(lot=lot)
    event = DecisionProposed(
        id=identifier,
        at=now,
        about=kind.value,
        lot=lot,
        doses=doses,
        reason=told.reason,
        subject=subject,
        cause=told.cause,
    )
    tell([event], site=told.site, actor=actor, now=now)
    return True


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
