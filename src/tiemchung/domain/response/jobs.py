"""What is looked at by the clock: silence, forks, what waits for a human, and how sites stand."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tiemchung.domain.response import actions, queries
from tiemchung.domain.response.values import AlertKind
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.clock import business_day


def look_round(*, now: datetime) -> None:
    """Let the alerts of these kinds say what holds now. For a session that sees every site; run again, nothing changes.

    A site on paper that is heard again is no longer on paper.
    """
    actions.sweep(AlertKind.DEVICE_FORKED, queries.devices_forked(), now=now)
    actions.sweep(AlertKind.ENTRIES_SET_ASIDE, queries.waiting_aside(), now=now)
    heard = actions.sweep(AlertKind.SITE_SILENT, queries.sites_silent(now), now=now)
    if heard:
        actions.end_paper(heard, actor=SYSTEM, now=now)


def count_sites(*, now: datetime) -> int:
    """Keep how every site stands now, a thousand in a transaction; returns how many were counted. Run again, the same."""
    counted, after = 0, ""
    while True:
        with transaction.atomic():
            sites = queries.sites_standing(today=business_day(now), after=after)
            actions.keep_standing(sites, now=now)
        if not sites:
            return counted
        counted, after = counted + len(sites), sites[-1].site
