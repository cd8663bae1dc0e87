"""What mending does about a fact: it opens a case, so that somebody owns what people ask and has until a day to answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tiemchung.domain.access.events import OwnDataAsked
from tiemchung.domain.access.values import About
from tiemchung.domain.journal.values import Entry
from tiemchung.domain.mending import actions


def queue_doubts(entries: Sequence[Entry], *, now: datetime) -> None:
    """Open a case where a number that somebody was met or registered with belongs to somebody of another name or birth."""
    actions.open_doubts({entry.person: entry.site for entry in entries if entry.person is not None}, now=now)


def open_cases(entries: Sequence[Entry], *, now: datetime) -> None:
    """Open the case of everything that was asked about own data; a dose said to be somebody else's is held up with it."""
    asked = []
    for entry in entries:
        event = msgspec.json.decode(entry.body, type=OwnDataAsked)
        asked.append(
            actions.Asked(
                id=entry.id,
                person=event.person,
                about=About(event.about),
                dose=event.dose,
                site=entry.site,
                asked_at=entry.recorded_at,
            )
        )
    actions.open_requests(asked, now=now)
