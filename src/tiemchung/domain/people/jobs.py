"""The jobs of the population register: ask about whoever waits, and read what became of those who were asked about."""

from __future__ import annotations

from datetime import datetime

from tiemchung.domain.people import gateways
from tiemchung.domain.people.actions import Asking, follow_changes, read_next
from tiemchung.plumbing.locks import turn

ASK, FOLLOW = "people.ask_register", "people.follow_register"
ROUNDS = 200
"""Questions, or pages of changes, in one run of a job; what remains is taken by the next."""


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


def follow_register(*, now: datetime) -> int:
    """Read the register's changes and make them true here, one worker at a time; return how many changes were looked at."""
    register = gateways.chosen()
    if register is None:
        return 0
    with turn(FOLLOW) as mine:
        if not mine:
            return 0
        for _ in range(ROUNDS):
            if not read_next(register, now=now):
                break
        return follow_changes(now=now)
