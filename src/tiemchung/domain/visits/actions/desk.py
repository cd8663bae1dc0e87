"""What somebody tells of a visit on a page, each returned as the fact to be recorded under the id of its form.

The page records them as a tablet's entries are recorded. Refused is who may not tell them here (`not-permitted`).
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec

from tiemchung.domain.people.values import PersonBlock
from tiemchung.domain.visits import policy
from tiemchung.domain.visits.errors import ResumeUnexplained
from tiemchung.domain.visits.events import (
    Arrived,
    Deferred,
    Identified,
    Left,
    Observed,
    Released,
    SessionClosed,
    SessionOpened,
    SessionStopped,
)
from tiemchung.domain.visits.values import HOW_CODES, DayLines, How
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import beside, uuid7
from tiemchung.kernel.refusal import NotPermitted

_CODES = {how: code for code, how in HOW_CODES.items()}


def arrived(
    identifier: UUID,
    *,
    visit: UUID,
    person: UUID,
    ticket: str,
    block: PersonBlock | None,
    campaign_session: UUID | None,
    appointment: UUID | None,
    site: str,
    actor: Actor,
    now: datetime,
) -> Arrived:
    """Say that somebody came; the block makes the person if nobody has before."""
    _insist(policy.may_check_in(actor, site), site)
    return Arrived(
        id=identifier,
        at=now,
        site=site,
        staff=actor.id,
        visit=visit,
        person=person,
        ticket=ticket,
        block=block,
        campaign_session=campaign_session,
        appointment=appointment,
    )


def identified(
    identifier: UUID,
    *,
    visit: UUID,
    person: UUID,
    how: How,
    document: str | None,
    site: str,
    actor: Actor,
    now: datetime,
) -> Identified:
    """Say how the actor made sure who it is."""
    _insist(policy.may_check_in(actor, site), site)
    return Identified(
        id=identifier,
        at=now,
        site=site,
        staff=actor.id,
        visit=visit,
        person=person,
        how=_CODES[how],  # type: ignore[arg-type]  # the words of the wire, which HOW_CODES repeats
        document=document,
    )


def deferred(
    identifier: UUID,
    *,
    visit: UUID,
    person: UUID,
    reason: str,
    until: date | None,
    site: str,
    actor: Actor,
    now: datetime,
) -> Deferred:
    """Say that there is no dose today, and why."""
    _insist(policy.may_turn_away(actor, site), site)
    return Deferred(
        id=identifier, at=now, site=site, staff=actor.id, visit=visit, person=person, reason=reason, until=until
    )


def observed(
    identifier: UUID, *, visit: UUID, person: UUID, minutes: int, state: str, site: str, actor: Actor, now: datetime
) -> Observed:
    """Say what was seen so many minutes after the dose."""
    _insist(policy.may_observe(actor, site), site)
    return Observed(
        id=identifier, at=now, site=site, staff=actor.id, visit=visit, person=person, minutes=minutes, state=state
    )


def released(
    identifier: UUID, *, visit: UUID, person: UUID, minutes: int, state: str, site: str, actor: Actor, now: datetime
) -> Released:
    """Say that the observation ended and the person may go."""
    _insist(policy.may_observe(actor, site), site)
    return Released(
        id=identifier, at=now, site=site, staff=actor.id, visit=visit, person=person, minutes=minutes, state=state
    )


def released_on_paper(
    identifier: UUID, *, visit: UUID, person: UUID, minutes: int, state: str, site: str, actor: Actor, now: datetime
) -> Released:
    """Say what a sheet of paper says of the end of an observation. Whoever types it has looked after nobody."""
    _insist(policy.may_type_from_paper(actor, site), site)
    return Released(
        id=identifier, at=now, site=site, staff=actor.id, visit=visit, person=person, minutes=minutes, state=state
    )


def left(
    identifier: UUID, *, visit: UUID, person: UUID, minutes: int, reason: str, site: str, actor: Actor, now: datetime
) -> Left:
    """Say that the person went before the end, or should never have been on this list."""
    _insist(policy.may_observe(actor, site) or policy.may_turn_away(actor, site), site)
    return Left(
        id=identifier, at=now, site=site, staff=actor.id, visit=visit, person=person, minutes=minutes, reason=reason
    )


def session_opened(campaign_session: UUID, *, site: str, actor: Actor, now: datetime) -> SessionOpened:
    """Say that a campaign session begins with its first arrival. Its id follows from the session: said twice, it is one."""
    _insist(policy.may_check_in(actor, site), site)
    return SessionOpened(
        id=beside(campaign_session, 1), at=now, site=site, staff=actor.id, campaign_session=campaign_session
    )


def session_closed(campaign_session: UUID, *, lines: DayLines, site: str, actor: Actor, now: datetime) -> SessionClosed:
    """Say that a campaign session ends with the day, and with which lines."""
    _insist(policy.may_attest(actor, site), site)
    return SessionClosed(
        id=uuid7(now),
        at=now,
        site=site,
        staff=actor.id,
        campaign_session=campaign_session,
        lines=msgspec.to_builtins(lines),
    )


def session_stopped(
    identifier: UUID, *, campaign_session: UUID, reason: str, site: str, actor: Actor, now: datetime
) -> SessionStopped:
    """Say that a campaign session stops, and why."""
    _insist(policy.may_stop_session(actor, site), site)
    return SessionStopped(
        id=identifier, at=now, site=site, staff=actor.id, campaign_session=campaign_session, reason=reason
    )


def session_resumed(
    identifier: UUID, *, campaign_session: UUID, reason: str, site: str, actor: Actor, now: datetime
) -> SessionOpened:
    """Say that a stopped campaign session goes on, and why: the lead's word alone (`resume-unexplained`)."""
    _insist(policy.may_attest(actor, site), site)
    if not reason.strip():
        raise ResumeUnexplained(site=site)
    return SessionOpened(
        id=identifier, at=now, site=site, staff=actor.id, campaign_session=campaign_session, reason=reason.strip()
    )


def _insist(permitted: bool, site: str) -> None:  # noqa: FBT001 - the policy's answer
    if not permitted:
        raise NotPermitted(site=site)
