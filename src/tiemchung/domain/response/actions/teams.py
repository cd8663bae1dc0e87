"""Support teams: formed, joined, left, disbanded; and incidents given to one, of which somebody then takes them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tiemchung.domain.access import queries as access
from tiemchung.domain.response import policy, queries
from tiemchung.domain.response.actions import incidents
from tiemchung.domain.response.actions.telling import tell
from tiemchung.domain.response.errors import CannotOwn, TeamNameless, TeamUnknown
from tiemchung.domain.response.events import IncidentGivenToTeam, TeamDisbanded, TeamFormed, TeamJoined, TeamLeft
from tiemchung.domain.response.values import StepKind
from tiemchung.kernel.actor import Actor, Power
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database

LONGEST_NAME = 60


def form(team: UUID, *, name: str, actor: Actor, now: datetime) -> None:
    """Form a team; the id of the form is the key. Refuses no name and one that another team has (`team-nameless`)."""
    _may_form(actor)
    said = " ".join(name.split())[:LONGEST_NAME]
    with transaction.atomic():
        if database.row("select 1 from response_team where id = %s", [team]):
            return
        made = said and database.run(
            "insert into response_team (id, name, formed_at) values (%s, %s, %s) on conflict do nothing",
            [team, said, now],
        )
        if not made:
            raise TeamNameless(name=said)
        tell([TeamFormed(id=uuid7(now), at=now, team=team, name=said)], actor=actor, now=now)


def join(team: UUID, *, member: UUID, actor: Actor, now: datetime) -> None:
    """Let somebody who responds anywhere belong to a team; told again, nothing changes. Refuses others (`cannot-own`)."""
    _may_form(actor)
    with transaction.atomic():
        _locked(team)
        if not any(Power.RESPOND in post.powers for post in access.posts_of(member)):
            raise CannotOwn(staff=member)
        joined = database.run(
            "insert into response_membership (team, staff, since) values (%s, %s, %s) on conflict do nothing",
            [team, member, now],
        )
        if joined:
            tell([TeamJoined(id=uuid7(now), at=now, team=team, member=member)], actor=actor, now=now)


def leave(team: UUID, *, member: UUID, actor: Actor, now: datetime) -> None:
    """Let somebody belong to a team no more; what they had taken stays theirs."""
    _may_form(actor)
    with transaction.atomic():
        _locked(team)
        if database.run("delete from response_membership where team = %s and staff = %s", [team, member]):
            tell([TeamLeft(id=uuid7(now), at=now, team=team, member=member)], actor=actor, now=now)


def disband(team: UUID, *, actor: Actor, now: datetime) -> None:
    """Disband a team: what nobody of it had taken waits for somebody again."""
    _may_form(actor)
    with transaction.atomic():
        _locked(team)
        database.run("update response_team set disbanded_at = %s where id = %s", [now, team])
        database.run("update response_incident set team = null where team = %s and resolved_at is null", [team])
        tell([TeamDisbanded(id=uuid7(now), at=now, team=team)], actor=actor, now=now)


def give_to_team(incident: UUID, *, step: UUID, team: UUID, before: UUID | None, actor: Actor, now: datetime) -> None:
    """Give an incident to a team of whom somebody may respond there (`team-unknown`); it waits until one takes it.

    `before` is whose it was on the page, as in `assign`.
    """
    with transaction.atomic():
        found = incidents.locked(incident, actor=actor, step=step)
        _locked(team)
        if not any(_responds(member, found.site) for member in queries.team(team).members):
            raise TeamUnknown(team=team)
        if found.team == team and found.owner is None:
            return
        incidents.refuse_if_moved(found, before=before)
        database.run("update response_incident set team = %s, owner = null where id = %s", [team, incident])
        fact = IncidentGivenToTeam(
            id=step, at=now, site=found.site or None, incident=incident, team=team, before=found.owner
        )
        incidents.keep_step(step, incident, StepKind.ASSIGNED, fact, by=actor, now=now, to=team)


def _responds(member: UUID, site: str) -> bool:
    return any(
        policy.may_respond(access.actor_of_staff(member, post=post.key), site) for post in access.posts_of(member)
    )


def _locked(team: UUID) -> None:
    if database.row("select 1 from response_team where id = %s and disbanded_at is null for update", [team]) is None:
        raise TeamUnknown(team=team)


def _may_form(actor: Actor) -> None:
    if not policy.may_form_teams(actor):
        raise NotPermitted
