"""Telling people of a ward's list to be of another target group, a set at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tiemchung.domain.campaigns.events import RegistrationRegrouped
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.places.values import ward_code
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import arrays, database

_REGROUP = """
with told as (
    select * from unnest(%b::uuid[], %b::text[]) as x(id, grp)
), held as materialized (
    select r.id, r.person_id, r.channel, r.target_group as was, told.grp from campaigns_registration r
    join told on told.id = r.id
    where r.campaign = %s and r.commune = %s and r.withdrawn_at is null and r.target_group <> told.grp
    order by r.id for update of r
), moved as (
    update campaigns_registration r set target_group = held.grp from held
    where r.person_id = held.person_id and r.id = held.id
), counted as (
    select grp, channel, sum(n)::int4 as n from (
        select was as grp, channel, -1 as n from held union all select grp, channel, 1 from held
    ) x group by grp, channel having sum(n) <> 0
), fewer as (
    update campaigns_demand d set registered = d.registered + counted.n from counted
    where counted.n < 0 and (d.campaign, d.commune, d.target_group, d.channel) = (%s, %s, counted.grp, counted.channel)
), more as (
    insert into campaigns_demand as d (campaign, commune, target_group, channel, registered, due)
    select %s, %s, grp, channel, n, 0 from counted where n > 0 order by grp, channel
    on conflict (campaign, commune, target_group, channel) do update set registered = d.registered + excluded.registered
)
select id, person_id, grp from held
"""


def regroup(told: Sequence[tuple[UUID, str]], *, campaign: str, commune: str, actor: Actor, now: datetime) -> int:
    """Let these registrations be of these groups, in the caller's transaction and reach; returns how many have changed.

    One of another ward or campaign, or taken back meanwhile, stays as it is. Told twice, each changes once.
    """
    if not told:
        return 0
    where = [campaign, commune]
    groups = dict(told)
    found = database.rows(
        _REGROUP, [arrays.uuids(list(groups)), arrays.texts(list(groups.values())), *where, *where, *where]
    )
    events = [
        RegistrationRegrouped(id=uuid7(now), at=now, registration=registration, target_group=group)
        for registration, _, group in found
    ]
    persons = {event.id: person for event, (_, person, _) in zip(events, found, strict=True)}
    journal.append(events, actor=actor, recorded_at=now, site=ward_code(commune), persons=persons)
    return len(found)
