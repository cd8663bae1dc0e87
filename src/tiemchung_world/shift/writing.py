"""Entries that are going to be written: each at its instant, on its tablet, by its writer."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tiemchung_world.mint import Mint
from tiemchung_world.phase import Phase, Shares, instant

if TYPE_CHECKING:
    from tiemchung_world.campaign import Campaign, Site
    from tiemchung_world.tablet import Tablet
    from tiemchung_world.turnout import Call

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND


@dataclass(kw_only=True, slots=True)
class Vial:
    """An open vial: doses still in it by the label, and beyond the label."""

    id: str
    lot: str
    left: int
    spare: int


@dataclass(kw_only=True, slots=True)
class Chair:
    """A tablet at a chair with its vaccinators, the vials that stand open there and the instant it is free again."""

    number: int
    tablet: Tablet
    vaccinator: str
    second: str
    free_ms: int = 0
    vials_opened: int = 0
    open: dict[int, Vial] = field(default_factory=dict)


@dataclass(kw_only=True, slots=True, frozen=True)
class Visit:
    """One person's visit: `person` is the record the site knows, `truth` the true person behind it."""

    id: str
    person: str
    truth: str
    arrived_ms: int
    desk: Tablet
    chair: Chair
    product: int
    number: int
    call: Call | None = None


class Writing(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that is going to be written at its instant, on its tablet, by its writer."""

    true_ms: int
    tablet: Tablet
    entry: dict[str, Any]
    staff: str
    person: str | None
    truth: str | None


class Pages:
    """What a site writes on one day, and the chance by which that day goes."""

    def __init__(self, campaign: Campaign, site: Site, *, day: int) -> None:
        plan = campaign.plan
        self.site = site
        self.day = day
        self._campaign = campaign
        self._rng = random.Random(f"shift/{plan.seed}/{plan.run}/{site.code}/{day}")
        self._mint = Mint("entry", plan.seed, plan.run, site.code, day)
        self._staff = {one.role: one.id for one in site.staff}
        self._pending: list[Writing] = []

    @property
    def date(self) -> date:
        """Return the business day."""
        return self._campaign.plan.days[self.day]

    @property
    def _phase(self) -> Phase:
        return self._campaign.plan.phase

    @property
    def _shares(self) -> Shares:
        return self._campaign.plan.phase.shares

    @property
    def _before_phase(self) -> bool:
        return self.day < self._campaign.plan.days_before

    @property
    def _opens_ms(self) -> int:
        return unix_ms(self.date, self._phase.site.opens)

    def _note(self, visit: Visit, true_ms: int, tablet: Tablet, writer: str, entry: dict[str, Any]) -> str:
        """Write an entry of a visit: its visit and person are added."""
        whole = entry | {"visit": visit.id, "person": visit.person}
        return self._write(true_ms, tablet, writer, whole, about=visit)

    def _write(
        self, true_ms: int, tablet: Tablet, writer: str, entry: dict[str, Any], *, about: Visit | None = None
    ) -> str:
        """Have an entry written at its instant by somebody, told by role or id; return the entry's id."""
        entry["id"] = self._mint.id(true_ms)
        self._pending.append(
            Writing(
                true_ms=true_ms,
                tablet=tablet,
                entry=entry,
                staff=self._staff.get(writer, writer),
                person=None if about is None else about.person,
                truth=None if about is None else about.truth,
            )
        )
        identifier: str = entry["id"]
        return identifier

    def _settle(self, until_ms: int) -> None:
        """Put onto the tablets' chains, in the order of the true time, what has happened by now."""
        self._pending.sort(key=lambda writing: writing.true_ms)
        happened = sum(writing.true_ms <= until_ms for writing in self._pending)
        for writing in self._pending[:happened]:
            writing.tablet.write(
                writing.entry,
                true_ms=writing.true_ms,
                staff=writing.staff,
                person=writing.person,
                truth=writing.truth,
            )
        del self._pending[:happened]

    def _close_at(self, at_ms: int) -> None:
        """Settle everything still to be written, however long the last chair took."""
        self._settle(max([at_ms, *(writing.true_ms for writing in self._pending)]))


def unix_ms(day: date, hour: str) -> int:
    """Return an hour of a day in Viet Nam in milliseconds since 1970."""
    return int(instant(day, hour).timestamp() * 1000)
