"""The promises of which a run may find one broken, and how it says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Broken(StrEnum):
    """A promise that was not kept."""

    ANSWER = "a batch was not answered as the table says"
    CHAIN = "a tablet was told another end of its chain"
    STUCK = "a tablet on a good line did not get rid of what it wrote"
    LOST = "what was answered for is not here once"
    UNDUE = "the journal holds what it should not"
    MISSING = "the journal lacks what was kept"
    ASIDE = "what is set aside is not what should be"
    RECORD = "the doses in the record are not those that were kept"
    WAITING = "what waits for an entry is not what should wait"
    UNVOIDED = "a dose counts though it was voided"
    CLOCK = "a dose has the wrong word on its clock"
    UNFLAGGED = "two doses of one person are too close, and nobody is told"
    UNDOUBTED = "two persons have one number, and nobody is told"
    UNTOLD = "a tablet was not told each entry of its site once"


@dataclass(frozen=True)
class Fault:
    """One broken promise, and where."""

    promise: Broken
    where: str = ""

    def __str__(self) -> str:
        """Return it as a sentence."""
        return f"{self.promise}: {self.where}"


class UnsoundError(AssertionError):
    """A run broke promises. `done` is what happened in it, by the names of its steps."""

    def __init__(self, faults: Sequence[Fault], done: Counter[str]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.promises = {fault.promise for fault in faults}
        self.done = done
