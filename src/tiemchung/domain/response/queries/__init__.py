"""What response tells: alerts that hold, incidents and their steps, calls, cases; and what the checks find."""

from __future__ import annotations

from tiemchung.domain.response.queries.checks import (
    devices_forked,
    fridges_named,
    fridges_outside,
    lots_given_before,
    sites_silent,
    stock_negative,
    vaccinators_of,
    waiting_aside,
)
from tiemchung.domain.response.queries.deadlines import deadlines
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
    responders,
    sites_working,
    steps,
    team,
    teams,
)
from tiemchung.domain.response.queries.standing import (
    areas,
    heard_at,
    registrations_by_channel,
    site_standing,
    sites_short,
    sites_standing,
)
from tiemchung.domain.response.queries.units import (
    counted_at,
    demand_by_unit,
    demand_shown,
    unit_standing,
    units_standing,
)

__all__ = [
    "alerts",
    "areas",
    "calls_waiting",
    "cases",
    "counted_at",
    "deadlines",
    "demand_by_unit",
    "demand_shown",
    "devices_forked",
    "fridges_named",
    "fridges_outside",
    "heard_at",
    "incident",
    "incidents_closed",
    "incidents_open",
    "lots_given_before",
    "open_count",
    "owners_for",
    "papers",
    "registrations_by_channel",
    "responders",
    "site_standing",
    "sites_short",
    "sites_silent",
    "sites_standing",
    "sites_working",
    "steps",
    "stock_negative",
    "team",
    "teams",
    "unit_standing",
    "units_standing",
    "vaccinators_of",
    "waiting_aside",
]
