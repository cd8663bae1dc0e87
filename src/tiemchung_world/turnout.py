"""Who comes to which site on which day: as the plan drew it, unless the platform calls people otherwise.

Whoever is on a ward's list waits to be called and comes to the session to which the platform calls them, or stays away.
Who is on no list, or whose row was not taken, comes uncalled on the day of the plan. Who was never called, or did not
come when they were, comes on the last day.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from tiemchung_world.plan import Plan


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One person's place in a session, as the tablets of the site know it; `person` is the platform's id."""

    appointment: str
    person: str
    session: str
    starts_ms: int
    product: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """Where somebody who is watched got a dose: the site's code and the visit's id."""

    site: str
    visit: str


class Turnout:
    """The plan's visits with what became of them."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.calls: dict[int, Call] = {}
        """The call by which a visit takes place."""
        self._waiting = np.zeros(len(plan.visits), dtype=bool)
        self._called: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        self._came = np.zeros(len(plan.visits), dtype=bool)
        self._seen: dict[int, Seen | None] = {}
        self._sessions: dict[tuple[int, int], tuple[str, int]] = {}

    def wait(self, visits: NDArray[np.int64]) -> None:
        """Let the people of these visits wait until they are called."""
        self._waiting[visits] = True

    def is_waiting(self, visit: int) -> bool:
        """Tell whether the person of a visit waits to be called at all."""
        return bool(self._waiting[visit])

    def waits(self, visit: int) -> bool:
        """Tell whether the person of a visit still waits for a call that they follow."""
        return bool(self._waiting[visit]) and not self._came[visit]

    def stay_away(self, visit: int) -> None:
        """Let somebody not come at all."""
        self._came[visit] = True

    def watch(self, visit: int) -> None:
        """Remember where this visit takes place."""
        self._seen[visit] = None

    def note_dose(self, visit: int, seen: Seen) -> None:
        """Hear where somebody got a dose; kept of those who are watched."""
        if visit in self._seen:
            self._seen[visit] = seen

    def seen(self, visit: int) -> Seen | None:
        """Return where somebody who is watched got a dose."""
        return self._seen.get(visit)

    def plan_session(self, day: int, site: int, session: str, product: int) -> None:
        """Remember which campaign session a site's day is, and with which product."""
        self._sessions[day, site] = session, product

    def session(self, day: int, site: int) -> str | None:
        """Return the campaign session that was planned for a site's day."""
        planned = self._sessions.get((day, site))
        return None if planned is None else planned[0]

    def session_product(self, day: int, site: int) -> int:
        """Return the product of the session that was planned for a site's day."""
        return self._sessions[day, site][1]

    def follow(self, day: int, site: int, calls: Iterable[tuple[int, Call]]) -> None:
        """Let these visits take place at a site on a day, as their people were called."""
        for visit, call in calls:
            self.calls[visit] = call
            self._called[day, site].append(visit)
            self._came[visit] = True

    def rows(self, day: int, site: int) -> NDArray[np.int64]:
        """Return the visits of a site's day: those called, and those who come by themselves."""
        planned = self.plan.at(day, site)
        own = np.arange(planned.start, planned.stop)
        own = own[~self._waiting[own]]
        late = self._latecomers(site) if day == len(self.plan.days) - 1 else np.empty(0, dtype=np.int64)
        return np.concatenate([own, np.array(self._called.get((day, site), ()), dtype=np.int64), late])

    def _latecomers(self, site: int) -> NDArray[np.int64]:
        return np.flatnonzero(self._waiting & ~self._came & (self.plan.visits.site == site))

    def product(self, visit: int) -> int:
        """Return the product of a visit: that of the session to which somebody was called."""
        call = self.calls.get(visit)
        return int(self.plan.visits.product[visit]) if call is None else call.product

    def person(self, visit: int) -> str:
        """Return under which id the site knows whoever comes."""
        call = self.calls.get(visit)
        return self.plan.record_ids[int(self.plan.visits.record[visit])] if call is None else call.person
