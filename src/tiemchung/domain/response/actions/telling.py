"""Appending this room's own facts at the sites they are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from tiemchung.domain.journal import actions as journal
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.kernel.events import Event
from tiemchung.plumbing.rowsecurity import reaching


def tell(events: Sequence[Event], *, actor: Actor, now: datetime) -> None:
    """Append facts, each at its own site. Who watches the whole country reaches no rows of a site by itself."""
    by_site: defaultdict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_site[event.site or ""].append(event)
    for site, told in sorted(by_site.items()):
        with reaching(Reach(sites=frozenset({site} - {""}))):
            journal.append(told, actor=actor, recorded_at=now, site=site)
