"""Which mobile team gave a dose that is missing: found by what somebody told of team, place and day."""

from __future__ import annotations

from typing import NamedTuple

from tiemchung.domain.mending import rules
from tiemchung.domain.mending.values import ToldFacts
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Level, Site
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.kernel.names import search_key

MOST_TEAMS = 8
"""Mobile teams whom a case offers. Ours: who reads more names than these guesses."""


class TeamFitting(NamedTuple):
    """A mobile team that fits what was told, and what speaks for it: a session that day, the ward or district by name."""

    site: Site
    was_planned: bool
    is_near: bool


def teams_fitting(facts: ToldFacts) -> list[TeamFitting]:
    """Return the mobile teams that fit, those with a session on the told day first; none where neither team nor place is told.

    The place narrows where it names the ward or the district of some of them, and the day where some had a session then.
    """
    words = rules.team_words(facts.team)
    if not words and not facts.place:
        return []
    named = places.mobile_sites(words)
    near = _near(named, facts.place)
    if not words and not near:
        return []
    teams = near or named
    days = rules.days_told(facts.day)[1:2]
    codes = [site.code for site in teams]
    planned = (
        {one.site for day in days for one in scheduling.sessions_at(codes, first=day, last=day)} if codes else set()
    )
    found = [TeamFitting(site, site.code in planned, bool(near)) for site in teams]
    return sorted(found, key=lambda one: (not one.was_planned, one.site.name, one.site.code))


def team_told(facts: ToldFacts) -> str:
    """Return the site of the one mobile team that fits team, place and day as they were told; "" if none or several do.

    Without a session of that day its ward or district must have been named: a team's name alone is many teams'.
    """
    if not facts.day or not rules.team_words(facts.team):
        return ""
    fitting = teams_fitting(facts)
    planned = [one for one in fitting if one.was_planned]
    sure = planned or [one for one in fitting if one.is_near]
    return sure[0].site.code if len(sure) == 1 else ""


def _near(sites: list[Site], place: str) -> list[Site]:
    """Return those of these sites whose ward a text names, or whose district where it names no ward; or that it names itself."""
    told = f" {search_key(place)} "
    for level in (Level.COMMUNE, Level.DISTRICT):
        found = [site for site in sites if _is_named(site, level, told)]
        if found:
            return found
    return []


def _is_named(site: Site, level: Level, told: str) -> bool:
    path = places.unit_path(site.commune_code, site.era)
    names = {search_key(name) for unit in path if unit.level is level for name in (unit.display_name, unit.name)}
    # A bare number ("1") would be found in every date and street: such a unit is named with its kind.
    return any(f" {name} " in told for name in names if not name.isdecimal())
