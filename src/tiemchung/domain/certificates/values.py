"""Where a dose stands on its way to a certificate."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class State(IntEnum):
    """What can be done for a dose. The numbers lie in the table and never change their meaning."""

    WAITING = 1
    READY = 2
    WITHHELD = 3


class Reason(IntEnum):
    """Why a dose is not ready. The numbers lie in the table and never change their meaning."""

    NONE = 0
    NOT_ATTESTED = 1
    PERSON_NOT_PROVED = 2
    VOIDED = 3
    DATE_UNKNOWN = 4
    BACKDATED = 5
    LATE = 6
    FLAGGED = 7


class Standing(NamedTuple):
    """A state with its reason; a dose that is ready has none."""

    state: State
    reason: Reason
