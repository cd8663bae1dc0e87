"""Doses by the rule book: as they stand, and as they would stand if two persons were one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tiemchung.domain.immunization import policy, rules
from tiemchung.domain.immunization.queries.record import timelines
from tiemchung.domain.immunization.values import DoseIfJoined, DoseStatus, HistoryDose
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import PersonFacts
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.vaccines.rules import judge
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted


def by_book(
    doses: Sequence[tuple[HistoryDose, Sequence[HistoryDose], PersonFacts | None]],
) -> list[list[str]]:
    """Judge each dose by the rule book, among the human being's doses and by what is known of the person.

    One with no known day cannot be judged.
    """
    codes: list[list[str]] = [[] for _ in doses]
    dated = [number for number, (dose, _, _) in enumerate(doses) if dose.given_on is not None]
    if not dated:
        return codes
    proposed = [rules.proposed(*doses[number]) for number in dated]
    book = vaccines.rule_book(max(one.given_on for one in proposed))
    for number, found in zip(dated, judge(proposed, book), strict=True):
        if found:
            codes[number] = [finding.code for finding in found]
    return codes


def worse_if_joined(pairs: Sequence[tuple[UUID, UUID]]) -> list[bool]:
    """Tell of each pair of human beings whether a dose would be judged worse among the other's, or cannot be judged there.

    For a session that sees every dose. Yes or no, nothing of whom: nothing is logged.
    """
    lines = {
        person: [dose for dose in line if dose.status is not DoseStatus.VOIDED]
        for person, line in timelines({person for pair in pairs for person in pair}).items()
    }
    asked = [pair for pair in pairs if lines[pair[0]] and lines[pair[1]]]
    facts = people.facts({dose.person for pair in asked for person in pair for dose in lines[person]})
    alone: list[tuple[HistoryDose, Sequence[HistoryDose], PersonFacts | None]] = []
    beside: list[tuple[HistoryDose, Sequence[HistoryDose], PersonFacts | None]] = []
    whose: list[tuple[UUID, UUID]] = []
    for pair in asked:
        both = sorted({dose.id: dose for person in pair for dose in lines[person]}.values(), key=rules.order)
        for person in pair:
            for dose in lines[person]:
                alone.append((dose, lines[person], facts.get(dose.person)))
                beside.append((dose, both, facts.get(dose.person)))
                whose.append(pair)
    worse = {pair for pair in asked if any(dose.given_on is None for person in pair for dose in lines[person])}
    # What has no known day is judged nowhere; by_book would refuse to count from it.
    places = [place for place, pair in enumerate(whose) if pair not in worse]
    before, after = (by_book([told[place] for place in places]) for told in (alone, beside))
    worse |= {
        whose[place] for place, one, other in zip(places, before, after, strict=True) if Counter(other) - Counter(one)
    }
    return [pair in worse for pair in pairs]


def if_joined(
    persons: Sequence[UUID], *, purpose: Purpose, actor: Actor, viewed_at: datetime, site: str = ""
) -> list[DoseIfJoined]:
    """Return the doses of these persons on one line, as they would be numbered and judged if all were one human being.

    Doses of every site, without the site and the lot; those that were voided are left out. The view is logged.
    """
    if not policy.may_see_history(actor, persons):
        raise NotPermitted(actor=actor.name)
    lines = timelines(persons)
    journal.log_views(list(persons), actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
    whose = {dose.id: person for person in persons for dose in lines[person]}
    line = list({dose.id: dose for each in lines.values() for dose in each}.values())
    standing = sorted((dose for dose in line if dose.status is not DoseStatus.VOIDED), key=rules.order)
    facts = people.facts(persons)
    numbers = rules.ranks(standing)
    found = by_book([(dose, standing, facts.get(dose.person)) for dose in standing])
    return [
        DoseIfJoined(
            person=whose[dose.id],
            occurred_at=dose.occurred_at,
            given_on=dose.given_on,
            product=dose.product,
            dose_number=numbers[dose.id],
            findings=codes,
        )
        for dose, codes in zip(standing, found, strict=True)
    ]
