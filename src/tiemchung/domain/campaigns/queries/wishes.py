"""What campaigns tell: campaigns, goals, target groups, registrations, demand by unit of both eras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from tiemchung.domain.access import queries as access
from tiemchung.domain.campaigns.engine import reference
from tiemchung.domain.campaigns.values import (
    Campaign,
    Channel,
    CommuneDemand,
    Demand,
    Goal,
    RegistrationShown,
    SiteDemand,
    Standing,
    TargetGroup,
)
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import arrays, database
from tiemchung.plumbing.rowsecurity import looking


def campaigns() -> list[Campaign]:
    """Return the campaigns, the newest first."""
    return [
        Campaign(
            code=code,
            name=name,
            starts_on=first,
            ends_on=last,
            target_diseases=diseases,
            source=source,
            lists_approved=listed,
        )
        for code, name, first, last, diseases, source, listed in database.rows(
            "select code, name, starts_on, ends_on, target_diseases, source, lists_approved from campaigns_campaign "
            "order by starts_on desc, code"
        )
    ]


def campaign(code: str) -> Campaign | None:
    """Return a campaign, None if there is none of this code."""
    return next((found for found in campaigns() if found.code == code), None)


def open_campaigns(on: date) -> list[Campaign]:
    """Return the campaigns that take registrations on this day: those that are not over."""
    return [found for found in campaigns() if on <= found.ends_on]


def goals() -> list[Goal]:
    """Return the goals with denominator and source, as their file has them."""
    return reference.goals()


def target_groups() -> Mapping[str, TargetGroup]:
    """Return the target groups by code, the first to be served first."""
    return reference.target_groups()


_SHOWN = """
select id, campaign, person_id, commune, target_group, site, times, registered_at, withdrawn_at is not null
from campaigns_registration
"""


def registrations_of(account: UUID, *, purpose: Purpose) -> list[RegistrationShown]:
    """Return what this account has registered, the newest first: its own words, so no view is logged."""
    del purpose
    with looking(Reach(account=account)):
        found = database.rows(f"{_SHOWN} where account = %s order by registered_at desc, id", [account])
    return [
        RegistrationShown(
            id=identifier,
            campaign=code,
            person=person,
            commune=commune,
            target_group=group,
            preferred_site=site,
            times=times,
            registered_at=at,
            standing=Standing.WITHDRAWN if withdrawn else Standing.REGISTERED,
        )
        for identifier, code, person, commune, group, site, times, at, withdrawn in found
    ]


@dataclass
class _Sum:
    registered: int = 0
    due: int = 0
    due_as_of: datetime | None = None
    groups: dict[str, int] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)


def demand(campaign: str, units: Sequence[tuple[Era | str, str]]) -> dict[tuple[str, str], Demand]:
    """Return for each unit (era, code) how many are registered and due, read from counters of communes.

    Residence was told as a commune of one era: a unit of the other has those communes whose main heir it is.
    """
    begins_on = _begins_on(campaign)
    wanted = {(str(era), code): _commune_codes(Era(era), code, told_on=begins_on) for era, code in units}
    every = sorted({commune for codes in wanted.values() for commune in codes})
    rows = database.rows(
        "select commune, target_group, channel, registered, least(due, registered), due_as_of from campaigns_demand "
        "where campaign = %s and commune = any(%b::text[]) and registered > 0",
        [campaign, arrays.texts(every)],
    )
    sums = {unit: _Sum() for unit in wanted}
    for unit, codes in wanted.items():
        for commune, group, channel, count, due, as_of in rows:
            if commune in codes:
                total = sums[unit]
                total.registered += count
                total.due += due
                total.groups[group] = total.groups.get(group, 0) + count
                total.channels[channel] = total.channels.get(channel, 0) + count
                total.due_as_of = min(filter(None, (total.due_as_of, as_of)), default=None)
    return {
        unit: Demand(
            unit=unit[1],
            registered=total.registered,
            due=total.due,
            due_as_of=total.due_as_of,
            by_group=dict(sorted(total.groups.items())),
            by_channel=dict(sorted(total.channels.items())),
        )
        for unit, total in sums.items()
    }


def demand_by_commune(campaign: str) -> list[CommuneDemand]:
    """Return the demand of every commune where somebody is registered, by code, each in the one era its code is read in.

    That is the division in force when the campaign began.
    """
    begins_on = _begins_on(campaign)
    return [
        CommuneDemand(era=era, commune=commune, registered=registered, listed=listed, due=due, due_as_of=as_of)
        for commune, registered, listed, due, as_of in database.rows(_BY_COMMUNE, [Channel.LIST.value, campaign])
        if (era := places.commune_era(commune, on=begins_on))
    ]


_BY_COMMUNE = """
select commune, sum(registered)::int4, coalesce(sum(registered) filter (where channel = %s), 0)::int4,
  sum(least(due, registered))::int4,
  min(due_as_of)
from campaigns_demand where campaign = %s and registered > 0 group by commune order by commune
"""


def demand_by_site(campaign: str) -> list[SiteDemand]:
    """Return the demand of every site that somebody wishes for, by code, as it was when its communes were last counted."""
    return [
        SiteDemand(site=site, registered=registered, due=due)
        for site, registered, due in database.rows(
            "select site, sum(registered)::int4, sum(due)::int4 from campaigns_sitedemand where campaign = %s "
            "group by site order by site",
            [campaign],
        )
    ]


def _commune_codes(era: Era, code: str, *, told_on: date) -> frozenset[str]:
    """Return the commune codes under which residents of a unit were told, each in the one era its code is read in."""
    both = places.gazetteer().both_eras(era, code)
    return frozenset(
        commune for told, codes in both.items() for commune in codes if places.commune_era(commune, on=told_on) is told
    )


def _begins_on(code: str) -> date:
    """Return the day on which a campaign began; the first of the calendar for one that is not there."""
    found = campaign(code)
    return found.starts_on if found else date.min


def may_name(account: UUID, person: UUID, *, now: datetime) -> bool:
    """Tell whether this account has this very person on its list."""
    links = access.links_of(account, purpose=Purpose.REGISTRATION, now=now)
    return any(link.person == person for link in links)
