"""Who on record it may be whom the first desk has written down: looked up by what the form tells, for a reason and counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from tiemchung.domain.access import actions as access
from tiemchung.domain.access.errors import LookUpsSpent
from tiemchung.domain.access.values import ShownHow
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import Card, PersonBlock, PersonShown, Step
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.domain.visits.values import How
from tiemchung.faces.station.pages import desk as pages
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.time import clock

LOOKED_UP = "looked_up"
_NUMBERS = UUID("0190b3f6-7f34-7cc2-8d53-2f6a6f0d9b12")


@dataclass(frozen=True, kw_only=True)
class Met:
    """Who came is `person`, found by a step; or may be one of those whom this desk knows, for it to say; or somebody new."""

    person: UUID | None = None
    step: Step | None = None
    shown: Mapping[UUID, PersonShown] = field(default_factory=dict)


def mark_of(card: Card | None) -> dict[str, str]:
    """Return what a signed form says of the number for which its look-up was counted: nothing where there was none."""
    return {} if card is None else {LOOKED_UP: str(_mark(card.number))}


def meet(told: pages.Arrival, *, ids: Mapping[str, UUID], reason: str, actor: Actor, site: str) -> Met:
    """Look up whom the form tells of. Without a reason, or beyond the day's budget, nobody is: they are written down as new.

    `ids` are those of the signed form, whatever else it says: a number that was counted is not counted again.

    Whom only a word identifies is never found: else a stranger's name or number, told at a desk, would open the stranger's
    record. Somebody whom another place wrote is opened for this visit alone, and told by message.
    """
    if reason not in pages.REASONS or not _counted(told, looked_up=ids.get(LOOKED_UP), actor=actor):
        return Met()
    purpose, now = pages.REASONS[reason][0], clock().now()
    (found,) = people.look_up([told.block], purpose=purpose, actor=actor, viewed_at=now, site=site)
    rows = frozenset(found.alike if found.person is None else (found.person,))
    shown = of_this_desk(rows, site=site, actor=actor, purpose=purpose)
    if found.person is None or told.how is How.TOLD:
        return Met(shown=shown)
    if found.person not in shown:
        how = ShownHow.NUMBER if found.step is Step.NUMBER else ShownHow.NAME
        access.open_as_told([found.person], how=how, visit=ids["visit"], by=actor, site=site, now=now)
    return Met(person=found.person, step=found.step, shown=shown)


def meet_on_paper(told: PersonBlock, *, how: How, site: str, day: date, actor: Actor) -> Met:
    """Look up whom a paper slip of a site's day tells of, among those whom the site knows or who were called to it then.

    By the rule of the desk; but nobody stands here, so that nobody of another place is opened. Beyond the day's budget nobody
    is looked up: they are written down as new, and whoever is on record twice is found at night.
    """
    purpose, now = Purpose.CARE, clock().now()
    try:
        access.count_look_up(actor)
    except LookUpsSpent:
        return Met()
    (found,) = people.look_up([told], purpose=purpose, actor=actor, viewed_at=now, site=site)
    rows = frozenset(found.alike if found.person is None else (found.person,))
    shown = of_this_desk(rows, site=site, actor=actor, purpose=purpose, day=day)
    if found.person is None or found.person not in shown or how is How.TOLD:
        return Met(shown=shown)
    return Met(person=found.person, step=found.step, shown=shown)


def of_this_desk(
    persons: frozenset[UUID], *, site: str, actor: Actor, purpose: Purpose, day: date | None = None
) -> dict[UUID, PersonShown]:
    """Return those of these persons whom the site knows, or who are called to it on a day, today unless another is told."""
    now = clock().now()
    asking: dict[str, Any] = {"purpose": purpose, "actor": actor, "viewed_at": now, "site": site}
    called = scheduling.expected_among(persons, day=day or business_day(now), **asking)
    shown = {one.person.person: one.person for one in called if one.person is not None}
    return people.persons(sorted(persons), **asking) | shown


def _counted(told: pages.Arrival, *, looked_up: UUID | None, actor: Actor) -> bool:
    """Count this look-up, unless it is about the number that was looked up before the form was drawn."""
    if looked_up is not None and [_mark(one.value) for one in told.block.identifiers[:1]] == [looked_up]:
        return True
    try:
        access.count_look_up(actor)
    except LookUpsSpent:
        return False
    return True


def _mark(number: str) -> UUID:
    return uuid5(_NUMBERS, number)
