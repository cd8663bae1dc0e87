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
FEWEST_OF_A_WARD, DEEPER = 10, 4
"""So many of each ward are read at first where many wards are asked, and so many times as many where that was too few. Ours."""


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
# Ward by ward in the order of an index: otherwise a plan made early reads the whole campaign. Of each ward as many rows as it is
# asked for. Whether there is anybody whom nobody calls is asked once: asked of every row of a long list it costs more than the list.
# Whom the caller passes over is looked up in a table of hashes, made once for all wards.
_FRONT = f"""
with front as materialized (
    select ward.code, ward.depth, r.* from unnest(%b::text[], %b::int4[]) as ward(code, depth) cross join lateral (
        select {_ROW} from campaigns_registration
        where campaign = %s and commune = ward.code and withdrawn_at is null
          and (%s = '' or target_group = %s) and (target_group, registered_at, id) > (%s, %s, %s)
          and person_id not in (select unnest(%b::uuid[]))
          and ((select not people_any_uncalled()) or not people_is_uncalled(person_id))
        order by target_group, registered_at, id limit ward.depth
    ) r
)
"""
_PAGE = f"""
{_FRONT}, page as materialized (select {_ROW} from front order by target_group, registered_at, id limit %s)
"""
# A ward that was read to its depth, and not as far as the page goes, may have more of the page: a list that a ward brought
# came in one instant, and hundreds of it stand next to each other.
_TOO_SHALLOW = f"""
{_FRONT}, last as (
    select distinct on (code) code, depth, target_group, registered_at, id, count(*) over (partition by code) as read
    from front order by code, target_group desc, registered_at desc, id desc
), ending as (
    select target_group, registered_at, id from front order by target_group, registered_at, id offset %s limit 1
)
select code from last
where read = depth
  and coalesce((target_group, registered_at, id) < (select target_group, registered_at, id from ending), true)
"""
_ALL_OF_IT = f"{_PAGE} select *, 0 from page order by target_group, registered_at, id"
# Who has just had a dose stays in the list for the next one: whoever calls people passes them by without reading them.
_BUT_THE_DOSED = f"""
{_PAGE} select *, (select count(*) from page) from page
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
    asked = _asked(campaign, communes, group=group, but=(), after=after, limit=limit)
    return [_registered(row) for row in database.rows(_ALL_OF_IT, [*asked, limit])]


def front(
    campaign: str,
    communes: Collection[str],
    *,
    purpose: Purpose,
    not_dosed_after: date,
    but: Collection[UUID] = (),
    after: Place | None = None,
    limit: int = PAGE,
) -> Front:
    """Return who waits next, as `registered` does, without those who had a dose after that day.

    At most `limit` are looked at: only `after` tells whether somebody may come behind. Persons in `but`, of whom there may be
    tens of thousands, are passed by and not counted.
    """
    del purpose
    asked = _asked(campaign, communes, group="", but=but, after=after, limit=limit)
    rows = database.rows(_BUT_THE_DOSED, [*asked, limit, not_dosed_after])
    waiting = [_registered(row) for row in rows]
    return Front(waiting, rows[0][-1] if rows else 0, place_of(waiting[-1]) if waiting else None)


def registered_as(campaign: str, communes: Collection[str], *, person: UUID, purpose: Purpose) -> list[Registered]:
    """Return as what this very person waits to be called in these communes; nothing for whom nobody calls there."""
    del purpose
    return [_registered(row) for row in database.rows(_OF_PERSON, [person, campaign, arrays.texts(sorted(communes))])]


def place_of(one: Registered) -> Place:
    """Return where somebody stands in the order of those who wait."""
    return Place(one.target_group, one.registered_at, one.registration)


def _asked(
    campaign: str, communes: Collection[str], *, group: str, but: Collection[UUID], after: Place | None, limit: int
) -> list[Any]:
    """Return what a page asks: the wards, how deep each is read, where the page begins, and whom it passes by."""
    wards, start = sorted(set(communes)), [campaign, group, group, *(after or BEFORE_ALL), arrays.uuids(list(but))]
    if len(wards) < 2:  # noqa: PLR2004 - one ward alone holds the page
        return [arrays.texts(wards), arrays.integers([limit] * len(wards)), *start]
    depths = dict.fromkeys(wards, min(limit, max(FEWEST_OF_A_WARD, -(-2 * limit // len(wards)))))
    while True:
        asked = [arrays.texts(wards), arrays.integers(list(depths.values())), *start]
        shallow = [code for (code,) in database.rows(_TOO_SHALLOW, [*asked, limit - 1])]
        if not shallow:
            return asked
        depths |= {code: min(limit, DEEPER * depths[code]) for code in shallow}


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
