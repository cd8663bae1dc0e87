"""What visits tell: the list of a site's day, its campaign sessions, its lines and what they leave unexplained."""

from __future__ import annotations

from tiemchung.domain.visits.queries.days import (
    closed_days,
    day_closed,
    day_lines,
    days_closed_by,
    days_closed_of,
    draws_by_class,
    draws_of_day,
    unexplained,
    was_closed_by,
)
from tiemchung.domain.visits.queries.lists import (
    LIST_LIMIT,
    came,
    links_of_day,
    not_to_be_called,
    on_list,
    proved_since,
    received_on,
    stage_counts,
    visit,
    visits_at,
)
from tiemchung.domain.visits.queries.sessions import (
    open_session,
    session_of,
    session_to_join,
    sessions_to_close,
    standings,
    stopped_sessions,
    stopped_since,
    unopened,
)

__all__ = [
    "LIST_LIMIT",
    "came",
    "closed_days",
    "day_closed",
    "day_lines",
    "days_closed_by",
    "days_closed_of",
    "draws_by_class",
    "draws_of_day",
    "links_of_day",
    "not_to_be_called",
    "on_list",
    "open_session",
    "proved_since",
    "received_on",
    "session_of",
    "session_to_join",
    "sessions_to_close",
    "stage_counts",
    "standings",
    "stopped_sessions",
    "stopped_since",
    "unexplained",
    "unopened",
    "visit",
    "visits_at",
    "was_closed_by",
]
