"""Reading the record of a human being: the doses wherever given, and what may follow them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from tiemchung.domain.immunization import policy
from tiemchung.domain.immunization.engine import SHOWN, dose_shown
from tiemchung.domain.immunization.values import (
    DoseShown,
    DoseStatus,
    HistoryDose,
    Prospect,
)
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people import queries as people
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.vaccines.values import Ahead, Prior, Proposed
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database

_TIMELINES = "select * from immunization_timelines(%b::uuid[])"
"""The doses of each person's every row, and a row without doses where a link leads to one."""


def timelines(persons: Collection[UUID]) -> Mapping[UUID, list[HistoryDose]]:
    """Return for each person the doses of that human being, wherever given, for the rules. No site, no lot: nothing is logged."""
    lines: dict[UUID, list[HistoryDose]] = {person: [] for person in persons}
    found = database.rows(_TIMELINES, [arrays.uuids(list(lines))])
    if not found:
        return lines
    doses: dict[UUID, dict[UUID, HistoryDose]] = defaultdict(dict)
    same: dict[UUID, set[UUID]] = defaultdict(set)
    for root, row, dose, occurred_at, given_on, product, number, told, findings, status, province in found:
        same[root].add(row)
        if dose is not None:
            doses[row][dose] = HistoryDose(
                person=row,
                id=dose,
                occurred_at=occurred_at,
                given_on=given_on,
                product=product,
                dose_number=number,
                told=told,
                findings=findings,
                status=DoseStatus(status),
                province=province or None,
            )
    # Rows of one human being share one list: a dose put on it stands before all of them.
    shared: dict[frozenset[UUID], list[HistoryDose]] = {}
    for root, linked in same.items():
        human = frozenset(linked | {root})
        if human not in shared:
            shared[human] = [dose for row in sorted(human) for dose in doses[row].values()]
        lines[root] = shared[human]
    return lines


def told_anywhere(
    persons: Sequence[UUID], *, purpose: Purpose, actor: Actor, viewed_at: datetime, site: str = ""
) -> Mapping[UUID, list[HistoryDose]]:
    """Return the doses of these human beings wherever given, for whoever serves them: product and day, no site and no lot.

    The view is logged. Refuses an actor who serves nobody (`not-permitted`).
    """
    if not policy.may_ask_for_doses(actor, persons):
        raise NotPermitted(actor=actor.name)
    journal.log_views(sorted(persons), actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
    return {
        person: sorted(line, key=lambda dose: (dose.occurred_at, dose.id))
        for person, line in timelines(persons).items()
    }


def prospects(wanted: Mapping[UUID, str | None], *, on: date, site: str, purpose: Purpose) -> dict[UUID, Prospect]:
    """Return for each person the doses of that human being and whether they may have a product at a site on a day.

    As the book stands, and as the site's province has decided: a dose given there is judged so.

    `wanted` names the product; without one nothing is judged. For a list that a tablet takes along: products and days, no
    site and no lot; whoever names the persons logs the view.
    """
    del purpose
    lines, known = timelines(wanted), people.facts(wanted)
    province = _province_at(site)
    standing = {
        person: sorted(
            (dose for dose in line if dose.status is not DoseStatus.VOIDED and dose.given_on is not None),
            key=lambda dose: (dose.occurred_at, dose.id),
        )
        for person, line in lines.items()
    }
    proposed = {}
    for person, product in wanted.items():
        facts = known.get(person)
        if product is None or facts is None:
            continue
        proposed[person] = Proposed(
            product=product,
            given_on=on,
            born_earliest=facts.born_from,
            born_latest=facts.born_to,
            province=province,
            prior=[Prior(dose.product, dose.given_on) for dose in standing[person] if dose.given_on is not None],
        )
    found = dict(zip(proposed, vaccines.judged(list(proposed.values()), on=on), strict=True))
    return {
        person: Prospect(
            doses=doses,
            reasons=None if person not in found else [finding.code for finding in found[person]],
            from_on=vaccines.earliest_on(proposed[person]) if found.get(person) else None,
        )
        for person, doses in standing.items()
    }


def _province_at(site: str) -> str | None:
    return places.provinces_of([site]).get(site)


def _province_of(commune: str) -> str | None:
    lives_in = places.unit(Era.Y2021, commune)
    return lives_in.province if lives_in else None


def ahead(person: UUID, *, purpose: Purpose, actor: Actor, viewed_at: datetime, site: str = "") -> list[Ahead]:
    """Return the next dose of a human being by every dose wherever given; nothing for somebody of whom nothing is known.

    It is judged as one given at the `site`; without one, in the province where they live. The view is logged. Refuses an
    actor who serves nobody (`not-permitted`).
    """
    doses = told_anywhere([person], purpose=purpose, actor=actor, viewed_at=viewed_at)[person]
    known = people.facts([person]).get(person)
    if known is None:
        return []
    return vaccines.ahead(
        Proposed(
            product="",
            given_on=business_day(viewed_at),
            born_earliest=known.born_from,
            born_latest=known.born_to,
            province=_province_at(site) if site else _province_of(known.commune),
            prior=[
                Prior(product=dose.product, given_on=dose.given_on)
                for dose in doses
                if dose.status is not DoseStatus.VOIDED and dose.given_on is not None
            ],
        )
    )


_SHOWN = f"""
select {SHOWN}
from immunization_dose where person_id = any(%b::uuid[]) order by occurred_at, id
"""


def history(
    persons: Sequence[UUID], *, purpose: Purpose, actor: Actor, viewed_at: datetime, site: str = ""
) -> Mapping[UUID, list[DoseShown]]:
    """Return the doses of each of these human beings that the session reaches, oldest first. The view is logged.

    Refuses an actor who serves nobody (`not-permitted`).
    """
    if not policy.may_see_history(actor, persons):
        raise NotPermitted(actor=actor.name)
    linked = people.ids_of_many(persons)
    rows = sorted(set().union(*linked.values())) if linked else []
    journal.log_views(rows, actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
    shown: defaultdict[UUID, list[DoseShown]] = defaultdict(list)
    for row in database.rows(_SHOWN, [arrays.uuids(rows)]):
        shown[row[1]].append(dose_shown(row))
    return {
        person: sorted((dose for one in same for dose in shown[one]), key=lambda dose: (dose.occurred_at, dose.id))
        for person, same in linked.items()
    }
