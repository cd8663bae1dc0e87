"""Incidents: opened, taken, assigned, commented, resolved. Each step is a row of its own and a fact in the journal.

The id of a step is made by the form that takes it: sent twice, it is one step, and says nothing more.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction

from tiemchung.domain.access import queries as access
from tiemchung.domain.response import policy, queries
from tiemchung.domain.response.actions.telling import tell
from tiemchung.domain.response.errors import (
    AlertUnknown,
    CannotOwn,
    IncidentClosed,
    IncidentTakenAlready,
    IncidentUnknown,
    NotTheOwner,
    WordsMissing,
)
from tiemchung.domain.response.events import (
    IncidentAssigned,
    IncidentCommented,
    IncidentEscalated,
    IncidentOpened,
    IncidentResolved,
    IncidentTaken,
)
from tiemchung.domain.response.values import ONCE, WEIGHTS, AlertKind, Facts, Origin, Outcome, StepKind, Weight
from tiemchung.kernel.actor import SYSTEM, Actor
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database, sealing

LONGEST_TEXT = 2_000
"""Characters of one comment: a fact has at most 16 KB (PROTOCOL). What is longer is cut by the form before it is sent."""


class Locked(msgspec.Struct, frozen=True, kw_only=True):
    """An incident as it stands while its row is held."""

    site: str
    owner: UUID | None
    team: UUID | None
    resolved_at: datetime | None
    alert: UUID | None


class _Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What an incident begins with: `kind`, `facts` and `alert` of one from an alert, `subject` of any other."""

    id: UUID
    origin: Origin
    site: str
    weight: Weight
    kind: AlertKind | None = None
    facts: Facts = Facts()
    subject: str = ""
    alert: UUID | None = None
    call: UUID | None = None


# Opening


def open_incident(identifier: UUID, *, site: str, subject: str, weight: Weight, actor: Actor, now: datetime) -> UUID:
    """Open an incident that somebody saw with their own eyes; the site is empty for one of no site.

    Refuses who may not respond there (`not-permitted`), and a subject without words (`words-missing`).
    """
    if not policy.may_respond(actor, site):
        raise NotPermitted(site=site)
    with transaction.atomic():
        told = _Opening(id=identifier, origin=Origin.OFFICER, site=site, weight=weight, subject=_words(subject))
        return _open(told, by=actor, now=now)


def open_from_alert(alert: UUID, *, actor: Actor, now: datetime) -> UUID:
    """Open an incident from an alert that holds, and return it; asked again, or by another at the same moment, the same.

    Refuses an alert that is not there or no longer holds (`alert-unknown`), and who may not respond (`not-permitted`).
    """
    with transaction.atomic():
        found = database.row(
            "select a.site, a.kind, a.facts::text, a.incident from response_alert a "
            "where a.id = %s and a.cleared_at is null for update",
            [alert],
        )
        if found is None or not policy.may_see(actor, found[0]):
            raise AlertUnknown(alert=alert)
        site, kind, facts, incident = found
        if not policy.may_respond(actor, site):
            raise NotPermitted(site=site)
        if incident is not None and not _is_resolved(incident):
            opened: UUID = incident
            return opened
        return open_by_alert(
            alert, kind=AlertKind(kind), site=site, facts=msgspec.json.decode(facts, type=Facts), by=actor, now=now
        )


def open_by_alert(alert: UUID, *, kind: AlertKind, site: str, facts: Facts, by: Actor, now: datetime) -> UUID:
    """Open the incident of an alert, in the caller's transaction; the caller holds the alert's row."""
    told = _Opening(
        id=uuid7(now), origin=Origin.ALERT, site=site, weight=WEIGHTS[kind], kind=kind, facts=facts, alert=alert
    )
    incident = _open(told, by=by, now=now)
    database.run("update response_alert set incident = %s where id = %s", [incident, alert])
    return incident


def open_by_call(identifier: UUID, *, call: UUID, site: str, subject: str, by: Actor, now: datetime) -> UUID:
    """Open the incident of a confirmed caller, in the caller's transaction."""
    told = _Opening(id=identifier, origin=Origin.CALL, site=site, weight=Weight.LOOK, subject=subject, call=call)
    return _open(told, by=by, now=now)


def _open(told: _Opening, *, by: Actor, now: datetime) -> UUID:
    fresh = database.run(
        "insert into response_incident (id, alert, call, opened_by, opened_at, site, origin, weight, kind, facts, subject) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s) on conflict do nothing",
        [
            *(told.id, told.alert, told.call, by.id, now, told.site, told.origin, told.weight, told.kind or ""),
            msgspec.json.encode(told.facts).decode(),
            _sealed(told.subject, told.id, now),
        ],
    )
    if fresh:
        step = uuid7(now)
        _note(step, told.id, StepKind.OPENED, by=by, now=now)
        fact = IncidentOpened(
            id=step,
            at=now,
            site=told.site or None,
            incident=told.id,
            origin=told.origin,
            alert=told.alert,
            call=told.call,
            subject=told.subject,
        )
        tell([fact], actor=by, now=now)
    return told.id


def escalate_overdue(*, now: datetime) -> int:
    """Escalate the incidents whose time has passed; returns how many. For a session that sees every site; once each."""
    late = 0
    with transaction.atomic():
        for weight, within in queries.deadlines().items():
            found = database.rows(
                "update response_incident set escalated_at = %s where resolved_at is null and escalated_at is null "
                "and weight = %s and opened_at < %s returning id, site",
                [now, weight, now - within],
            )
            for incident, site in found:
                step = uuid7(now)
                fact = IncidentEscalated(id=step, at=now, site=site or None, incident=incident)
                keep_step(step, incident, StepKind.ESCALATED, fact, by=SYSTEM, now=now)
            late += len(found)
    return late


# Steps


def take(incident: UUID, *, step: UUID, actor: Actor, now: datetime) -> None:
    """Make an incident that is nobody's one's own. Of two who try at once one has it, and the other is told who.

    Refuses one that somebody has (`incident-taken-already`), or that is resolved (`incident-closed`).
    """
    with transaction.atomic():
        found = locked(incident, actor=actor)
        if found.owner == actor.id:
            return
        if found.owner is not None:
            raise IncidentTakenAlready(owner=access.staff_names([found.owner]).get(found.owner, ""))
        _own(incident, actor.id)
        fact = IncidentTaken(id=step, at=now, site=found.site or None, incident=incident)
        keep_step(step, incident, StepKind.TAKEN, fact, by=actor, now=now)


def assign(incident: UUID, *, step: UUID, to: UUID, before: UUID | None, actor: Actor, now: datetime) -> None:
    """Give an incident to somebody who may respond at its site. Refuses who may not (`cannot-own`).

    `before` is whose it was on the page: if somebody else took or was given it since, that one is told
    (`incident-taken-already`).
    """
    with transaction.atomic():
        found = locked(incident, actor=actor)
        if not any(
            policy.may_respond(access.actor_of_staff(to, post=post.key), found.site) for post in access.posts_of(to)
        ):
            raise CannotOwn(staff=to)
        if found.owner == to:
            return
        refuse_if_moved(found, before=before)
        _own(incident, to)
        fact = IncidentAssigned(
            id=step, at=now, site=found.site or None, incident=incident, owner=to, before=found.owner
        )
        keep_step(step, incident, StepKind.ASSIGNED, fact, by=actor, now=now, to=to)


def refuse_if_moved(found: Locked, *, before: UUID | None) -> None:
    """Refuse to take an incident away from somebody whom the page did not show (`incident-taken-already`)."""
    if found.owner is not None and found.owner != before:
        raise IncidentTakenAlready(owner=access.staff_names([found.owner]).get(found.owner, ""))


def comment(incident: UUID, *, step: UUID, text: str, actor: Actor, now: datetime) -> None:
    """Write down what was done or learned. A resolved incident takes no more words (`incident-closed`)."""
    words = _words(text)
    with transaction.atomic():
        found = locked(incident, actor=actor, step=step)
        fact = IncidentCommented(id=step, at=now, site=found.site or None, incident=incident, text=words)
        keep_step(step, incident, StepKind.COMMENTED, fact, by=actor, now=now, text=words)


def resolve(incident: UUID, *, step: UUID, outcome: Outcome, text: str, actor: Actor, now: datetime) -> None:
    """Close an incident, and say how it ended. Only its owner does (`not-the-owner`), and not without words."""
    words = _words(text)
    with transaction.atomic():
        found = locked(incident, actor=actor, step=step)
        if _noted(step):
            return
        if found.owner != actor.id or actor.id is None:
            raise NotTheOwner(incident=incident)
        database.run(
            "update response_incident set resolved_at = %s, outcome = %s where id = %s", [now, outcome, incident]
        )
        if found.alert is not None:
            database.run(
                "update response_alert set cleared_at = %s "
                "where id = %s and cleared_at is null and kind = any(%b::text[])",
                [now, found.alert, arrays.texts(sorted(ONCE))],
            )
        fact = IncidentResolved(
            id=step, at=now, site=found.site or None, incident=incident, outcome=outcome, text=words
        )
        keep_step(step, incident, StepKind.RESOLVED, fact, by=actor, now=now, text=words)


def locked(incident: UUID, *, actor: Actor, step: UUID | None = None) -> Locked:
    """Lock an open incident within the actor's reach. A step that was taken before may find it closed by itself."""
    row = database.row(
        "select site, owner, team, resolved_at, alert from response_incident where id = %s for update", [incident]
    )
    if row is None or not policy.may_see(actor, row[0]):
        raise IncidentUnknown(incident=incident)
    found = Locked(site=row[0], owner=row[1], team=row[2], resolved_at=row[3], alert=row[4])
    if not policy.may_respond(actor, found.site):
        raise NotPermitted(site=found.site)
    if found.resolved_at is not None and not (step and _noted(step)):
        raise IncidentClosed(incident=incident)
    return found


def _noted(step: UUID) -> bool:
    return database.row("select 1 from response_step where id = %s", [step]) is not None


def _is_resolved(incident: UUID) -> bool:
    return (
        database.row("select 1 from response_incident where id = %s and resolved_at is not null", [incident])
        is not None
    )


def _own(incident: UUID, owner: UUID | None) -> None:
    database.run("update response_incident set owner = %s where id = %s", [owner, incident])


def keep_step(
    step: UUID,
    incident: UUID,
    what: StepKind,
    fact: Event,
    *,
    by: Actor,
    now: datetime,
    to: UUID | None = None,
    text: str = "",
) -> None:
    """Keep a step and tell it; told again, it is one."""
    if _note(step, incident, what, by=by, now=now, to=to, text=text):
        tell([fact], actor=by, now=now)


def _note(
    step: UUID,
    incident: UUID,
    what: StepKind,
    *,
    by: Actor,
    now: datetime,
    to: UUID | None = None,
    text: str = "",
) -> bool:
    noted = database.run(
        'insert into response_step (id, incident, by, "to", at, what, text) values (%s, %s, %s, %s, %s, %s, %s) '
        "on conflict do nothing",
        [step, incident, by.id, to, now, what, _sealed(text, step, now)],
    )
    return noted == 1


def _words(text: str) -> str:
    words = text.strip()[:LONGEST_TEXT]
    if not words:
        raise WordsMissing
    return words


def _sealed(text: str, row: UUID, now: datetime) -> bytes | None:
    return sealing.seal("health", now.date(), text.encode(), row.bytes) if text else None
