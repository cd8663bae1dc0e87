"""The delivering job: batch after batch until nothing is due."""

from __future__ import annotations

from tiemchung.domain.notices import actions, gateways
from tiemchung.plumbing.locks import turn

ROUNDS = 200
"""Batches in one run of the job; what remains is taken by the next."""


def deliver() -> int:
    """Deliver what is due, one worker at a time; returns how many messages were dealt with. Without a gateway, none."""
    gateway = gateways.chosen()
    if gateway is None:
        return 0
    dealt = 0
    with turn(actions.DELIVER) as mine:
        for _ in range(ROUNDS if mine else 0):
            count = actions.deliver(gateway)
            dealt += count
            # Until nothing is found: what is queued while we deliver may meet a job that found us at it and went away.
            if count == 0:
                break
    return dealt
