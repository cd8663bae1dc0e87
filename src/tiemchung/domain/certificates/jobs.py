"""What certificates do by the clock on the wall: sign what is due, renew passes."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from tiemchung.domain.certificates import actions
from tiemchung.plumbing.locks import turn

LONGEST_S = 8.0
"""How long one call goes on (real time): the timetable has other work, and calls again soon."""

TURN = "certificates.issue"


def issue_due(*, now: Callable[[], datetime], longest_s: float = LONGEST_S) -> int:
    """Sign round by round until nothing is due, the time is up or another worker has the turn; returns how many."""
    started, signed = time.monotonic(), 0
    with turn(TURN) as mine:
        while mine is not None and time.monotonic() - started < longest_s:
            done = actions.issue(now=now())
            signed += done.signed
            if not done.looked:
                break
    return signed


def renew_passes(*, now: datetime) -> int:
    """Have every pass that ends soon looked at again; returns how many."""
    renewed = 0
    while count := actions.renew_passes(now=now):
        renewed += count
    return renewed
