"""Into which campaign session somebody comes: that of their appointment, else the one that runs here today."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tiemchung.domain.visits import actions as visits_actions
from tiemchung.domain.visits import queries as visits
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.events import Event


def joined(called_to: UUID | None, *, actor: Actor, site: str, now: datetime) -> tuple[UUID | None, list[Event]]:
    """Return the campaign session of an arrival, and the fact that opens it if this is its first."""
    session = called_to or visits.session_to_join(site, business_day(now))
    if session is None or not visits.unopened(session, site=site):
        return session, []
    return session, [visits_actions.session_opened(session, site=site, actor=actor, now=now)]
