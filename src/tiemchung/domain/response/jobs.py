"""What is looked at by the clock, because nothing happens when it goes wrong: silence, forks, what waits for a human."""

from __future__ import annotations

from datetime import datetime

from tiemchung.domain.response import actions, queries
from tiemchung.domain.response.values import AlertKind
from tiemchung.kernel.actor import SYSTEM


def look_round(*, now: datetime) -> None:
    """Let the alerts of these kinds say what holds now. For a session that sees every site; run again, nothing changes.

    A site on paper that is heard again is no longer on paper.
    """
    actions.sweep(AlertKind.DEVICE_FORKED, queries.devices_forked(), now=now)
    actions.sweep(AlertKind.ENTRIES_SET_ASIDE, queries.waiting_aside(), now=now)
    heard = actions.sweep(AlertKind.SITE_SILENT, queries.sites_silent(now), now=now)
    if heard:
        actions.end_paper(heard, actor=SYSTEM, now=now)
