"""What a hub does by itself: keeps its roster fresh, brings what waits, forgets what was answered long ago."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from tiemchung.project.hub.store import Store
from tiemchung.project.hub.uplink import NoAnswer, NotTaken, Uplink

ROSTER_EVERY = timedelta(minutes=1)
ROSTER_AT_ONCE = timedelta(seconds=5)
"""How soon after the last it is asked for when somebody unknown came: a tablet that was just let in need not wait a minute."""
AT_ONCE = 20
"""Batches of one round, so that a new tablet is known soon though many wait."""
NOT_BELIEVED = frozenset({"relay-refused", "request-not-signed"})
"""Codes by which the center says that this hub itself is none of its own any more."""


class Carrier:
    """Carries between a hub's store and the center. Nothing is given up: what is refused waits, and is tried again."""

    def __init__(self, store: Store, uplink: Uplink, *, say: Callable[[str], None]) -> None:
        self._store, self._uplink, self._say = store, uplink, say
        self._roster_at: datetime | None = None
        self._said = ""

    def round(self, *, now: datetime) -> bool:
        """Do what is due; tell whether the center answered all of it and more may wait."""
        self._store.forget_notes(now=now)
        try:
            if self._is_roster_due(now):
                self._store.put_tablets(self._uplink.roster())
                self._roster_at = now
            brought = self._bring(now)
        except NoAnswer:
            self._tell("The center does not answer. What the tablets bring is kept here.")
            return False
        except NotTaken as refusal:
            self._tell(
                f"The center refuses this hub ({refusal.code}). Ask the site's lead; the tablets keep every entry."
            )
            return False
        self._store.forget(now=now)
        self._tell("The center answers.")
        return brought == AT_ONCE

    def _is_roster_due(self, now: datetime) -> bool:
        if self._roster_at is None or now - self._roster_at >= ROSTER_EVERY:
            return True
        stranger_at = self._store.stranger_at()
        came_since = stranger_at is not None and stranger_at > self._roster_at
        return came_since and now - self._roster_at >= ROSTER_AT_ONCE

    def _bring(self, now: datetime) -> int:
        batches = self._store.due(now=now, most=AT_ONCE)
        for batch in batches:
            try:
                receipt = self._uplink.bring(
                    batch.content,
                    device=batch.device,
                    first=batch.first,
                    count=batch.count,
                    head=batch.head,
                    taken_at=batch.taken_at,
                )
            except NotTaken as refusal:
                if refusal.code in NOT_BELIEVED:
                    raise
                self._store.later(batch, now=now)
            else:
                self._store.answered(batch, receipt, now=now)
        return len(batches)

    def _tell(self, words: str) -> None:
        if words != self._said:
            self._said = words
            self._say(words)
