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
select x.id, x.person, x.other, x.dose, %s, x.due_at, x.origin, x.kind, x.site, x.commune, 'open', x.number, x.sealed, x.phone,
       x.confirmed
from unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::uuid[], %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::text[],
            %b::bytea[], %b::bytea[], %b::bytea[], %b::timestamptz[])
     as x(id, person, other, dose, due_at, origin, kind, site, commune, number, sealed, phone, confirmed)
on conflict do nothing returning id
"""
_OPENED = """
insert into mending_step (id, of_case, by, at, what, site, commune, to_site)
select x.id, x.of_case, %s, %s, %s, x.site, x.commune, ''
from unnest(%b::uuid[], %b::uuid[], %b::text[], %b::text[]) as x(id, of_case, site, commune)
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
    """Open a case in the caller's transaction, which reaches its desk; False if it was opened before."""
    return open_cases([told], actor=actor, now=now) == 1


def open_cases(told: Sequence[Opening], *, actor: Actor, now: datetime) -> int:
    """Open cases in the caller's transaction, which reaches their desks; returns how many are new, and the others stay.

    Each goes to the desk of the site or of the commune, and without either to the response center's.
    """
    if not told:
        return 0
    opened = _insert(told, now=now)
    fresh = {uuid7(now): one for one in told if one.id in opened}
    if not fresh:
        return 0
    desks = [_desk(one) for one in fresh.values()]
    database.run(
        _OPENED,
        [
            *(actor.id, now, StepKind.OPENED),
            arrays.uuids(list(fresh)),
            arrays.uuids([one.id for one in fresh.values()]),
            arrays.texts([site for site, _ in desks]),
            arrays.texts([commune for _, commune in desks]),
        ],
    )
    journal.append(
        [
            CaseOpened(id=step, at=now, case=one.id, topic=one.kind.code, origin=one.origin)
            for step, one in fresh.items()
        ],
        actor=actor,
        recorded_at=now,
        persons={step: one.person for step, one in fresh.items() if one.person is not None},
        sites={step: one.site for step, one in fresh.items()},
    )
    return len(fresh)


def _insert(told: Sequence[Opening], *, now: datetime) -> set[UUID]:
    """Keep those of these cases that are new, and return their ids."""
    desks = [_desk(one) for one in told]
    found = database.rows(
        _OPEN,
        [
            now,
            arrays.uuids([one.id for one in told]),
            arrays.uuids([one.person for one in told]),
            arrays.uuids([one.other for one in told]),
            arrays.uuids([one.dose for one in told]),
            arrays.instants([one.due_at for one in told]),
            arrays.texts([one.origin for one in told]),
            arrays.texts([one.kind.code for one in told]),
            arrays.texts([site for site, _ in desks]),
            arrays.texts([commune for _, commune in desks]),
            arrays.binaries([sealing.lookup_hash("complaint", one.number) for one in told]),
            arrays.binaries(
                [
                    sealing.seal("health", now.date(), msgspec.json.encode({"number": one.number}), one.id.bytes)
                    for one in told
                ]
            ),
            arrays.binaries([queries.phone_hash(one.phone) if one.phone else None for one in told]),
            arrays.instants([now if one.confirmed else None for one in told]),
        ],
    )
    return {case for (case,) in found}


def _desk(told: Opening) -> tuple[str, str]:
    """Return site and commune of the desk that a case goes to."""
    return told.site or (NO_SITE if told.commune else CENTER), told.commune or NO_SITE


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
    kinds = {each.id: queries.complaint_kinds()[KINDS[each.about]] for each in asked}
    told = [
        Opening(
            id=each.id,
            kind=kinds[each.id],
            origin=Origin.BOOK,
            number=rules.new_number(),
            due_at=each.asked_at + kinds[each.id].answered_within,
            site=each.site,
            commune=facts[each.person].commune if each.person in facts else "",
            person=each.person,
            dose=each.dose,
        )
        for each in asked
    ]
    opened = open_cases(told, actor=SYSTEM, now=now)
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
    kind = queries.complaint_kinds()[DOUBT]
    told = [
        Opening(
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
        for (low, high), person in sorted(fresh.items())
    ]
    return open_cases(told, actor=SYSTEM, now=now)


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
    kind = queries.complaint_kinds()[AFTER_DEATH]
    told = [
        Opening(
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
        for fact in record.dose_facts(sorted(later - known))
    ]
    return open_cases(told, actor=SYSTEM, now=now)


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
