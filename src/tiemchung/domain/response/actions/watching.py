"""What the watch over the journal keeps: doses by site and hour, and adverse events without their persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tiemchung.domain.journal.values import Entry, Position
from tiemchung.domain.response.rules import hour_of
from tiemchung.domain.response.values import Case
from tiemchung.domain.safety.values import SEVERITIES
from tiemchung.plumbing import arrays, database

HOURS_KEPT_FOR = timedelta(days=2)
"""How long the hours are kept, by the time they were told of. Doses told later are looked at as late ones anyway."""

_PLACES = """
select site, hour, transaction, sequence from response_sitehour
join unnest(%b::text[], %b::timestamptz[]) as x(s, h) on site = x.s and hour = x.h
"""
_COUNT = """
insert into response_sitehour as h (site, hour, doses, transaction, sequence)
select * from unnest(%b::text[], %b::timestamptz[], %b::int4[], %b::int8[], %b::int8[])
on conflict (site, hour) do update
set doses = h.doses + excluded.doses, transaction = excluded.transaction, sequence = excluded.sequence
returning site, hour, doses
"""
_PULSE = """
insert into response_pulse as p (site, recorded_at) select * from unnest(%b::text[], %b::timestamptz[])
on conflict (site) do update set recorded_at = excluded.recorded_at where p.recorded_at < excluded.recorded_at
"""
_KEEP_CASES = """
insert into response_case as c (id, site, onset, recorded_at, severity, product, lot)
select * from unnest(%b::uuid[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::int2[], %b::text[], %b::text[])
on conflict (id) do update set
  severity = greatest(c.severity, excluded.severity),
  product = case when c.lot = '' then excluded.product else c.product end,
  lot = case when c.lot = '' then excluded.lot else c.lot end
where excluded.severity > c.severity or (c.lot = '' and excluded.lot <> '')
"""


def count_hours(entries: Sequence[Entry], *, now: datetime) -> Mapping[tuple[str, datetime], int]:
    """Count doses by site and hour, in journal order; one told twice counts once. Returns the hours that grew, as they are."""
    recent = [entry for entry in entries if entry.site and entry.occurred_at > now - HOURS_KEPT_FOR]
    touched = sorted({(entry.site, hour_of(entry.occurred_at)) for entry in recent})
    sites, hours = arrays.texts([site for site, _ in touched]), arrays.instants([hour for _, hour in touched])
    places = {
        (site, hour): Position(transaction, sequence)
        for site, hour, transaction, sequence in database.rows(_PLACES, [sites, hours])
    }
    grown: dict[tuple[str, datetime], list[Entry]] = {}
    for entry in recent:
        cell = (entry.site, hour_of(entry.occurred_at))
        if cell not in places or entry.position > places[cell]:
            grown.setdefault(cell, []).append(entry)
    cells = sorted(grown.items())
    counted = database.rows(
        _COUNT,
        [
            arrays.texts([site for (site, _), _ in cells]),
            arrays.instants([hour for (_, hour), _ in cells]),
            arrays.integers([len(found) for _, found in cells]),
            arrays.bigints([found[-1].position.transaction for _, found in cells]),
            arrays.bigints([found[-1].position.sequence for _, found in cells]),
        ],
    )
    database.run("delete from response_sitehour where hour < %s", [now - HOURS_KEPT_FOR - timedelta(hours=1)])
    return {(site, hour): doses for site, hour, doses in counted}


def feel_pulses(entries: Sequence[Entry]) -> None:
    """Keep when each site was last heard by an entry, whoever wrote it."""
    last: dict[str, datetime] = {}
    for entry in entries:
        if entry.site:
            last[entry.site] = max(entry.recorded_at, last.get(entry.site, entry.recorded_at))
    sites = sorted(last)
    database.run(_PULSE, [arrays.texts(sites), arrays.instants([last[site] for site in sites])])


def keep_cases(cases: Sequence[Case]) -> None:
    """Keep adverse events for the list; told again, one is one: it keeps its gravest word, and learns its lot."""
    if cases:
        database.run(
            _KEEP_CASES,
            [
                arrays.uuids([case.id for case in cases]),
                arrays.texts([case.site for case in cases]),
                arrays.instants([case.onset for case in cases]),
                arrays.instants([case.recorded_at for case in cases]),
                arrays.smallints([SEVERITIES.index(case.severity) + 1 for case in cases]),
                arrays.texts([case.product for case in cases]),
                arrays.texts([case.lot for case in cases]),
            ],
        )
