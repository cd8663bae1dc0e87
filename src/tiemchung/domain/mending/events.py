"""Facts of mending."""

from __future__ import annotations

from tiemchung.kernel.events import Event


class ComplaintReceived(Event, frozen=True, kw_only=True):
    """Somebody says that something is wrong. Who and what lie sealed in the complaint, not in the journal."""

    topic: str
