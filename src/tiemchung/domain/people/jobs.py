"""The job that asks the population register, batch after batch, until nothing waits or the register does not answer."""

from __future__ import annotations

from datetime import datetime

from tiemchung.domain.people import gateways
from tiemchung.domain.people.actions import Asking
from tiemchung.plumbing.locks import turn

ASK = "people.ask_register"
ROUNDS = 200
"""Questions in one run of the job; what remains is taken by the next."""


def ask_register(*, now: datetime) -> int:
    """Ask about whoever waits, one worker at a time; return about how many. Without a register, nobody."""
    register = gateways.chosen()
    if register is None:
        return 0
    dealt = 0
    with turn(ASK) as mine:
        asking = Asking(register, now=now)
        for _ in range(ROUNDS if mine else 0):
            count = asking.ask_due()
            dealt += count
            if count == 0:
                break
    return dealt
