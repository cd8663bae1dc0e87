"""The one statement by which registrations end: each ends once, and its ward's demand tells one fewer."""

from __future__ import annotations

_LEAVE = """
with told as materialized (
    select r.id, r.person_id from campaigns_registration r
    where {which} and r.withdrawn_at is null order by r.id for update
), gone as (
    update campaigns_registration r set withdrawn_at = %s from told
    where r.person_id = told.person_id and r.id = told.id
    returning r.id, r.person_id, r.campaign, r.commune, r.target_group, r.channel
), fewer as (
    select campaign, commune, target_group, channel, count(*)::int4 as n from gone group by 1, 2, 3, 4
), held as materialized (
    select d.campaign, d.commune, d.target_group, d.channel, fewer.n from campaigns_demand d
    join fewer using (campaign, commune, target_group, channel) order by 1, 2, 3, 4 for update of d
), counted as (
    update campaigns_demand d set registered = d.registered - held.n from held
    where (d.campaign, d.commune, d.target_group, d.channel)
        = (held.campaign, held.commune, held.target_group, held.channel)
)
select id, person_id, commune from gone
"""


def leave_sql(which: str) -> str:
    """Return SQL that takes back the standing registrations `r` that a condition finds, giving id, person and commune.

    Its parameters are the condition's, then the time. Registrations are locked by id and then demand by its key, which is
    the order of everybody who counts it, so that none waits for another in a circle.
    """
    return _LEAVE.format(which=which)
