"""What the chair tells of visits and of campaign sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tiemchung.domain.visits.actions.gathering import VisitTold, gather
from tiemchung.domain.visits.events import SessionClosed, SessionOpened, SessionStopped
from tiemchung.kernel.events import Event, Kept, of_class
from tiemchung.kernel.finding import Finding, Severity
from tiemchung.plumbing import arrays, database

# One row a visit, whatever came first. Texts are compared by their bytes, as Python compares them (`collate "C"`).
# A visit that another site began is left alone: row-level security would refuse the whole batch for its sake.
_UPSERT = """
insert into visits_visit as v (person_id, id, site, day, arrived_at, ticket, campaign_session, appointment,
    identified_how, identified_at, consented_at, consented, screened_at, conclusion, deferred_at, deferred_reason,
    deferred_until, dosed_at, minutes, state, ended_at, ending)
select * from unnest(%b::uuid[], %b::uuid[], %b::text[], %b::date[], %b::timestamptz[], %b::text[], %b::uuid[],
    %b::uuid[], %b::int2[], %b::timestamptz[], %b::timestamptz[], %b::bool[], %b::timestamptz[], %b::int2[],
    %b::timestamptz[], %b::text[], %b::date[], %b::timestamptz[], %b::int2[], %b::text[], %b::timestamptz[],
    %b::int2[])
on conflict (person_id, id) do update set
    day = least(v.day, excluded.day),
    (arrived_at, ticket, campaign_session, appointment) = (
        select a.* from (values
            (v.arrived_at, v.ticket, v.campaign_session, v.appointment),
            (excluded.arrived_at, excluded.ticket, excluded.campaign_session, excluded.appointment)
        ) as a (arrived_at, ticket, campaign_session, appointment)
        order by a.arrived_at nulls last, a.ticket collate "C" limit 1
    ),
    identified_at = case
        when (v.identified_how, v.identified_at) < (excluded.identified_how, excluded.identified_at)
        then v.identified_at else coalesce(excluded.identified_at, v.identified_at) end,
    identified_how = least(v.identified_how, excluded.identified_how),
    consented = case
        when (v.consented_at, v.consented) > (excluded.consented_at, excluded.consented)
        then v.consented else coalesce(excluded.consented, v.consented) end,
    consented_at = greatest(v.consented_at, excluded.consented_at),
    conclusion = case
        when (v.screened_at, v.conclusion) > (excluded.screened_at, excluded.conclusion)
        then v.conclusion else coalesce(excluded.conclusion, v.conclusion) end,
    screened_at = greatest(v.screened_at, excluded.screened_at),
    (deferred_at, deferred_reason, deferred_until) = (
        select d.* from (values
            (v.deferred_at, v.deferred_reason, v.deferred_until),
            (excluded.deferred_at, excluded.deferred_reason, excluded.deferred_until)
        ) as d (deferred_at, deferred_reason, deferred_until)
        order by d.deferred_at desc nulls last, d.deferred_reason collate "C" desc,
            d.deferred_until desc nulls first limit 1
    ),
    dosed_at = least(v.dosed_at, excluded.dosed_at),
    state = case
        when v.minutes > excluded.minutes
            or (v.minutes = excluded.minutes and v.state collate "C" > excluded.state collate "C")
        then v.state else coalesce(excluded.state, v.state) end,
    minutes = greatest(v.minutes, excluded.minutes),
    ending = case
        when (v.ended_at, v.ending) < (excluded.ended_at, excluded.ending)
        then v.ending else coalesce(excluded.ending, v.ending) end,
    ended_at = least(v.ended_at, excluded.ended_at)
where v.site = excluded.site
"""

_HERE = """
select v.person_id, v.id from visits_visit v
join unnest(%b::uuid[], %b::uuid[], %b::text[]) as t (person_id, id, site) using (person_id, id, site)
"""

_SESSIONS = """
insert into visits_sessionword as w (site, campaign_session, opened_at, resumed_at, stopped_at, stop_reason, closed_at)
select * from unnest(%b::text[], %b::uuid[], %b::timestamptz[], %b::timestamptz[], %b::timestamptz[], %b::text[],
    %b::timestamptz[])
on conflict (site, campaign_session) do update set
    opened_at = least(w.opened_at, excluded.opened_at),
    resumed_at = greatest(w.resumed_at, excluded.resumed_at),
    stop_reason = case when w.stopped_at > excluded.stopped_at
        or (w.stopped_at = excluded.stopped_at and w.stop_reason collate "C" > excluded.stop_reason collate "C")
        then w.stop_reason else coalesce(excluded.stop_reason, w.stop_reason) end,
    stopped_at = greatest(w.stopped_at, excluded.stopped_at),
    closed_at = greatest(w.closed_at, excluded.closed_at)
"""


def fold_visits(kept: Sequence[Kept[Event]]) -> list[Finding]:
    """Fold the entries of visits, in any order of arrival; kinds of other rooms are passed over.

    Returns `visit-elsewhere` for entries whose visit another site began: the fact is kept, the row is that site's.
    """
    visits = gather(kept)
    if not visits:
        return []
    written = database.run(_UPSERT, _columns(visits))
    return [] if written == len(visits) else _elsewhere(visits)


def _columns(visits: Sequence[VisitTold]) -> list[object]:
    return [
        arrays.uuids([told.person for told in visits]),
        arrays.uuids([told.id for told in visits]),
        arrays.texts([told.site for told in visits]),
        arrays.dates([told.day for told in visits]),
        arrays.instants([told.arrival and told.arrival[0] for told in visits]),
        arrays.texts([told.arrival and told.arrival[1] for told in visits]),
        arrays.uuids([told.campaign_session for told in visits]),
        arrays.uuids([told.appointment for told in visits]),
        arrays.smallints([told.identity and told.identity[0] for told in visits]),
        arrays.instants([told.identity and told.identity[1] for told in visits]),
        arrays.instants([told.consent and told.consent[0] for told in visits]),
        arrays.booleans([told.consent and told.consent[1] for told in visits]),
        arrays.instants([told.screening and told.screening[0] for told in visits]),
        arrays.smallints([told.screening and told.screening[1] for told in visits]),
        arrays.instants([told.deferral and told.deferral[0] for told in visits]),
        arrays.texts([told.deferral and told.deferral[1] for told in visits]),
        arrays.dates([told.deferred_until for told in visits]),
        arrays.instants([told.dosed_at for told in visits]),
        arrays.smallints([told.observation and told.observation[0] for told in visits]),
        arrays.texts([told.observation and told.observation[1] for told in visits]),
        arrays.instants([told.ending and told.ending[0] for told in visits]),
        arrays.smallints([told.ending and told.ending[1] for told in visits]),
    ]


def _elsewhere(visits: Sequence[VisitTold]) -> list[Finding]:
    here = set(
        database.rows(
            _HERE,
            [
                arrays.uuids([told.person for told in visits]),
                arrays.uuids([told.id for told in visits]),
                arrays.texts([told.site for told in visits]),
            ],
        )
    )
    return [
        Finding(code="visit-elsewhere", severity=Severity.WARNS, entry=entry)
        for told in visits
        if (told.person, told.id) not in here
        for entry in told.entries
    ]


def _said_at(one: Kept[Any]) -> datetime:
    """Return when a word of a session was said: by the tablet's clock where that can be, else when it came here."""
    return min(one.occurred_at, one.recorded_at) if one.plausible else one.recorded_at


def fold_sessions(kept: Sequence[Kept[Event]]) -> None:
    """Fold what sites say of their campaign sessions: first opening, latest resumption, latest stop, latest close.

    A session that was resumed after its latest stop goes on. Only an opening with a reason resumes: one without is the first
    arrival at some tablet, which may not have heard of the stop. No clock of a tablet puts a word into the time to come.
    """
    opened, stopped = of_class(kept, SessionOpened), of_class(kept, SessionStopped)
    closed = of_class(kept, SessionClosed)
    stops = {}
    for stop in sorted(stopped, key=lambda one: (_said_at(one), one.event.reason)):
        stops[stop.site or "", stop.event.campaign_session] = (_said_at(stop), stop.event.reason)
    openings = {
        (one.site or "", one.event.campaign_session): _said_at(one)
        for one in sorted(opened, key=_said_at, reverse=True)
    }
    resumptions = {
        (one.site or "", one.event.campaign_session): _said_at(one)
        for one in sorted(opened, key=_said_at)
        if (one.event.reason or "").strip()
    }
    closes = {(one.site or "", one.event.campaign_session): _said_at(one) for one in sorted(closed, key=_said_at)}
    sessions = sorted({*stops, *openings, *closes})
    if not sessions:
        return
    told_stops = [stops.get(session) for session in sessions]
    database.run(
        _SESSIONS,
        [
            arrays.texts([site for site, _ in sessions]),
            arrays.uuids([session for _, session in sessions]),
            arrays.instants([openings.get(session) for session in sessions]),
            arrays.instants([resumptions.get(session) for session in sessions]),
            arrays.instants([stop and stop[0] for stop in told_stops]),
            arrays.texts([stop and stop[1] for stop in told_stops]),
            arrays.instants([closes.get(session) for session in sessions]),
        ],
    )
