"""The job that finds who is on record twice: every night, and after an import."""

from __future__ import annotations

from datetime import datetime

from tiemchung.domain.mending import actions
from tiemchung.domain.mending.values import LINK
from tiemchung.domain.people import actions as people_actions
from tiemchung.domain.people import queries as people
from tiemchung.plumbing.locks import turn

FRESH = 5_000
"""Persons who are compared with everybody in one run; who waits longer is taken by the next. Ours."""
PART = 200
"""Pairs of one transaction. Ours."""


def link_persons(*, now: datetime) -> bool:
    """Compare those who wait with everybody, one worker at a time; returns whether more wait.

    Names are clear in the memory of this process alone. Whoever is killed in the middle leaves pairs that are kept whole,
    and persons who are compared again: what was kept is not kept twice.
    """
    with turn(LINK) as mine:
        if mine is None:
            return False
        waiting = people.waiting_to_link(limit=FRESH)
        if not waiting:
            return False
        met = {one.person: one.site for one in waiting}
        pairs = people.likely_pairs(list(met))
        for start in range(0, len(pairs), PART):
            actions.keep_pairs(pairs[start : start + PART], met=met, now=now)
        people_actions.linked(waiting)
    return len(waiting) == FRESH
