"""The campaign sessions of a site as its chairs speak of them: which runs, which stands stopped, which is over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.domain.scheduling.values import SessionState
from tiemchung.domain.visits.values import SessionStanding, SessionStopped
from tiemchung.kernel.clock import business_day_bounds
from tiemchung.plumbing import arrays, database

_OF_THE_DAY = """
with of_the_day as (
    select campaign_session, count(*) visits from visits_visit
    where site = %s and day = %s and campaign_session is not null group by 1
    union all
    select campaign_session, 0 from visits_sessionword where site = %s and opened_at >= %s and opened_at < %s
)
select d.campaign_session from of_the_day d
left join visits_sessionstanding w on w.site = %s and w.campaign_session = d.campaign_session
where w.closed_at is null
"""


def session_of(identifier: UUID, *, site: str) -> SessionStanding | None:
    """Return how the campaign session of a visit stands at its site; None where the visit belongs to none."""
    found = database.row(
        "select v.campaign_session, w.stopped_at, w.closed_at from visits_visit v "
        "left join visits_sessionstanding w on w.site = v.site and w.campaign_session = v.campaign_session "
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
            "select campaign_session, stopped_at, stop_reason from visits_sessionstanding where site = %s "
            "and stopped_at is not null and closed_at is null order by stopped_at desc, campaign_session",
            [site],
        )
    ]


def stopped_since(site: str, since: datetime) -> bool:
    """Tell whether the site has stopped a campaign session since then, whether or not it was resumed afterwards."""
    return bool(database.rows("select 1 from visits_sessionword where site = %s and stopped_at >= %s", [site, since]))


def open_session(site: str, day: date) -> UUID | None:
    """Return the campaign session that runs at a site on a day: that of most of its visits, or one that was opened."""
    found = database.row(
        f"{_OF_THE_DAY} and w.stopped_at is null group by 1 order by sum(d.visits) desc, 1 limit 1", _asked(site, day)
    )
    return None if found is None else found[0]


def session_to_join(site: str, day: date) -> UUID | None:
    """Return the campaign session into which somebody comes without an appointment: the running one, else a planned one.

    None where the site has no session on this day, or where each is over.
    """
    running = open_session(site, day)
    if running is not None:
        return running
    planned = [
        session.id
        for session in scheduling.sessions_at([site], first=day, last=day)
        if session.state is SessionState.OPEN
    ]
    # What runs was found above, so that whoever spoke of one of these said that it is over.
    spoken = {
        session
        for (session,) in database.rows(
            "select campaign_session from visits_sessionword where site = %s and campaign_session = any(%b::uuid[])",
            [site, arrays.uuids(planned)],
        )
    }
    return next((session for session in planned if session not in spoken), None)


def standings(site: str, sessions: Collection[UUID]) -> dict[UUID, SessionStanding]:
    """Return how these campaign sessions of a site stand by its own word; one that nobody spoke of is absent."""
    return {
        session: SessionStanding(campaign_session=session, stopped_at=stopped_at, closed_at=closed_at)
        for session, stopped_at, closed_at in database.rows(
            "select campaign_session, stopped_at, closed_at from visits_sessionstanding "
            "where site = %s and campaign_session = any(%b::uuid[])",
            [site, arrays.uuids(list(sessions))],
        )
    }


def unopened(session: UUID, *, site: str) -> bool:
    """Tell whether nobody at the site has said anything of this campaign session yet."""
    return not database.rows(
        "select 1 from visits_sessionword where site = %s and campaign_session = %s", [site, session]
    )


def sessions_to_close(site: str, day: date) -> list[UUID]:
    """Return the campaign sessions of a site's day that nobody has closed, those that were stopped among them."""
    return [session for (session,) in database.rows(f"{_OF_THE_DAY} group by 1 order by 1", _asked(site, day))]


def _asked(site: str, day: date) -> list[object]:
    return [site, day, site, *business_day_bounds(day), site]
