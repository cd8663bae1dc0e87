"""What follows for places in slots from what became of people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tiemchung.domain.journal.values import Entry
from tiemchung.domain.people import queries as people
from tiemchung.domain.scheduling import actions


def free_places(entries: Sequence[Entry], *, now: datetime) -> None:
    """Free the places ahead of whom the register told to be dead. Nobody is told: a message would reach the family."""
    dead = people.dead({entry.person for entry in entries if entry.person is not None})
    actions.free(list(dead), now=now)
