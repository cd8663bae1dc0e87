"""How a case ends: proposed, agreed to or not, decided, and what is done by that to the person and the dose."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from tiemchung.domain.access import actions as access_actions
from tiemchung.domain.access import policy as access_policy
from tiemchung.domain.immunization import actions as immunization
from tiemchung.domain.immunization import queries as record
from tiemchung.domain.immunization.values import DoseStatus
from tiemchung.domain.mending import policy, queries
from tiemchung.domain.mending.actions.desk import (
    Locked,
    at_their_desks,
    keep_step,
    locked,
    newest_proposal,
    was_taken,
    words_of,
)
from tiemchung.domain.mending.errors import (
    MendWaits,
    NoDoseTied,
    NothingProposed,
    NotTheCasesOwner,
    OutcomeUnknown,
    OwnWork,
    RejectReasonUnknown,
    SecondPersonNeeded,
    TiedDoseVoided,
)
from tiemchung.domain.mending.events import CaseDecided, CaseDisagreed, CaseProposed
from tiemchung.domain.mending.values import (
    AFTER_DEATH,
    CENTER,
    CORRECT,
    LETTERS,
    MISSING,
    NO_SITE,
    OUTCOMES,
    OUTCOMES_OF_DOSES,
    RESTRICT,
    CaseState,
    Origin,
    Outcome,
    StepKind,
    joins,
)
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices.values import Channel, Message
from tiemchung.domain.people import actions as people
from tiemchung.domain.people.errors import CorrectionUnreadable
from tiemchung.domain.people.values import PersonCorrection
from tiemchung.domain.visits import queries as visits
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.kernel.dates import PartialDate
from tiemchung.plumbing import database, sealing
from tiemchung.plumbing.rowsecurity import opening, reaching


class Decided(NamedTuple):
    """What a decision asks of whoever records facts: the dose, with its site, that was found not to be the person's."""

    void: UUID
    site: str


def decide(
    case: UUID,
    *,
    step: UUID,
    outcome: Outcome,
    text: str,
    actor: Actor,
    now: datetime,
    correction: PersonCorrection | None = None,
    reason: str = "",
) -> Decided | None:
    """Say how a case ends. Of a kind that two persons decide, the first only proposes.

    Only its owner does (`not-the-cases-owner`), never who gave or typed the dose (`own-work`), and not without words: of
    what was asked in a book they are the answer. Returns what is to be voided, if the decision says so. Upheld, a request
    to correct a person needs the `correction`, which is made with it, and one to restrict restricts. That a dose was mended is
    not told while it waits for a second person (`mend-waits`), and of a missing one not before the case is tied to a dose that
    stands (`no-dose-tied`, `tied-dose-voided`).
    """
    words = words_of(text)
    if reason and (reason not in queries.reject_reasons() or outcome is Outcome.UPHELD):
        raise RejectReasonUnknown(reason=reason)
    with at_their_desks(actor):
        found = locked(case, actor=actor, step=step)
        if was_taken(step, case):
            return None
        if found.owner != actor.id or actor.id is None:
            raise NotTheCasesOwner(case=case)
        _may_judge(found, outcome, actor=actor)
        if found.state is CaseState.PROPOSED:
            raise SecondPersonNeeded(case=case)
        _insist_in_force(found, outcome)
        if outcome is Outcome.UPHELD and found.kind == CORRECT and found.person is not None:
            # Asked of whoever proposes it, not of the second person: only they can write it otherwise.
            _insist_possible(found.person, correction or PersonCorrection(), now=now)
        database.run("update mending_case set reason = %s where id = %s", [reason or None, case])
        kind = queries.complaint_kinds()[found.kind]
        if policy.deciders(kind, correction, counts_change=_counts_change(found, outcome)) > 1:
            database.run(
                "update mending_case set state = %s, outcome = %s, proposed_by = %s, proposed = %s where id = %s",
                [CaseState.PROPOSED, outcome, actor.id, _sealed(correction, case, now=now), case],
            )
            fact = CaseProposed(id=step, at=now, case=case, outcome=outcome)
            keep_step(found, step, StepKind.PROPOSED, fact, by=actor, now=now, text=words, outcome=outcome)
            return None
        found = found._replace(proposed=correction)
        return _decide(found, outcome, step=step, words=words, actor=actor, now=now)


def _insist_in_force(found: Locked, outcome: Outcome) -> None:
    """Refuse to tell that a dose was mended, or is there at last, while what was told is not yet so."""
    if outcome is not Outcome.UPHELD or found.origin not in LETTERS or found.disputes:
        return
    if found.person is None or found.dose is None:
        if found.kind in MISSING:
            raise NoDoseTied(case=found.id)
        return
    with opening([found.person]):
        if found.kind in MISSING and not record.stands(found.person, found.dose):
            raise TiedDoseVoided(case=found.id)
        left = record.left_to_others(found.person, found.dose)
    if left is None:
        return
    site, day, held_up = left
    with reaching(Reach(sites=frozenset({site}))):
        if held_up or (day is not None and visits.day_closed(site, day) is not None):
            raise MendWaits(case=found.id)


def _counts_change(found: Locked, outcome: Outcome) -> bool:
    """Tell whether doses are counted otherwise by this outcome: of two records that become one, where both hold some."""
    if found.person is None or found.other is None or not joins(found.kind, outcome):
        return False
    lines = record.timelines([found.person, found.other])
    return all(any(dose.status is not DoseStatus.VOIDED for dose in line) for line in lines.values())


def _insist_possible(person: UUID, correction: PersonCorrection, *, now: datetime) -> None:
    """Refuse a correction that cannot be made, before anybody is asked to agree to it."""
    people.check_correction(person, correction, now=now)
    kind, number = correction.number_kind, correction.number
    if number and access_policy.misshapen(kind, number):
        raise CorrectionUnreadable(field="number")
    if correction.phone and not access_policy.told_phone(correction.phone):
        raise CorrectionUnreadable(field="phone")


def _sealed(correction: PersonCorrection | None, case: UUID, *, now: datetime) -> bytes | None:
    if correction is None:
        return None
    return sealing.seal("identity", now.date(), msgspec.json.encode(correction), case.bytes)


def agree(case: UUID, *, step: UUID, proposal: UUID | None, text: str, actor: Actor, now: datetime) -> Decided | None:
    """Decide a case as somebody else has proposed, as the second person; `proposal` is the step that the page showed.

    Refuses whoever proposed it (`second-decider-needed`), who gave or typed the dose (`own-work`), and a proposal that
    was taken back, or put in another's place (`nothing-proposed`).
    """
    words = words_of(text)
    with at_their_desks(actor):
        found = locked(case, actor=actor, step=step)
        if was_taken(step, case):
            return None
        if found.state is not CaseState.PROPOSED or found.outcome is None or proposal != newest_proposal(case):
            raise NothingProposed(case=case)
        outcome = found.outcome
        _may_judge(found, outcome, actor=actor)
        if found.proposed_by == actor.id or actor.id is None:
            raise SecondPersonNeeded(case=case)
        _insist_in_force(found, outcome)
        return _decide(found, outcome, step=step, words=words, actor=actor, now=now)


def disagree(case: UUID, *, step: UUID, text: str, actor: Actor, now: datetime) -> None:
    """Do not agree to what somebody proposed, and say why: the case is open again. Who proposed may take it back so.

    Two records that were joined by the case are two again, whenever somebody finds that they are not one person.
    """
    words = words_of(text)
    with at_their_desks(actor):
        found = locked(case, actor=actor, step=step, what=StepKind.DISAGREED)
        if was_taken(step, case):
            return
        if found.state is CaseState.OPEN:
            raise NothingProposed(case=case)
        database.run(
            "update mending_case set state = %s, outcome = null, proposed_by = null, proposed = null, reason = null, "
            "decided_by = null, decided_at = null, owner = %s where id = %s",
            [CaseState.OPEN, found.owner if found.state is CaseState.PROPOSED else None, case],
        )
        fact = CaseDisagreed(id=step, at=now, case=case)
        keep_step(found, step, StepKind.DISAGREED, fact, by=actor, now=now, text=words)


def _may_judge(found: Locked, outcome: Outcome, *, actor: Actor) -> None:
    if outcome not in (OUTCOMES_OF_DOSES if found.disputes else OUTCOMES):
        raise OutcomeUnknown(outcome=outcome)
    if found.person is not None and found.dose is not None and actor.id in record.hands_of(found.person, found.dose):
        raise OwnWork(case=found.id)


def _decide(found: Locked, outcome: Outcome, *, step: UUID, words: str, actor: Actor, now: datetime) -> Decided | None:
    database.run(
        "update mending_case set state = %s, outcome = %s, decided_by = %s, decided_at = %s where id = %s",
        [CaseState.DECIDED, outcome, actor.id, now, found.id],
    )
    fact = CaseDecided(id=step, at=now, case=found.id, topic=found.kind, outcome=outcome, proposed_by=found.proposed_by)
    keep_step(found, step, StepKind.DECIDED, fact, by=actor, now=now, text=words, outcome=outcome)
    if found.origin is Origin.BOOK:
        access_actions.answer_request(found.id, words, by=actor, reference=found.number, now=now)
    if found.origin in LETTERS:
        answer = sealing.seal("health", now.date(), words.encode(), found.id.bytes)
        database.run("update mending_case set answer = %b where id = %s", [answer, found.id])
        _tell_who_wrote(found, step=step, now=now)
    if outcome is Outcome.UPHELD and found.person is not None:
        _change(found, found.person, actor=actor, now=now)
    if found.person is None or found.dose is None or not found.disputes:
        return None
    if outcome is Outcome.UPHELD:
        return Decided(void=found.dose, site=found.site)
    immunization.settle([(found.person, found.dose)], now=now)
    return None


def _change(found: Locked, person: UUID, *, actor: Actor, now: datetime) -> None:
    """Do to a person what an upheld request asks: tell them otherwise, or restrict the use of their data."""
    if found.kind == CORRECT:
        to = found.proposed or PersonCorrection()
        gone = people.correct(person, to, decision=found.id, actor=actor, now=now)
        if to.phone:
            access_actions.replace_phones(person, gone, phone=to.phone, by=actor, now=now)
        if to.born:
            access_actions.end_other_years(person, born_year=PartialDate.parse(to.born).year, now=now)
    if found.kind == AFTER_DEATH:
        people.deny_death(person, actor=actor, now=now, decision=found.id)
    if found.kind == RESTRICT:
        people.restrict(person, decision=found.id, actor=actor, now=now)


def _tell_who_wrote(found: Locked, *, step: UUID, now: datetime) -> None:
    """Tell whoever left a phone that there is an answer, and under which number. Which answer is read there."""
    phone = queries.phone_of_complaint(found.id)
    if phone:
        message = Message(
            id=step,
            channel=Channel.SMS,
            template="complaint-answered",
            values={"reference": found.number},
            to_contact=phone,
            purpose="complaint-answered",
            site=None if found.site in (CENTER, NO_SITE) else found.site,
        )
        notices.send([message], now=now)
