"""What officers see: alerts that hold, incidents with their steps, calls that wait. Each within the actor's reach."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import ROLE_POWERS, PlaceLevel, StaffMember
from tiemchung.domain.people.rules import last_digits
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era
from tiemchung.domain.response import policy
from tiemchung.domain.response.errors import IncidentUnknown, TeamUnknown
from tiemchung.domain.response.queries.checks import SESSION_LASTS
from tiemchung.domain.response.queries.deadlines import deadlines
from tiemchung.domain.response.values import (
    CODE_TRIES,
    AlertKind,
    AlertShown,
    CallHow,
    CallShown,
    Case,
    Facts,
    IncidentListed,
    Origin,
    Outcome,
    PaperKept,
    StepKind,
    StepShown,
    Team,
    Weight,
)
from tiemchung.domain.safety.values import SEVERITIES
from tiemchung.kernel.actor import Actor, Power
from tiemchung.plumbing import arrays, database, sealing

LIST_LIMIT = 100
"""Rows of one list. Ours: more than anybody works through in a night; the oldest of an open list stand first."""
_WITHIN = "(%s or {table}.site = any(%b::text[]))"


def _reach(actor: Actor) -> list[object]:
    """Return the parameters of `_WITHIN`. Who may see nothing reaches nothing."""
    if not actor.can(Power.SEE_BOARD):
        return [False, arrays.texts([])]
    return [actor.reach.everywhere, arrays.texts(sorted(actor.reach.sites))]


# Alerts

_ALERTS = f"""
select a.id, a.kind, a.site, a.facts::text, a.raised_at, a.incident, p.since
from response_alert a left join response_paper p on p.site = a.site and p.ended_at is null
where a.cleared_at is null and a.kind = any(%b::text[]) and {_WITHIN.format(table="a")}
order by a.raised_at, a.site, a.key limit %s
"""


def alerts(kinds: Collection[AlertKind], *, actor: Actor, limit: int = LIST_LIMIT) -> list[AlertShown]:
    """Return the alerts of these kinds that hold, the longest first, with whether their site is known to be on paper."""
    return [
        AlertShown(
            id=identifier,
            kind=AlertKind(kind),
            site=site,
            facts=msgspec.json.decode(facts, type=Facts),
            raised_at=raised_at,
            incident=incident,
            paper_since=paper_since,
        )
        for identifier, kind, site, facts, raised_at, incident, paper_since in database.rows(
            _ALERTS, [arrays.texts(sorted(kinds)), *_reach(actor), limit]
        )
    ]


def papers(*, actor: Actor) -> list[PaperKept]:
    """Return the sites that are known to write on paper, by code."""
    return [
        PaperKept(site=site, since=since, reason=reason)
        for site, since, reason in database.rows(
            f"select p.site, p.since, p.reason from response_paper p where p.ended_at is null "
            f"and {_WITHIN.format(table='p')} order by p.site limit %s",
            [*_reach(actor), LIST_LIMIT],
        )
    ]


# Incidents

_COLUMNS = (
    "i.id, i.origin, i.site, i.weight, i.kind, i.facts::text, i.subject, i.opened_at, i.owner, i.resolved_at, i.outcome, "
    "i.team, i.escalated_at"
)
_OPEN = f"""
select {_COLUMNS} from response_incident i where i.resolved_at is null and {_WITHIN.format(table="i")}
order by i.escalated_at is null, i.weight = 'stop' desc, i.opened_at, i.id limit %s
"""
_CLOSED = f"""
select {_COLUMNS} from response_incident i where i.resolved_at is not null and {_WITHIN.format(table="i")}
order by i.resolved_at desc, i.id limit %s
"""


def incidents_open(*, actor: Actor, limit: int = LIST_LIMIT) -> list[IncidentListed]:
    """Return the open incidents: the escalated ones first, then the heavy ones, and of each the oldest."""
    return _listed(database.rows(_OPEN, [*_reach(actor), limit]))


def incidents_closed(*, actor: Actor, limit: int = LIST_LIMIT) -> list[IncidentListed]:
    """Return resolved incidents, the latest first."""
    return _listed(database.rows(_CLOSED, [*_reach(actor), limit]))


def open_count(*, actor: Actor, limit: int = LIST_LIMIT) -> int:
    """Return how many incidents are open, counted no further than a list is long."""
    found = database.row(
        f"select count(*) from (select 1 from response_incident i where i.resolved_at is null "
        f"and {_WITHIN.format(table='i')} limit %s) x",
        [*_reach(actor), limit],
    )
    return int(found[0]) if found else 0


def incident(identifier: UUID, *, actor: Actor) -> IncidentListed:
    """Return one incident; refuses one that is not there or not within reach (`incident-unknown`)."""
    found = _listed(database.rows(f"select {_COLUMNS} from response_incident i where i.id = %s", [identifier]))
    if not found or not policy.may_see(actor, found[0].site):
        raise IncidentUnknown(incident=identifier)
    return found[0]


def _listed(rows: Sequence[tuple[Any, ...]]) -> list[IncidentListed]:
    names = access.staff_names([row[8] for row in rows if row[8] is not None])
    teams = _team_names([row[11] for row in rows if row[11] is not None])
    return [
        IncidentListed(
            id=row[0],
            origin=Origin(row[1]),
            site=row[2],
            weight=Weight(row[3]),
            kind=AlertKind(row[4]) if row[4] else None,
            facts=msgspec.json.decode(row[5], type=Facts),
            subject=_clear(row[6], row[0]),
            opened_at=row[7],
            owner=row[8],
            owner_name=names.get(row[8], ""),
            team=row[11],
            team_name=teams.get(row[11], ""),
            resolved_at=row[9],
            outcome=Outcome(row[10]) if row[10] else None,
            due_at=row[7] + deadlines()[Weight(row[3])],
            escalated_at=row[12],
        )
        for row in rows
    ]


def steps(identifier: UUID, *, actor: Actor) -> list[StepShown]:
    """Return what was done with an incident, in order; refuses as `incident` does."""
    incident(identifier, actor=actor)
    rows = database.rows(
        'select id, what, at, by, "to", text from response_step where incident = %s order by at, id', [identifier]
    )
    given = [row[4] for row in rows if row[4] is not None]
    names = {**_team_names(given), **access.staff_names([*given, *(row[3] for row in rows if row[3] is not None)])}
    return [
        StepShown(
            id=row[0],
            what=StepKind(row[1]),
            at=row[2],
            by_name=None if row[3] is None else names.get(row[3], ""),
            to_name=names.get(row[4], ""),
            text=_clear(row[5], row[0]),
        )
        for row in rows
    ]


_DUTY = """
select distinct s.id, s.name from access_roleassignment a join access_staff s on s.id = a.staff_id and s.active
where a.role = any(%b::text[]) and a.ended_at is null and (%s or a.level = 'everywhere' or (a.level, a.era, a.place) in
(select * from unnest(%b::text[], %b::text[], %b::text[]))) order by s.name, s.id limit %s
"""


def owners_for(site: str) -> list[StaffMember]:
    """Return the staff who may respond at a site, by name: those on duty there, above it, or for the whole country."""
    return _on_duty(_posts_over(site), anywhere=False)


def responders() -> list[StaffMember]:
    """Return the staff who may respond anywhere, by name."""
    return _on_duty([], anywhere=True)


def _on_duty(above: Sequence[tuple[str, str, str]], *, anywhere: bool) -> list[StaffMember]:
    roles = [role.value for role, powers in ROLE_POWERS.items() if Power.RESPOND in powers]
    found = database.rows(
        _DUTY,
        [
            arrays.texts(roles),
            anywhere,
            arrays.texts([level for level, _, _ in above]),
            arrays.texts([era for _, era, _ in above]),
            arrays.texts([place for _, _, place in above]),
            LIST_LIMIT,
        ],
    )
    return [StaffMember(id=staff, name=name, roles=frozenset()) for staff, name in found]


def _posts_over(code: str) -> list[tuple[str, str, str]]:
    """Return level, era and place of every post that reaches a site: its own, and those of its units in both eras."""
    site = places.site(code) if code else None
    if site is None:
        return [(PlaceLevel.SITE, "", code)] if code else []
    units = [(site.era, site.commune_code)]
    if site.era is Era.Y2021 and site.heir_commune_code:
        units.append((Era.Y2025, site.heir_commune_code))
    return [
        (PlaceLevel.SITE.value, "", code),
        *((unit.level.value, unit.era.value, unit.code) for era, told in units for unit in places.unit_path(told, era)),
    ]


# Teams


def teams() -> list[Team]:
    """Return the support teams there are, by name, each with its members."""
    found = database.rows(
        "select id from response_team where disbanded_at is null order by name limit %s", [LIST_LIMIT]
    )
    return [team(identifier) for (identifier,) in found]


def team(identifier: UUID) -> Team:
    """Return one team; refuses one that is not there (`team-unknown`)."""
    name = _team_names([identifier]).get(identifier)
    if name is None:
        raise TeamUnknown(team=identifier)
    members = database.rows("select staff from response_membership where team = %s", [identifier])
    names = access.staff_names([staff for (staff,) in members])
    return Team(id=identifier, name=name, members=dict(sorted(names.items(), key=lambda one: (one[1], one[0]))))


def _team_names(wanted: Sequence[UUID]) -> dict[UUID, str]:
    if not wanted:
        return {}
    return dict(
        database.rows("select id, name from response_team where id = any(%b::uuid[])", [arrays.uuids(list(wanted))])
    )


# Sites

_WORKING = f"""
select count(*)::int4 from (
    select distinct w.site from visits_sessionstanding w
    where w.since between %s and %s and w.goes_on and {_WITHIN.format(table="w")}
) x
"""


def sites_working(now: datetime, *, actor: Actor) -> int:
    """Return how many sites have a campaign session open."""
    found = database.row(_WORKING, [now - SESSION_LASTS, now, *_reach(actor)])
    return int(found[0]) if found else 0


# Calls

_CALLS = f"""
select c.id, c.site, c.noted_at, c.number, c.words, c.dialed_by is not null, c.code is not null and c.code_ends_at > now(),
    c.tries, c.how, c.incident
from response_call c where c.closed_at is null and {_WITHIN.format(table="c")} order by c.noted_at, c.id limit %s
"""


def calls_waiting(*, actor: Actor) -> list[CallShown]:
    """Return the calls whose caller is not confirmed yet, the longest waiting first. A number shows its last digits alone."""
    return [
        CallShown(
            id=row[0],
            site=row[1],
            noted_at=row[2],
            number_shown=last_digits(_clear(row[3], row[0]), 3),
            words=_clear(row[4], row[0]),
            dialed=row[5],
            code_sent=row[6],
            tries_left=CODE_TRIES - row[7],
            how=CallHow(row[8]) if row[8] else None,
            incident=row[9],
        )
        for row in database.rows(_CALLS, [*_reach(actor), LIST_LIMIT])
    ]


# Cases


def cases(*, since: datetime, actor: Actor, limit: int = LIST_LIMIT) -> list[Case]:
    """Return the adverse events told since an instant, the severe ones first and the newest of each. They name nobody."""
    return [
        Case(
            id=identifier,
            site=site,
            severity=SEVERITIES[severity - 1],
            onset=onset,
            recorded_at=recorded_at,
            product=product,
            lot=lot,
        )
        for identifier, site, severity, onset, recorded_at, product, lot in database.rows(
            "select c.id, c.site, c.severity, c.onset, c.recorded_at, c.product, c.lot from response_case c "
            f"where c.recorded_at >= %s and {_WITHIN.format(table='c')} order by c.severity desc, c.recorded_at desc limit %s",
            [since, *_reach(actor), limit],
        )
    ]


def _clear(sealed: bytes | None, row: UUID) -> str:
    return "" if sealed is None else sealing.unseal(bytes(sealed), row.bytes).decode()
