"""The visits of a site's day and of persons: who stands where, who came, who was proved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from tiemchung.domain.people import queries as people
from tiemchung.domain.scheduling.values import Came
from tiemchung.domain.visits import policy
from tiemchung.domain.visits.values import (
    CONCLUSIONS,
    WRONG_PERSON,
    Ending,
    How,
    Identification,
    Stage,
    VisitListed,
    VisitOnList,
)
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database
from tiemchung.plumbing.rowsecurity import opened


def stage_counts(site: str, day: date) -> dict[Stage, int]:
    """Return how many visits of a site's day stand at each stage; stages nobody stands at are 0."""
    found = database.rows(
        "select stage, count(*) from visits_stages where site = %s and day = %s group by stage", [site, day]
    )
    return dict.fromkeys(Stage, 0) | {Stage(stage): count for stage, count in found}


_LISTED = "select id, person_id, ticket, stage, first_at, arrived_at, screened_at, dosed_at, conclusion, consented "
_LIST = f"""
{_LISTED}
from visits_stages where site = %s and day = %s and stage = any(%b::text[]) and (first_at, id) > (%s, %s)
order by first_at, id limit %s
"""
_ONE = f"{_LISTED} from visits_stages where site = %s and id = %s"
_BEGINNING = (datetime.fromtimestamp(0, tz=UTC), UUID(int=0))
LIST_LIMIT = 200
"""Visits on one page of a list. Ours: more than anybody scrolls through."""


def visits_at(
    stages: Collection[Stage],
    *,
    site: str,
    day: date,
    actor: Actor,
    purpose: Purpose,
    viewed_at: datetime,
    after: VisitListed | None = None,
    limit: int = LIST_LIMIT,
) -> list[VisitListed]:
    """Return the visits of a site's day that stand at these stages, by arrival, with names. The view is logged.

    Lists page by key: `after` is the last visit of the page before. Refuses who serves nobody here (`not-permitted`).
    """
    if not policy.may_see_day(actor, site):
        raise NotPermitted(site=site)
    place = _BEGINNING if after is None else (after.first_at, after.id)
    found = database.rows(_LIST, [site, day, arrays.texts(list(stages)), *place, limit])
    return _shown(found, site=site, actor=actor, purpose=purpose, viewed_at=viewed_at)


def on_list(site: str, day: date, *, purpose: Purpose) -> list[VisitOnList]:
    """Return who is on the list of a site's day, by arrival. Ids and stages; whoever names them logs the view."""
    del purpose
    return [
        VisitOnList(
            visit=visit,
            person=person,
            ticket=ticket or "",
            stage=Stage(stage),
            appointment=appointment,
            campaign_session=session,
        )
        for visit, person, ticket, stage, appointment, session in database.rows(
            "select s.id, s.person_id, s.ticket, s.stage, v.appointment, v.campaign_session from visits_stages s "
            "join visits_visit v on v.person_id = s.person_id and v.id = s.id "
            "where s.site = %s and s.day = %s order by s.first_at, s.id",
            [site, day],
        )
    ]


def links_of_day(site: str, day: date, *, purpose: Purpose) -> list[tuple[UUID, UUID]]:
    """Return which persons of a site's day are known to be one human being with whom, whoever wrote the other down. Ids."""
    del purpose
    return [
        (person, other)
        for person, other in database.rows(
            "select v.person_id, case when s.person = v.person_id then s.other else s.person end "
            "from visits_visit v join people_same_as s on v.person_id in (s.person, s.other) and s.valid_to is null "
            "where v.site = %s and v.day = %s group by 1, 2 order by 1, 2",
            [site, day],
        )
    ]


def visit(
    identifier: UUID, *, site: str, actor: Actor, purpose: Purpose, viewed_at: datetime
) -> tuple[VisitListed, Identification | None] | None:
    """Return a visit to this site, and how the person was identified; None if it has no such visit. The view is logged."""
    if not policy.may_see_day(actor, site):
        raise NotPermitted(site=site)
    shown = _shown(
        database.rows(_ONE, [site, identifier]), site=site, actor=actor, purpose=purpose, viewed_at=viewed_at
    )
    if not shown:
        return None
    identified = database.row(
        "select identified_how, identified_at from visits_visit where person_id = %s and id = %s",
        [shown[0].person, identifier],
    )
    if identified is None or identified[0] is None:
        return shown[0], None
    return shown[0], Identification(how=How(identified[0]), at=identified[1])


def _shown(
    found: Sequence[tuple[Any, ...]], *, site: str, actor: Actor, purpose: Purpose, viewed_at: datetime
) -> list[VisitListed]:
    # Who came here is known here, whoever wrote them down first: a ward's list, or another site.
    persons = opened(
        [row[1] for row in found],
        lambda wanted: people.persons(wanted, purpose=purpose, actor=actor, viewed_at=viewed_at, site=site),
    )
    return [
        VisitListed(
            id=row[0],
            person=row[1],
            ticket=row[2] or "",
            name=shown.name if shown else None,
            born=shown.born if shown else "",
            sex=shown.sex if shown else "unknown",
            stage=Stage(row[3]),
            first_at=row[4],
            arrived_at=row[5],
            screened_at=row[6],
            dosed_at=row[7],
            conclusion=None if row[8] is None else CONCLUSIONS[row[8] - 1],
            consented=row[9],
        )
        for row, shown in ((row, persons.get(row[1])) for row in found)
    ]


def came(persons: Collection[UUID]) -> list[Came]:
    """Return where and when these persons were received, and for which appointment; who was written down by mistake was not.

    For reactions: ids, sites and days, and nothing that happened there.
    """
    found = database.rows(
        "select person_id, site, day, appointment from visits_visit "
        "where person_id = any(%b::uuid[]) and (day is not null or appointment is not null) "
        "and (ending is distinct from %s or state is distinct from %s)",
        [arrays.uuids(list(persons)), int(Ending.LEFT), WRONG_PERSON],
    )
    return [
        Came(person=person, site=site, day=day, appointment=appointment) for person, site, day, appointment in found
    ]


def received_on(persons: Collection[UUID], *, site: str, day: date) -> dict[UUID, UUID]:
    """Return the visit of each of these persons who was received at this site on this day. Ids of those asked for."""
    return {
        person: visit
        for person, visit, ending, state in database.rows(
            "select person_id, id, ending, state from visits_visit "
            "where person_id = any(%b::uuid[]) and site = %s and day = %s order by arrived_at",
            [arrays.uuids(list(persons)), site, day],
        )
        if (ending, state) != (int(Ending.LEFT), WRONG_PERSON)
    }


def not_to_be_called(persons: Collection[UUID], *, today: date, on: date) -> set[UUID]:
    """Return those of these persons who are not called to a day: received today already, or told to wait beyond it.

    As far as the session reaches. Somebody written down by mistake was not here.
    """
    same = people.ids_of_many(list(persons))
    rows = sorted(set().union(*same.values())) if same else []
    found = {
        person
        for (person,) in database.rows(
            "select person_id from visits_visit where person_id = any(%b::uuid[]) and (day = %s or deferred_until > %s) "
            "and (ending is distinct from %s or state is distinct from %s)",
            [arrays.uuids(rows), today, on, int(Ending.LEFT), WRONG_PERSON],
        )
    }
    return {person for person, ids in same.items() if ids & found}


def told_alone(persons: Sequence[UUID]) -> set[UUID]:
    """Return those of these persons who came to a site, and of whom nobody there made sure who they were."""
    found = database.rows(
        "select person_id from visits_visit where person_id = any(%b::uuid[]) "
        "group by person_id having bool_and(identified_how is null or identified_how > %s)",
        [arrays.uuids(persons), int(How.KNOWN_TO_OFFICER)],
    )
    return {person for (person,) in found}


def proved_since(persons: Sequence[UUID]) -> dict[UUID, datetime]:
    """Return since when each of these persons is proved by an identification at a site; who is not, is absent.

    A person known under several ids is asked for under each of them.
    """
    return dict(
        database.rows(
            "select person_id, min(identified_at) from visits_visit "
            "where person_id = any(%b::uuid[]) and identified_how <= %s group by person_id",
            [arrays.uuids(persons), int(How.KNOWN_TO_OFFICER)],
        )
    )
