"""What response tells: alerts that hold, incidents and their steps, calls, cases; and what the checks find."""

from __future__ import annotations

from tiemchung.domain.response.queries.checks import (
    devices_forked,
    fridges_outside,
    lots_given_before,
    sites_silent,
    stock_negative,
    vaccinators_of,
    waiting_aside,
)
from tiemchung.domain.response.queries.shown import (
    alerts,
    calls_waiting,
    cases,
    incident,
    incidents_closed,
    incidents_open,
    open_count,
    owners_for,
    papers,
    sites_working,
    steps,
)

__all__ = [
    "alerts",
    "calls_waiting",
    "cases",
    "devices_forked",
    "fridges_outside",
    "incident",
    "incidents_closed",
    "incidents_open",
    "lots_given_before",
    "open_count",
    "owners_for",
    "papers",
    "sites_silent",
    "sites_working",
    "steps",
    "stock_negative",
    "vaccinators_of",
    "waiting_aside",
]
