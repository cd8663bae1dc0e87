"""What is looked at by the clock: silence, forks, what waits for a human, and how sites stand."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.response import actions, queries
from tiemchung.domain.response.values import AlertKind
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.clock import business_day


def look_round(*, now: datetime) -> None:
    """Let the alerts of these kinds say what holds now. For a session that sees every site; run again, nothing changes.

    A site on paper that is heard again is no longer on paper; an incident whose time has passed is escalated.
    """
    actions.sweep(AlertKind.DEVICE_FORKED, queries.devices_forked(), now=now)
    actions.sweep(AlertKind.ENTRIES_SET_ASIDE, queries.waiting_aside(), now=now)
    heard = actions.sweep(AlertKind.SITE_SILENT, queries.sites_silent(now), now=now)
    if heard:
        actions.end_paper(heard, actor=SYSTEM, now=now)
    actions.escalate_overdue(now=now)


def count_sites(*, now: datetime) -> int:
    """Keep how every site stands now, a thousand in a transaction, then every unit; returns how many sites were counted.

    Run again, the same.
    """
    counted, after = 0, ""
    products: dict[str, dict[str, tuple[int, int]]] = {}
    while True:
        with transaction.atomic():
            sites = queries.sites_standing(today=business_day(now), after=after)
            actions.keep_standing(sites, now=now)
        if not sites:
            break
        products |= {told.site: told.products for told in sites}
        counted, after = counted + len(sites), sites[-1].site
    with transaction.atomic():
        demand, due_as_of = queries.demand_by_unit(_campaign_on(business_day(now)))
        actions.keep_units(demand, due_as_of=due_as_of, now=now)
        actions.keep_products(products)
    return counted


def _campaign_on(day: date) -> str:
    """Return the campaign that takes registrations on this day, or the one that ran last; none is the empty code."""
    told = campaigns.open_campaigns(day) or campaigns.campaigns()
    return told[0].code if told else ""
