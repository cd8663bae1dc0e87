"""The chair's stock lines: kept whatever the balance says, in one statement a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tiemchung.domain.supply.actions.gathering import Gathered, beyond_stock, gather
from tiemchung.domain.supply.events import (
    Counted,
    LotHeldHere,
)
from tiemchung.domain.supply.values import Draw
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.events import Event, Kept, of_class
from tiemchung.kernel.finding import Finding, Severity
from tiemchung.plumbing import arrays, database

# One statement for all that a batch moves. The movement's key guards the rest: what was told before adds nothing.
# No site holds a billion doses: sums stop there, so that lines told by malice stop nobody's batch; the audit sees it.
# Rows are locked in the order of site, lot and vial, so that two tablets of one site never wait in a ring.
_POST = """
with told as (
    select * from unnest(%b::text[], %b::text[], %b::uuid[], %b::int2[], %b::int4[], %b::date[], %b::text[], %b::text[])
        as t (site, lot, source, kind, doses, day, vial, reason)
), moved as (
    insert into supply_movement (site, lot, source, kind, doses, day, vial, reason)
    select site, lot, source, kind, doses, day, vial, reason from told
    on conflict do nothing
    returning site, lot, source, kind, doses
), balanced as (
    insert into supply_balance as b (site, lot, doses)
    select site, lot, sum(doses) from moved group by site, lot order by site, lot
    on conflict (site, lot) do update
        set doses = greatest(least(b.doses::bigint + excluded.doses, 1000000000), -1000000000)
    returning b.site, b.lot, b.doses
), used as (
    select u.site, u.lot, u.vial, u.drawn, u.spent
    from unnest(%b::text[], %b::text[], %b::text[], %b::uuid[], %b::int2[], %b::int4[], %b::int4[])
        as u (site, lot, vial, source, kind, drawn, spent)
    join moved using (site, lot, source, kind)
), opened as (
    select * from unnest(%b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::date[], %b::int4[], %b::text[])
        as o (site, lot, vial, opened_at, opened_on, doses, reason)
), opened_before as (
    select o.site, o.lot, o.vial
    from opened o join supply_vial v using (site, lot, vial)
    where (v.opened_at, v.doses, v.reason) <> (o.opened_at, o.doses, o.reason)
), vials as (
    insert into supply_vial as v (site, lot, vial, opened_at, opened_on, doses, reason, drawn, spent)
    select site, lot, vial, o.opened_at, o.opened_on, o.doses, coalesce(o.reason, ''),
        coalesce(u.drawn, 0), coalesce(u.spent, 0)
    from (select site, lot, vial, sum(drawn) drawn, sum(spent) spent from used group by site, lot, vial) u
    full join opened o using (site, lot, vial)
    order by site, lot, vial
    on conflict (site, lot, vial) do update set
        drawn = greatest(least(v.drawn::bigint + excluded.drawn, 1000000000), -1000000000),
        spent = greatest(least(v.spent::bigint + excluded.spent, 1000000000), -1000000000),
        (opened_at, opened_on, doses, reason) = (
            select w.* from (values
                (v.opened_at, v.opened_on, v.doses, v.reason),
                (excluded.opened_at, excluded.opened_on, excluded.doses, excluded.reason)
            ) as w (opened_at, opened_on, doses, reason)
            order by w.opened_at nulls last, w.doses, w.reason limit 1
        )
)
select site, lot, null, doses from balanced where doses < 0
union all
select site, lot, vial, null from opened_before
"""

_COUNT = """
insert into supply_count as c (site, day, what, lot, quantity, counted_at, entry)
select * from unnest(%b::text[], %b::date[], %b::text[], %b::text[], %b::int4[], %b::timestamptz[], %b::uuid[])
    as t (site, day, what, lot, quantity, counted_at, entry)
order by site, day, what, lot
on conflict (site, day, what, lot) do update
    set quantity = excluded.quantity, counted_at = excluded.counted_at, entry = excluded.entry
    where (excluded.counted_at, excluded.entry) > (c.counted_at, c.entry)
"""

_HOLD_HERE = """
insert into supply_sitehold as h (site, lot, held_at, reason)
select * from unnest(%b::text[], %b::text[], %b::timestamptz[], %b::text[]) as t (site, lot, held_at, reason)
order by site, lot
on conflict (site, lot) do update set held_at = excluded.held_at, reason = excluded.reason
    where (excluded.held_at, excluded.reason) > (h.held_at, h.reason)
"""


_HOLD_VIALS = """
insert into supply_vialhold as h (site, lot, vial, held_at)
select site, lot, vial, min(held_at)
from unnest(%b::text[], %b::text[], %b::text[], %b::timestamptz[]) as t (site, lot, vial, held_at)
group by 1, 2, 3 order by 1, 2, 3
on conflict (site, lot, vial) do update set held_at = excluded.held_at where excluded.held_at < h.held_at
"""


def draw(draws: Sequence[Draw]) -> list[Finding]:
    """Take doses out of the ledger, or give them back; told again under the same entry, they are taken once.

    Returns `stock-negative` for the draws that went below what the lines so far account for. Nothing is refused.
    """
    of_entry: defaultdict[UUID, list[Draw]] = defaultdict(list)
    for one in draws:
        of_entry[one.entry].append(one)
    gathered = [gather(some, (), batch=entry) for entry, some in of_entry.items()]
    lines = [line for each in gathered for line in each.lines]
    return post(
        Gathered(
            lines=sorted(lines, key=lambda line: (line.site, line.lot, line.source)),
            uses=[use for each in gathered for use in each.uses],
            openings=[],
            second_openings=[],
        )
    )


def fold(kept: Sequence[Kept[Event]], *, batch: UUID, draws: Sequence[Draw] = ()) -> list[Finding]:
    """Fold the chair's stock lines, and the draws of the same batch with them, in any order; other kinds are passed over.

    Vial lines may come before or after the doses drawn from them, from any tablet of the site. Returns
    `stock-negative` and, for an opening whose label was opened before by another line, `vial-opened-twice`.
    """
    findings = post(gather(draws, kept, batch=batch))
    _fold_counts(of_class(kept, Counted))
    _fold_holds(of_class(kept, LotHeldHere))
    return findings


def post(gathered: Gathered) -> list[Finding]:
    """Write lines, vials and balances in one statement; what is known already adds nothing. Returns its findings."""
    lines, uses, openings = gathered.lines, gathered.uses, gathered.openings
    if not lines and not openings:
        return []
    told = database.rows(
        _POST,
        [
            arrays.texts([line.site for line in lines]),
            arrays.texts([line.lot for line in lines]),
            arrays.uuids([line.source for line in lines]),
            arrays.smallints([line.kind for line in lines]),
            arrays.integers([line.doses for line in lines]),
            arrays.dates([line.day for line in lines]),
            arrays.texts([line.vial for line in lines]),
            arrays.texts([line.reason for line in lines]),
            arrays.texts([use.site for use in uses]),
            arrays.texts([use.lot for use in uses]),
            arrays.texts([use.vial for use in uses]),
            arrays.uuids([use.source for use in uses]),
            arrays.smallints([use.kind for use in uses]),
            arrays.integers([use.drawn for use in uses]),
            arrays.integers([use.spent for use in uses]),
            arrays.texts([opening.site for opening in openings]),
            arrays.texts([opening.lot for opening in openings]),
            arrays.texts([opening.vial for opening in openings]),
            arrays.instants([opening.opened_at for opening in openings]),
            arrays.dates([opening.opened_on for opening in openings]),
            arrays.integers([opening.doses for opening in openings]),
            arrays.texts([opening.reason for opening in openings]),
        ],
    )
    negative = {(site, lot): doses for site, lot, _, doses in told if doses is not None}
    twice = {(site, lot, vial) for site, lot, vial, doses in told if doses is None}
    opened_twice = gathered.second_openings + [
        opening.entry for opening in openings if (opening.site, opening.lot, opening.vial) in twice
    ]
    return [
        *(_noted("stock-negative", entry) for entry in beyond_stock(lines, negative)),
        *(_noted("vial-opened-twice", entry) for entry in opened_twice),
    ]


def _noted(code: str, entry: UUID) -> Finding:
    return Finding(code=code, severity=Severity.NOTES, entry=entry)


def _fold_counts(kept: Sequence[Kept[Counted]]) -> None:
    # Two counts of one thing in one batch: the later one holds, as it would across batches.
    latest: dict[tuple[str, date, str, str], Kept[Counted]] = {}
    for one in sorted(kept, key=lambda one: (one.occurred_at, one.event.id)):
        day = _counted_day(one)
        if day is not None:
            latest[one.site or "", day, one.event.what, one.event.lot or ""] = one
    if not latest:
        return
    counts = list(latest.values())
    database.run(
        _COUNT,
        [
            arrays.texts([one.site or "" for one in counts]),
            arrays.dates([day for _, day, _, _ in latest]),
            arrays.texts([one.event.what for one in counts]),
            arrays.texts([one.event.lot or "" for one in counts]),
            arrays.integers([one.event.quantity for one in counts]),
            arrays.instants([one.occurred_at for one in counts]),
            arrays.uuids([one.event.id for one in counts]),
        ],
    )


def _counted_day(one: Kept[Counted]) -> date | None:
    """Return the business day that was counted; None for an instant that cannot be, or a day that was still to come."""
    today = business_day(one.occurred_at)
    day = one.event.day or today
    return day if one.plausible and day <= today else None


def _fold_holds(kept: Sequence[Kept[LotHeldHere]]) -> None:
    in_order = sorted(kept, key=lambda one: (one.occurred_at, one.event.reason))
    latest = {(one.site or "", one.event.lot): one for one in in_order}
    if not latest:
        return
    database.run(
        _HOLD_HERE,
        [
            arrays.texts([site for site, _ in latest]),
            arrays.texts([lot for _, lot in latest]),
            arrays.instants([one.occurred_at for one in latest.values()]),
            arrays.texts([one.event.reason for one in latest.values()]),
        ],
    )
    _fold_held_vials([one for one in kept if one.event.vial])


def _fold_held_vials(kept: Sequence[Kept[LotHeldHere]]) -> None:
    if not kept:
        return
    database.run(
        _HOLD_VIALS,
        [
            arrays.texts([one.site or "" for one in kept]),
            arrays.texts([one.event.lot for one in kept]),
            arrays.texts([one.event.vial or "" for one in kept]),
            arrays.instants([one.occurred_at for one in kept]),
        ],
    )
