"""What campaigns tell: campaigns, goals, groups, registrations, demand, and the lists that wait for a decision."""

from __future__ import annotations

from tiemchung.domain.campaigns.queries.headings import columns_of, headings_of
from tiemchung.domain.campaigns.queries.lists import (
    DOUBTS,
    doubts_of,
    list_rows,
    list_shown,
    lists_of,
    missing_rows,
    row_shown,
    rows_to_mend,
)
from tiemchung.domain.campaigns.queries.lists import PAGE as LIST_PAGE
from tiemchung.domain.campaigns.queries.waiting import PAGE, Front, Place, front, place_of, registered, registered_as
from tiemchung.domain.campaigns.queries.wishes import (
    campaign,
    campaigns,
    demand,
    demand_by_commune,
    demand_by_site,
    goals,
    may_name,
    open_campaigns,
    registrations_of,
    target_groups,
)

__all__ = [
    "DOUBTS",
    "LIST_PAGE",
    "PAGE",
    "Front",
    "Place",
    "campaign",
    "campaigns",
    "columns_of",
    "demand",
    "demand_by_commune",
    "demand_by_site",
    "doubts_of",
    "front",
    "goals",
    "headings_of",
    "list_rows",
    "list_shown",
    "lists_of",
    "may_name",
    "missing_rows",
    "open_campaigns",
    "place_of",
    "registered",
    "registered_as",
    "registrations_of",
    "row_shown",
    "rows_to_mend",
    "target_groups",
]
