"""What visits tell: the list of a site's day, its lines and what they leave unexplained, who was proved, draw classes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec

from tiemchung.domain.people import queries as people
from tiemchung.domain.scheduling.values import Came
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.supply.values import DrawClass
from tiemchung.domain.visits import policy
from tiemchung.domain.visits.values import (
    CONCLUSIONS,
    WRONG_PERSON,
    CountLine,
    DayClosed,
    DayLines,
    Ending,
    How,
    Identification,
    LotLine,
    OpenDraws,
    SessionStanding,
    SessionStopped,
    Stage,
    Unexplained,
    VialLeft,
    VisitCounts,
    VisitExpected,
    VisitListed,
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


def expected_at(
    site: str, day: date, *, token_key: bytes, purpose: Purpose, actor: Actor, viewed_at: datetime
) -> list[VisitExpected]:
    """Return who is on the list of a site's day, by arrival, without a name; the view is logged.

    The tokens are those of `people.queries.lookup_tokens` under this key, by which a card that is read finds its visit.
    """
    found = database.rows(
        "select id, person_id, ticket, stage from visits_stages where site = %s and day = %s order by first_at, id",
        [site, day],
    )
    tokens = opened(
        [row[1] for row in found],
        lambda persons: people.lookup_tokens(
            persons, key=token_key, purpose=purpose, actor=actor, viewed_at=viewed_at, site=site
        ),
    )
    return [
        VisitExpected(
            visit=row[0], person=row[1], ticket=row[2] or "", stage=Stage(row[3]), tokens=tokens.get(row[1], [])
        )
        for row in found
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


def session_of(identifier: UUID, *, site: str) -> SessionStanding | None:
    """Return how the campaign session of a visit stands at its site; None where the visit belongs to none."""
    found = database.row(
        "select v.campaign_session, case when w.resumed_at > w.stopped_at then null else w.stopped_at end, w.closed_at "
        "from visits_visit v "
        "left join visits_sessionword w on w.site = v.site and w.campaign_session = v.campaign_session "
        "where v.id = %s and v.site = %s and v.campaign_session is not null",
        [identifier, site],
    )
    return (
        None if found is None else SessionStanding(campaign_session=found[0], stopped_at=found[1], closed_at=found[2])
    )


def stopped_sessions(site: str) -> list[SessionStopped]:
    """Return the campaign sessions of a site that stand stopped: not opened again since, and not closed."""
    return [
        SessionStopped(campaign_session=session, stopped_at=stopped_at, reason=reason or "")
        for session, stopped_at, reason in database.rows(
            "select campaign_session, stopped_at, stop_reason from visits_sessionword where site = %s "
            "and stopped_at is not null and (resumed_at is null or resumed_at <= stopped_at) and closed_at is null "
            "order by stopped_at desc, campaign_session",
            [site],
        )
    ]


def open_session(site: str, day: date) -> UUID | None:
    """Return the campaign session that most visits of a site's day belong to and that is not over; None without one."""
    found = database.row(
        "select v.campaign_session from visits_visit v left join visits_sessionword w "
        "on w.site = v.site and w.campaign_session = v.campaign_session "
        "where v.site = %s and v.day = %s and v.campaign_session is not null "
        "and (w.stopped_at is null or w.resumed_at > w.stopped_at) and w.closed_at is null "
        "group by 1 order by count(*) desc, 1 limit 1",
        [site, day],
    )
    return None if found is None else found[0]


_DRAWS = """
select lot, product, class, count(*) from visits_draw_classes where site = %s and given_on = %s group by 1, 2, 3
"""


def day_lines(site: str, day: date) -> DayLines:
    """Return the lines of a site's business day as they stand now: doses by lot, vials, waste, returns, visits."""
    visits, dosed, deferred, left = database.rows(
        "select count(*), count(dosed_at), count(*) filter (where stage = %s), count(*) filter (where stage = %s) "
        "from visits_stages where site = %s and day = %s",
        [Stage.DEFERRED, Stage.LEFT, site, day],
    )[0]
    counted = [
        CountLine(what=count.what, lot=count.lot, quantity=count.quantity) for count in supply.counts_of(site, day)
    ]
    return DayLines(
        site=site,
        day=day,
        visits=VisitCounts(visits=visits, dosed=dosed, deferred=deferred, left=left),
        lots=_lot_lines(site, day),
        counted=counted,
    )


def _lot_lines(site: str, day: date) -> list[LotLine]:
    classes: defaultdict[str, dict[DrawClass, int]] = defaultdict(dict)
    products: dict[str, str] = {}
    for lot, product, draw_class, doses in database.rows(_DRAWS, [site, day]):
        of_lot = classes[lot]
        of_lot[DrawClass(draw_class)] = of_lot.get(DrawClass(draw_class), 0) + doses
        # Told under two products, a lot that nobody registered goes under the first by name.
        products[lot] = min(product, products.get(lot, product))
    vials = {line.lot: line for line in supply.vial_day(site, day)}
    lots = sorted(classes.keys() | vials.keys())
    products |= {number: lot.product for number, lot in supply.lots_known(lots).items()}
    lines = []
    for lot in lots:
        of_lot, vial_line = classes[lot], vials.get(lot)
        counts = {draw_class.value: of_lot.get(draw_class, 0) for draw_class in DrawClass}
        line = LotLine(lot=lot, product=products.get(lot, ""), **counts, given=sum(of_lot.values()) - counts["voided"])
        if vial_line is not None:
            line = msgspec.structs.replace(
                line,
                vials_opened=vial_line.vials_opened,
                opened=vial_line.opened,
                left=vial_line.left,
                wasted=vial_line.wasted,
                returned=vial_line.returned,
            )
        lines.append(line)
    return lines


def unexplained(lines: DayLines) -> Unexplained:
    """Return what keeps a day from being closed: vials with doses left, and doses that came from no known vial."""
    return Unexplained(
        vials=[
            VialLeft(lot=lot, vial=vial, doses=doses) for lot, vial, doses in supply.vials_left(lines.site, lines.day)
        ],
        draws=[OpenDraws(lot=line.lot, doses=line.open) for line in lines.lots if line.open],
    )


def draws_by_class(site: str | None = None) -> dict[DrawClass, int]:
    """Return how many recorded doses are in each class of the stock ledger, of one site or of all that is visible.

    Every dose is in exactly one. `supply.queries.draws_by_class` says the same from the ledger's own lines.
    """
    found = database.rows(
        "select class, count(*) from visits_draw_classes where %s::text is null or site = %s group by class",
        [site, site],
    )
    return dict.fromkeys(DrawClass, 0) | {DrawClass(draw_class): count for draw_class, count in found}


def closed_days(site: str) -> frozenset[date]:
    """Return the days of this site that were closed: what arrives for them from now on is late."""
    return frozenset(day for (day,) in database.rows("select day from visits_siteday where site = %s", [site]))


def day_closed(site: str, day: date) -> DayClosed | None:
    """Return who closed this site's day and when the center learned of it; None while it is open."""
    found = database.row(
        "select closed_at, by, lines_hash from visits_siteday where site = %s and day = %s", [site, day]
    )
    return None if found is None else DayClosed(closed_at=found[0], by=found[1], lines_hash=found[2])


def days_closed_by(entries: Collection[UUID]) -> set[tuple[str, date]]:
    """Return site and day of those of these attestations that closed one."""
    found = database.rows(
        "select site, day from visits_siteday where entry = any(%b::uuid[])", [arrays.uuids(list(entries))]
    )
    return {(site, day) for site, day in found}


def came(persons: Collection[UUID]) -> list[Came]:
    """Return where and when these persons were received, and for which appointment; who was written down by mistake was not.

    For reactions: ids, sites and days, and nothing that happened there.
    """
    found = database.rows(
        "select person_id, site, day, appointment from visits_visit "
        "where person_id = any(%b::uuid[]) and day is not null "
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


def was_closed_by(site: str, day: date, entry: UUID) -> bool:
    """Tell whether this very entry closed the day."""
    return bool(
        database.rows("select 1 from visits_siteday where site = %s and day = %s and entry = %s", [site, day, entry])
    )


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
