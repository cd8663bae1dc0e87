"""What the record does on hearing that something around a dose changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.domain.immunization import actions, queries
from tiemchung.domain.journal.values import Entry
from tiemchung.domain.supply.events import LotRegistered


def rejudge(entries: Sequence[Entry], *, now: datetime) -> None:
    """Number and judge again the doses of everybody these entries are about: a dose, an arrival, an amendment."""
    persons: set[UUID] = {entry.person for entry in entries if entry.person is not None}
    actions.rejudge(persons, now=now)
    # A lot registered while the dose was being folded was not seen there, and its own reaction did not see the dose.
    actions.rejudge_lots(queries.unknown_lots(persons), now=now)


def rejudge_lots(entries: Sequence[Entry], *, now: datetime) -> None:
    """Judge again the doses of lots that have just become known."""
    lots = {msgspec.json.decode(entry.body, type=LotRegistered).lot for entry in entries}
    actions.rejudge_lots(lots, now=now)
