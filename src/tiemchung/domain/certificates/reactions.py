"""What certificates do about a fact: prepare the doses of everybody it touches. Signing is a job's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.domain.certificates import actions
from tiemchung.domain.immunization.events import DosesAttested
from tiemchung.domain.journal.values import Entry

_ATTESTED = DosesAttested.kind()


def prepare(entries: Sequence[Entry], *, now: datetime) -> None:
    """Say anew where the doses stand of everybody whom these entries are about."""
    actions.prepare(touched(entries), now=now)


def touched(entries: Iterable[Entry]) -> set[UUID]:
    """Return the persons whose doses may stand elsewhere by these entries."""
    persons: set[UUID] = set()
    for entry in entries:
        if entry.kind == _ATTESTED:
            persons.update(msgspec.json.decode(entry.body, type=DosesAttested).persons)
        elif entry.person is not None:
            persons.add(entry.person)
    return persons
