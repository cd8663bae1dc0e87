"""What follows from an arrival in the rooms below."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tiemchung.domain.immunization import actions as immunization
from tiemchung.domain.immunization import queries as immunization_queries
from tiemchung.domain.journal.values import Entry


def rejudge_arrived(entries: Sequence[Entry], *, now: datetime) -> None:
    """Judge the doses of those who arrived again: the arrival may tell who they are after another tablet told the dose."""
    arrived = {entry.person for entry in entries if entry.person is not None}
    # Whose doses were recorded knowing them need no second look; a dose still on its way is judged when it is heard of.
    immunization.rejudge(immunization_queries.persons_awaited(arrived), now=now)
