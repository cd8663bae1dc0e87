"""How many of those who are registered are due, and whom they wish for: by commune, the oldest figure first, with its age."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tiemchung.domain.campaigns.queries.waiting import BEFORE_ALL
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing import arrays, database

COUNTED_AGAIN = timedelta(hours=1)
"""How old a figure grows before its commune is counted again. Ours: who is due changes with the day, not the minute."""
AT_ONCE = 2_000
"""Persons asked about in one statement."""
A_RUN = 20_000
"""Persons after whom a run of the job ends; the next goes on where this one stopped. Ours."""

_OLDEST = """
select campaign, commune from campaigns_demand group by 1, 2
having min(due_as_of) is null or count(due_as_of) < count(*) or min(due_as_of) < %s
order by min(due_as_of) nulls first, 1, 2 limit 1
"""
_WAITING = """
select id, person_id, target_group, channel, registered_at, site from campaigns_registration
where campaign = %s and commune = %s and withdrawn_at is null and (target_group, registered_at, id) > (%s, %s, %s)
  and ((select not people_any_dead()) or not people_is_dead(person_id))
order by target_group, registered_at, id limit %s
"""
# In the order in which registering counts, so that neither waits for the other in a circle.
_KEEP = """
with held as (
    select target_group, channel from campaigns_demand where campaign = %s and commune = %s order by 1, 2 for update
)
update campaigns_demand d set due = coalesce(
    (select c.n from unnest(%b::text[], %b::text[], %b::int4[]) as c(grp, channel, n)
     where c.grp = d.target_group and c.channel = d.channel), 0), due_as_of = %s
from held where d.campaign = %s and d.commune = %s and d.target_group = held.target_group and d.channel = held.channel
"""

_KEEP_SITES = """
with told as (select * from unnest(%b::text[], %b::int4[], %b::int4[]) as t(site, registered, due)), gone as (
    delete from campaigns_sitedemand d where campaign = %s and commune = %s
        and not exists (select 1 from told where told.site = d.site)
)
insert into campaigns_sitedemand as held (campaign, site, commune, registered, due)
select %s, site, %s, registered, due from told order by site
on conflict (campaign, site, commune) do update set registered = excluded.registered, due = excluded.due
where (held.registered, held.due) is distinct from (excluded.registered, excluded.due)
"""


def count_due(*, now: datetime, most: int = A_RUN) -> int:
    """Count who is due in the communes whose figure is oldest, until so many persons were asked about; returns how many.

    Due is who may have a dose today of any vaccine approved by then, as the rules read. Whom the register told to be dead is
    neither due nor wishes for a site.
    """
    asked = 0
    while asked < most:
        found = database.row(_OLDEST, [now - COUNTED_AGAIN])
        if found is None:
            break
        asked += _count_commune(*found, now=now)
    return asked


@transaction.atomic
def _count_commune(campaign: str, commune: str, *, now: datetime) -> int:
    today = business_day(now)
    approved = [code for code, one in vaccines.products().items() if one.approved_on and one.approved_on <= today]
    province = _province_of(commune)
    counts: Counter[tuple[str, str]] = Counter()
    wishes_for: Counter[str] = Counter()
    due_for: Counter[str] = Counter()
    asked = 0
    for waiting in _waiting(campaign, commune):
        asked += len(waiting)
        due = immunization.due_for_any([row[1] for row in waiting], products=approved, on=today, province=province)
        counts.update((group, channel) for _, person, group, channel, _, _ in waiting if person in due)
        wishes_for.update(site for *_, site in waiting if site)
        due_for.update(site for _, person, *_, site in waiting if site and person in due)
    _keep_sites(campaign, commune, wishes_for, due_for)
    ordered = sorted(counts)
    database.run(
        _KEEP,
        [
            campaign,
            commune,
            arrays.texts([group for group, _ in ordered]),
            arrays.texts([channel for _, channel in ordered]),
            arrays.integers([counts[key] for key in ordered]),
            now,
            campaign,
            commune,
        ],
    )
    return asked


def _keep_sites(campaign: str, commune: str, registered: Counter[str], due: Counter[str]) -> None:
    """Keep how many residents of a commune wish for which site; a site that nobody wishes for any longer goes."""
    sites = sorted(registered)
    told = [arrays.texts(sites), *(arrays.integers([of[site] for site in sites]) for of in (registered, due))]
    database.run(_KEEP_SITES, [*told, campaign, commune, campaign, commune])


def _waiting(campaign: str, commune: str) -> Iterator[list[tuple[Any, ...]]]:
    after: tuple[Any, ...] = BEFORE_ALL
    while True:
        found = database.rows(_WAITING, [campaign, commune, *after, AT_ONCE])
        if found:
            yield found
        if len(found) < AT_ONCE:
            return
        identifier, _, group, _, registered_at, _ = found[-1]
        after = (group, registered_at, identifier)


def _province_of(commune: str) -> str | None:
    """Return the province whose decisions hold there: rules name provinces of 2021."""
    path = places.unit_path(commune, Era.Y2021)
    return path[0].code if path else None
