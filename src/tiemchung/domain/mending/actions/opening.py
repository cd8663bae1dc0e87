"""Opening cases: of a complaint, of what somebody asks about their own data, of a doubt that the platform found."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from tiemchung.domain.access.values import About
from tiemchung.domain.immunization import actions as immunization
from tiemchung.domain.immunization import queries as record
from tiemchung.domain.immunization.values import DoseStatus
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.mending import policy, queries, rules
from tiemchung.domain.mending.events import CaseOpened
from tiemchung.domain.mending.values import (
    AFTER_DEATH,
    CENTER,
    CORRECT,
    DOUBT,
    NO_SITE,
    RESTRICT,
    CaseState,
    ComplaintKind,
    Origin,
    Outcome,
    StepKind,
    joins,
)
from tiemchung.domain.people import actions as people_actions
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.errors import PersonOutOfReach
from tiemchung.domain.people.values import Joined
from tiemchung.kernel.actor import SYSTEM, Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database, sealing

KINDS = {About.NOT_ME: "not-me", About.CORRECT: CORRECT, About.RESTRICT: RESTRICT}
"""As which kind of case a request about own data is worked."""

_OPEN = """
insert into mending_case
(id, person, other, dose, filed_at, due_at, origin, kind, site, commune, state, number_hash, sealed, phone_hash, confirmed_at)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'open', %b, %b, %b, %s) on conflict do nothing
"""
_OPENED = """
insert into mending_step (id, of_case, by, at, what, site, commune, to_site) values (%s, %s, %s, %s, %s, %s, %s, '')
"""


class Asked(NamedTuple):
    """What an account asked about a person of its book; `site` is the dose's, empty where it is about no dose."""

    id: UUID
    person: UUID
    about: About
    dose: UUID | None
    site: str
    asked_at: datetime


class Opening(NamedTuple):
    """What a case begins with: who asks, about what and whom, where, and until when an answer is due.

    `phone` is where the answer goes; `confirmed` where whoever asks is signed in by it.
    """

    id: UUID
    kind: ComplaintKind
    origin: Origin
    number: str
    due_at: datetime
    site: str = ""
    commune: str = ""
    person: UUID | None = None
    other: UUID | None = None
    dose: UUID | None = None
    phone: str = ""
    confirmed: bool = False


def open_case(told: Opening, *, actor: Actor, now: datetime) -> bool:
    """Open a case in the caller's transaction, which reaches its desk; False if it was opened before.

    It goes to the desk of the site or of the commune, and without either to the response center's.
    """
    desk = told.site or (NO_SITE if told.commune else CENTER), told.commune or NO_SITE
    fresh = database.run(
        _OPEN,
        [
            *(told.id, told.person, told.other, told.dose, now, told.due_at, told.origin, told.kind.code, *desk),
            sealing.lookup_hash("complaint", told.number),
            sealing.seal("health", now.date(), msgspec.json.encode({"number": told.number}), told.id.bytes),
            queries.phone_hash(told.phone) if told.phone else None,
            now if told.confirmed else None,
        ],
    )
    if fresh:
        step = uuid7(now)
        database.run(_OPENED, [step, told.id, actor.id, now, StepKind.OPENED, *desk])
        fact = CaseOpened(id=step, at=now, case=told.id, topic=told.kind.code, origin=told.origin)
        journal.append(
            [fact],
            actor=actor,
            recorded_at=now,
            site=told.site,
            persons={} if told.person is None else {step: told.person},
        )
    return fresh == 1


def open_correction(person: UUID, *, actor: Actor, now: datetime) -> UUID:
    """Return the undecided case in which a person is told otherwise, opened here for their ward's desk if there is none.

    Refuses a person beyond reach, and who does not work the cases of that desk.
    """
    facts = people.facts([person]).get(person)
    if facts is None:
        raise PersonOutOfReach
    if not policy.may_mend(actor, site="", commune=facts.commune):
        raise NotPermitted
    standing = database.row(
        "select id from mending_case where person = %s and kind = %s and state <> 'decided' order by filed_at limit 1",
        [person, CORRECT],
    )
    if standing:
        return UUID(str(standing[0]))
    kind = queries.complaint_kinds()[CORRECT]
    told = Opening(
        id=uuid7(now),
        kind=kind,
        origin=Origin.PLATFORM,
        number=rules.new_number(),
        due_at=now + kind.answered_within,
        commune=facts.commune,
        person=person,
    )
    open_case(told, actor=actor, now=now)
    return told.id


def open_requests(asked: Sequence[Asked], *, now: datetime) -> int:
    """Open the cases of what people asked about their own data; returns how many are new. For a session that sees all.

    A dose that somebody says is not theirs is disputed from now on: nothing is signed for it until the case is decided.
    """
    facts = people.facts({each.person for each in asked})
    opened = 0
    for each in asked:
        kind = queries.complaint_kinds()[KINDS[each.about]]
        commune = facts[each.person].commune if each.person in facts else ""
        told = Opening(
            id=each.id,
            kind=kind,
            origin=Origin.BOOK,
            number=rules.new_number(),
            due_at=each.asked_at + kind.answered_within,
            site=each.site,
            commune=commune,
            person=each.person,
            dose=each.dose,
        )
        opened += open_case(told, actor=SYSTEM, now=now)
    immunization.dispute(_in_dispute([each.id for each in asked]), now=now)
    return opened


def open_doubts(met: Mapping[UUID, str], *, now: datetime) -> int:
    """Open a case for each of these persons (by id, with the site where they were met) who shares a number with another.

    One case a pair, whoever of the two is met again; returns how many are new. For a session that sees all.
    """
    pairs = {(min(pair), max(pair)): pair[0] for pair in people.numbers_of_another(met)}
    known = set(
        database.rows(
            "select c.person, c.other from mending_case c join unnest(%b::uuid[], %b::uuid[]) as x(p, o) "
            "on c.person = x.p and c.other = x.o",
            [arrays.uuids([low for low, _ in pairs]), arrays.uuids([high for _, high in pairs])],
        )
    )
    fresh = {pair: person for pair, person in pairs.items() if pair not in known}
    facts = people.facts(set(fresh.values()))
    kind, opened = queries.complaint_kinds()[DOUBT], 0
    for (low, high), person in sorted(fresh.items()):
        told = Opening(
            id=uuid7(now),
            kind=kind,
            origin=Origin.PLATFORM,
            number=rules.new_number(),
            due_at=now + kind.answered_within,
            site=met[person],
            commune=facts[person].commune if person in facts else "",
            person=low,
            other=high,
        )
        opened += open_case(told, actor=SYSTEM, now=now)
    return opened


def open_after_death(persons: Collection[UUID], *, now: datetime) -> int:
    """Open a case for each dose of these persons that is later than the death the register told; returns how many are new.

    Each dose has one, whenever which of the two was told. For a session that sees all.
    """
    dead = people.dead(persons)
    later = {
        (dose.person, dose.id)
        for person, line in record.timelines(dead).items()
        for dose in line
        if dose.given_on is not None and dose.given_on > dead[person] and dose.status is not DoseStatus.VOIDED
    }
    known = set(
        database.rows(
            "select person, dose from mending_case where kind = %s and dose = any(%b::uuid[])",
            [AFTER_DEATH, arrays.uuids(sorted(dose for _, dose in later))],
        )
    )
    kind, opened = queries.complaint_kinds()[AFTER_DEATH], 0
    for fact in record.dose_facts(sorted(later - known)):
        told = Opening(
            id=uuid7(now),
            kind=kind,
            origin=Origin.PLATFORM,
            number=rules.new_number(),
            due_at=now + kind.answered_within,
            site=fact.site,
            commune=fact.commune,
            person=fact.person,
            dose=fact.id,
        )
        opened += open_case(told, actor=SYSTEM, now=now)
    return opened


def follow_decisions(cases: Sequence[UUID], *, now: datetime) -> None:
    """Let the two persons of each of these cases be one, or two, as the case stands now. For a session that sees all."""
    found = database.rows(
        "select id, person, other, kind, state, outcome from mending_case "
        "where id = any(%b::uuid[]) and person is not null and other is not null order by id",
        [arrays.uuids(sorted(set(cases)))],
    )
    links = people.joined([(person, other) for _, person, other, *_ in found])
    wanted: list[Joined] = []
    ended: list[Joined] = []
    for case, person, other, kind, state, outcome in found:
        pair = Joined(person=person, other=other, decision=case)
        one = state == CaseState.DECIDED and joins(kind, Outcome(outcome))
        if one != ((person, other) in links):
            (wanted if one else ended).append(pair)
    people_actions.join(wanted, now=now)
    people_actions.part(ended, now=now)


def _in_dispute(cases: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
    """Return the doses, by person, that these cases dispute. Read afresh: one that is decided disputes no more."""
    return database.rows(
        "select person, dose from mending_case "
        "where id = any(%b::uuid[]) and kind = %s and state <> 'decided' and dose is not null order by 1, 2",
        [arrays.uuids(list(cases)), KINDS[About.NOT_ME]],
    )
