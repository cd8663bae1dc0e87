"""Who waits to be called, in the order in which they are served: group by group, the first to register first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from tiemchung.domain.campaigns.values import Registered
from tiemchung.domain.immunization import queries as immunization
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import arrays, database

PAGE = 100
"""Rows on one page of those who wait. Ours."""
FEWEST_OF_A_WARD = 50
"""So many of each ward are read at least where many wards are asked: wards differ in what their front holds. Ours."""


class Place(NamedTuple):
    """A place in the order of those who wait: after this one the next page begins."""

    target_group: str
    registered_at: datetime
    registration: UUID


BEFORE_ALL = Place("", datetime(1900, 1, 1, tzinfo=UTC), UUID(int=0))


class Front(NamedTuple):
    """The next of those who wait: `looked_at` is how many were read, `after` the place of the last of them, None at the end."""

    waiting: list[Registered]
    looked_at: int
    after: Place | None


_ROW = "id, person_id, commune, target_group, site, times, registered_at"
# Ward by ward in the order of an index: otherwise a plan made early reads the whole campaign. Of many wards a few rows each, and
# the page ends where a ward that may have more was read to: whoever stands behind that comes with the next page. Whether there
# is anybody whom nobody calls is asked once: asked of every row of a long list it costs more than the list.
_FRONT = f"""
with front as materialized (
    select ward.code, r.* from unnest(%b::text[]) as ward(code) cross join lateral (
        select {_ROW} from campaigns_registration
        where campaign = %s and commune = ward.code and withdrawn_at is null
          and (%s = '' or target_group = %s) and (target_group, registered_at, id) > (%s, %s, %s)
          and ((select not people_any_uncalled()) or not people_is_uncalled(person_id))
        order by target_group, registered_at, id limit %s
    ) r
), cut as (
    select target_group, registered_at, id from (
        select distinct on (code) target_group, registered_at, id, count(*) over (partition by code) as read
        from front order by code, target_group desc, registered_at desc, id desc
    ) last where read = %s order by target_group, registered_at, id limit 1
), page as materialized (
    select {_ROW} from front
    where coalesce((target_group, registered_at, id) <= (select target_group, registered_at, id from cut), true)
    order by target_group, registered_at, id limit %s
)
"""
_ALL_OF_IT = f"{_FRONT} select *, 0 from page order by target_group, registered_at, id"
# Who has just had a dose stays in the list for the next one: whoever calls people passes them by without reading them.
_BUT_THE_DOSED = f"""
{_FRONT} select *, (select count(*) from page) from page
where person_id not in ({immunization.dosed_after_sql("select array_agg(person_id) from page")})
   or id = (select id from page order by target_group desc, registered_at desc, id desc limit 1)
order by target_group, registered_at, id
"""
_OF_PERSON = f"""
select {_ROW} from campaigns_registration
where person_id = %s and campaign = %s and commune = any(%b::text[]) and withdrawn_at is null and not people_is_uncalled(person_id)
order by target_group, registered_at, id
"""


def registered(
    campaign: str,
    communes: Collection[str],
    *,
    purpose: Purpose,
    group: str = "",
    after: Place | None = None,
    limit: int = PAGE,
) -> list[Registered]:
    """Return who waits to be called in these communes, group by group in their order, the first to register first.

    Ids, groups and times only; whoever asks people for names logs the view. Whose data serve care and the law alone,
    and whom the register told to be dead, is not there: nobody calls them. Lists page by key: `after` is the last; fewer than
    `limit` are the end.
    """
    del purpose
    found: list[Registered] = []
    while len(found) < limit:
        asked = _asked(campaign, communes, group=group, after=after, limit=limit - len(found))
        more = [_registered(row) for row in database.rows(_ALL_OF_IT, asked)]
        if not more:
            break
        found += more
        after = place_of(more[-1])
    return found


def front(
    campaign: str,
    communes: Collection[str],
    *,
    purpose: Purpose,
    not_dosed_after: date,
    after: Place | None = None,
    limit: int = PAGE,
) -> Front:
    """Return who waits next, as `registered` does, without those who had a dose after that day.

    At most `limit` are looked at, and fewer where many wards are asked: only `after` tells whether somebody may come behind.
    """
    del purpose
    asked = _asked(campaign, communes, group="", after=after, limit=limit)
    rows = database.rows(_BUT_THE_DOSED, [*asked, not_dosed_after])
    waiting = [_registered(row) for row in rows]
    return Front(waiting, rows[0][-1] if rows else 0, place_of(waiting[-1]) if waiting else None)


def registered_as(campaign: str, communes: Collection[str], *, person: UUID, purpose: Purpose) -> list[Registered]:
    """Return as what this very person waits to be called in these communes; nothing for whom nobody calls there."""
    del purpose
    return [_registered(row) for row in database.rows(_OF_PERSON, [person, campaign, arrays.texts(sorted(communes))])]


def place_of(one: Registered) -> Place:
    """Return where somebody stands in the order of those who wait."""
    return Place(one.target_group, one.registered_at, one.registration)


def _asked(campaign: str, communes: Collection[str], *, group: str, after: Place | None, limit: int) -> list[Any]:
    wards = sorted(set(communes))
    share = limit if len(wards) < 2 else min(limit, max(FEWEST_OF_A_WARD, -(-2 * limit // len(wards))))  # noqa: PLR2004 - alone
    return [arrays.texts(wards), campaign, group, group, *(after or BEFORE_ALL), share, share, limit]


def _registered(row: tuple[Any, ...]) -> Registered:
    identifier, person, commune, group, site, times, at = row[:7]
    return Registered(
        registration=identifier,
        person=person,
        commune=commune,
        target_group=group,
        preferred_site=site,
        times=times,
        registered_at=at,
    )
