"""A site's day from its opening to the lead's signature, and a waiting room whose chairs are somebody else's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tiemchung.kernel import wire
from tiemchung_world.desk import write_down
from tiemchung_world.shift.course import Course
from tiemchung_world.shift.writing import MINUTE, Visit, unix_ms
from tiemchung_world.turnout import Seen, Turnout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tiemchung_world.campaign import Campaign, Site
    from tiemchung_world.tablet import Tablet

_LAST_CALL: Final = 75 * MINUTE
"""How long before closing the last person comes: screening, dose and observation must still fit."""
_EARLY, _LATE = 15 * MINUTE, 25 * MINUTE
"""How far people come before and after the time that they were called for; ours."""
_SCREENED_WITHIN: Final = 20 * MINUTE
"""From arrival to the end of the screening, at most."""


class Shift(Course):
    """A day at a site, worked off in steps of the clock."""

    def __init__(
        self, campaign: Campaign, site: Site, *, day: int, tablets: list[Tablet], turnout: Turnout | None = None
    ) -> None:
        self._turnout = Turnout(campaign.plan) if turnout is None else turnout
        super().__init__(campaign, site, day=day, tablets=tablets, session=self._turnout.session(day, site.index))
        self._rows = self._turnout.rows(day, site.index)
        self._arrivals = self._draw_arrivals()
        self._received = 0
        self._labels_guessed = 0
        if len(self._rows):
            self._write(
                self._opens_ms,
                self.lead_tablet,
                "lead",
                {"kind": "session-opened", "campaign_session": self._campaign_session, "reason": None},
            )

    @property
    def lead_tablet(self) -> Tablet:
        """Return the tablet on which the lead closes the day."""
        return self._desks[0]

    @property
    def comers(self) -> int:
        """Return how many people come on this day."""
        return len(self._rows)

    def work(self, until_ms: int) -> None:
        """Let everything happen that happens before this instant."""
        first = self._received
        while self._received < len(self._arrivals) and self._arrivals[self._received] < until_ms:
            self._received += 1
        if first < self._received:
            self._receive(first, self._received)
        self._settle(until_ms)

    def close(self, at_ms: int) -> None:
        """Throw away what is left in the vials, count the slips, send back what is sealed, end the campaign session."""
        if not len(self._rows):
            return
        for chair in self._chairs:
            for vial in chair.open.values():
                if vial.left > 0 and self._rng.random() >= self._shares.unwritten_waste:
                    wasted = {"kind": "vial-wasted", "lot": vial.lot, "vial": vial.id, "doses": vial.left}
                    self._write(at_ms, chair.tablet, chair.vaccinator, wasted | {"reason": "end-of-day"})
            chair.open.clear()
        if self._rng.random() < self._shares.returned:
            self._send_back(at_ms)
        slips = {"kind": "counted", "what": "slips", "lot": None, "quantity": self._received}
        self._write(at_ms + MINUTE, self.lead_tablet, "check-in", slips)
        closed = {"kind": "session-closed", "campaign_session": self._campaign_session, "reason": None, "lines": None}
        self._write(at_ms + 2 * MINUTE, self.lead_tablet, "lead", closed)
        self._close_at(at_ms)

    def explain(self, unexplained: dict[str, Any], at_ms: int) -> int:
        """Write down what the lead finds out about lines that do not add up; return how many entries that took."""
        for vial in unexplained["vials"]:
            wasted = {"kind": "vial-wasted", "lot": vial["lot"], "vial": vial["vial"], "doses": vial["doses"]}
            self._write(at_ms, self.lead_tablet, "lead", wasted | {"reason": "not-written-down"})
        for draws in unexplained["draws"]:
            self._labels_guessed += 1
            vial_id = f"{self.site.code[3:]}.{self.day:02d}L{self._labels_guessed:03d}"
            opened = {"kind": "vial-opened", "lot": draws["lot"], "vial": vial_id, "doses": draws["doses"]}
            self._write(at_ms, self.lead_tablet, "lead", opened | {"reason": "vial-not-noted"})
        written = len(self._pending)
        self._close_at(at_ms)
        return written

    def attest(
        self, lines_hash: bytes, at_ms: int, *, origin: str, differences: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        """Have the lead say why lines differ, and sign those of this day with their own passkey, on a page of this origin."""
        (lead,) = self.site.who("lead")
        if lead.passkey is None:
            raise ValueError(f"{lead.login} has no passkey")
        challenge = wire.day_challenge(site=self.site.code, day=self.date, lines_hash=lines_hash)
        attested = {
            "kind": "attested",
            "day": self.date.isoformat(),
            "lines_hash": lines_hash.hex(),
            "doses": [],
            "explained": [{**one, "reason": "looked into"} for one in differences],
            "proof": lead.passkey.answer(challenge, origin=origin).as_proof(),
        }
        self._write(at_ms, self.lead_tablet, lead.id, attested)
        self._close_at(at_ms)

    def _draw_arrivals(self) -> list[int]:
        """Let people come evenly over the day, and who is called about the time that they were told."""
        opens, count = self._opens_ms, len(self._rows)
        span = unix_ms(self.date, self._phase.site.closes) - _LAST_CALL - opens
        arrivals = [opens + MINUTE + int((index + self._rng.random()) / count * span) for index in range(count)]
        for index, visit in enumerate(self._rows.tolist()):
            call = self._turnout.calls.get(visit)
            if call is not None:
                at = call.starts_ms + self._rng.randrange(-_EARLY, _LATE)
                arrivals[index] = min(max(at, opens + MINUTE), opens + span)
        order = sorted(range(count), key=lambda index: (arrivals[index], index))
        self._rows = self._rows[order]
        return [arrivals[index] for index in order]

    def _receive(self, first: int, last: int) -> None:
        plan, turnout = self._campaign.plan, self._turnout
        rows = self._rows[first:last]
        records = plan.visits.record[rows]
        numbers = plan.visits.number[rows].tolist()
        blocks = self._blocks(rows)
        for index, (row, record) in enumerate(zip(rows.tolist(), records.tolist(), strict=True)):
            place = first + index
            visit = Visit(
                id=self._mint.id(self._arrivals[place]),
                person=turnout.person(row),
                truth=plan.truth(record),
                arrived_ms=self._arrivals[place],
                desk=self._desks[place % len(self._desks)],
                chair=self._chairs[place % len(self._chairs)],
                product=turnout.product(row),
                number=numbers[index],
                call=turnout.calls.get(row),
            )
            self._welcome(visit, block=blocks.get(index), ticket=place + 1)
            if visit.number > 0:
                turnout.note_dose(row, Seen(site=self.site.code, visit=visit.id))

    def _blocks(self, rows: NDArray[np.int64]) -> dict[int, dict[str, Any]]:
        """Write down everybody whom the tablet does not know yet: who is called stands in its bundle."""
        plan, calls = self._campaign.plan, self._turnout.calls
        known = plan.visits.met[rows] | np.array([row in calls for row in rows.tolist()], dtype=bool)
        unmet = np.flatnonzero(~known)
        who = plan.persons[plan.person_of[plan.visits.record[rows][unmet]]]
        blocks = write_down(plan.people, who, slips=self._phase.slips, groups=self._phase.groups, rng=self._rng)
        return dict(zip(unmet.tolist(), blocks, strict=True))

    def _send_back(self, at: int) -> None:
        product = self._rng.randrange(len(self._phase.products))
        lot = self._campaign.lot(product=product, site=self.site.index, day=self.day)
        returned = {"kind": "vial-returned", "lot": lot.number, "vial": None, "doses": lot.product.doses_per_vial}
        self._write(at, self.lead_tablet, "lead", returned | {"reason": "not-needed"})


class WaitingRoom(Shift):
    """A site whose chairs are left to somebody else: people are received and screened, and wait for their dose."""

    def __init__(
        self, campaign: Campaign, site: Site, *, day: int, tablets: list[Tablet], turnout: Turnout | None = None
    ) -> None:
        super().__init__(campaign, site, day=day, tablets=tablets, turnout=turnout)
        self._waiting: list[Visit] = []
        self._comers = len(self._arrivals)
        self._arrivals = []

    @property
    def brought(self) -> int:
        """Return how many people were received so far who are due a dose."""
        return len(self._waiting)

    @property
    def deferred(self) -> int:
        """Return how many people were received and sent home by the screening."""
        return self._received - self.brought

    def bring(self, people: int, at_ms: int) -> None:
        """Receive and screen so many more people now, as long as anybody is left who was called for this day."""
        wanted = self.brought + people
        while self.brought < wanted and self._received < self._comers:
            self._arrivals.append(at_ms - _SCREENED_WITHIN)
            self._receive(self._received, self._received + 1)
            self._received += 1
        self._settle(at_ms)

    def work(self, until_ms: int) -> None:
        """Write what is due; nobody comes by themselves."""
        self._settle(until_ms)

    def _dose(self, visit: Visit, ready_ms: int) -> None:
        del ready_ms
        self._waiting.append(visit)
