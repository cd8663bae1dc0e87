"""When a register that does not answer is asked again: a circuit that opens after failures and closes with an answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Final

import msgspec

FAILURES: Final = 5
"""So many in a row open the circuit. This and the pauses are ours."""
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(minutes=15)
WAITS_S: Final = (1.0, 4.0, 16.0)
"""How long after a lost answer the same exchange is asked again, before chance adds up to half as much."""


class Circuit(msgspec.Struct, frozen=True, kw_only=True):
    """How the register has been: failures in a row, the last pause, and until when nobody asks (None: ask)."""

    failures: int = 0
    pause_s: float = 0.0
    until: datetime | None = None

    def may_ask(self, now: datetime) -> bool:
        """Tell whether the register may be asked; after a pause, by one question that shows how it is."""
        return self.until is None or self.until <= now

    def after_answer(self) -> Circuit:
        """Return the circuit after an answer: as if nothing had been."""
        return Circuit()

    def after_failure(self, now: datetime) -> Circuit:
        """Return the circuit after no answer, or one that cannot be believed."""
        failures = self.failures + 1
        if failures < FAILURES:
            return Circuit(failures=failures, until=self.until)
        pause_s = min(2 * self.pause_s, LONGEST_PAUSE.total_seconds()) or FIRST_PAUSE.total_seconds()
        return Circuit(failures=failures, pause_s=pause_s, until=now + timedelta(seconds=pause_s))

    def after_word(self, now: datetime, *, wait_s: float) -> Circuit:
        """Return the circuit after the register said itself when to come back. That is no failure."""
        return Circuit(failures=self.failures, pause_s=self.pause_s, until=now + timedelta(seconds=wait_s))


def waits_s(chance: Random) -> list[float]:
    """Return the pauses before the second, third and fourth try: by chance apart, so that not all come back at once."""
    return [wait * (1 + chance.random() / 2) for wait in WAITS_S]
