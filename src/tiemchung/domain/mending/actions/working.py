"""Working a case: taken, noted, handed on, proposed, agreed to or not, decided. Each step is a row and a fact.

The id of a step is made by the form that takes it: sent twice, it is one step, and says nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from tiemchung.domain.access import actions as access_actions
from tiemchung.domain.access import policy as access_policy
from tiemchung.domain.access import queries as access
from tiemchung.domain.immunization import actions as immunization
from tiemchung.domain.immunization import queries as record
from tiemchung.domain.immunization.values import DoseStatus
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.mending import policy, queries
from tiemchung.domain.mending.errors import (
    CaseClosed,
    CaseTakenAlready,
    CaseUnknown,
    CaseWordsMissing,
    DeskUnknown,
    NothingProposed,
    NotTheCasesOwner,
    OutcomeUnknown,
    OwnWork,
    RejectReasonUnknown,
    SecondPersonNeeded,
    StepOfAnotherCase,
)
from tiemchung.domain.mending.events import (
    CaseDecided,
    CaseDisagreed,
    CaseHandedOn,
    CaseNoted,
    CaseProposed,
    CaseTaken,
)
from tiemchung.domain.mending.values import (
    AFTER_DEATH,
    CENTER,
    CORRECT,
    LETTERS,
    LONGEST_STORY,
    NO_SITE,
    NOT_ME,
    OUTCOMES,
    OUTCOMES_OF_DOSES,
    RESTRICT,
    WITHDRAW,
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
from tiemchung.domain.places import queries as places
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.events import Event
from tiemchung.plumbing import database, sealing
from tiemchung.plumbing.rowsecurity import reaching


class _Locked(NamedTuple):
    id: UUID
    origin: Origin
    kind: str
    site: str
    commune: str
    state: CaseState
    owner: UUID | None
    outcome: Outcome | None
    proposed_by: UUID | None
    person: UUID | None
    other: UUID | None
    dose: UUID | None
    number: str
    proposed: PersonCorrection | None

    @property
    def disputes(self) -> bool:
        """Tell whether it is about whose a dose is."""
        return self.dose is not None and self.kind in (NOT_ME, WITHDRAW)


class Decided(NamedTuple):
    """What a decision asks of whoever records facts: the dose, with its site, that was found not to be the person's."""

    void: UUID
    site: str


def take(case: UUID, *, step: UUID, actor: Actor, now: datetime) -> None:
    """Make a case that is nobody's one's own. Of two who try at once one has it, and the other is told who."""
    with _at_their_desks(actor):
        found = _locked(case, actor=actor, step=step)
        if found.owner == actor.id:
            return
        if found.owner is not None:
            raise CaseTakenAlready(owner=access.staff_names([found.owner]).get(found.owner, ""))
        database.run("update mending_case set owner = %s where id = %s", [actor.id, case])
        _step(found, step, StepKind.TAKEN, CaseTaken(id=step, at=now, case=case), by=actor, now=now)


def note(case: UUID, *, step: UUID, text: str, actor: Actor, now: datetime) -> None:
    """Write down what was done or learned. A decided case takes no more words (`case-closed`)."""
    words = _words(text)
    with _at_their_desks(actor):
        found = _locked(case, actor=actor, step=step)
        _step(found, step, StepKind.NOTED, CaseNoted(id=step, at=now, case=case), by=actor, now=now, text=words)


def hand_on(case: UUID, *, step: UUID, to_site: str, text: str, actor: Actor, now: datetime) -> None:
    """Lay a case on the desk of another site, or with an empty code on the response center's; it is nobody's there.

    A case about a dose stays where the dose was given. Refuses a site nobody knows (`desk-unknown`).
    """
    words, desk = _words(text), to_site.strip() or CENTER
    if desk != CENTER and places.site(desk) is None:
        raise DeskUnknown(site=to_site)
    with _at_their_desks(actor, and_site=desk):
        found = _locked(case, actor=actor, step=step)
        if _noted(step, case):
            return
        if found.dose is not None or desk == found.site:
            raise DeskUnknown(site=to_site)
        fact = CaseHandedOn(id=step, at=now, case=case, desk=desk)
        _step(found, step, StepKind.HANDED_ON, fact, by=actor, now=now, text=words, to_site=desk)
        database.run(
            "update mending_case set site = %s, commune = %s, owner = null, state = %s, outcome = null, proposed_by = null, "
            "proposed = null, reason = null where id = %s",
            [desk, NO_SITE, CaseState.OPEN, case],
        )
        database.run("update mending_slip set site = %s, commune = %s where of_case = %s", [desk, NO_SITE, case])
        database.run("update mending_step set site = %s, commune = %s where of_case = %s", [desk, NO_SITE, case])
        letter = "" if desk == CENTER else desk
        database.run("update mending_complaint set site = %s where id = %s", [letter, case])


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
    to correct a person needs the `correction`, which is made with it, and one to restrict restricts.
    """
    words = _words(text)
    if reason and (reason not in queries.reject_reasons() or outcome is Outcome.UPHELD):
        raise RejectReasonUnknown(reason=reason)
    with _at_their_desks(actor):
        found = _locked(case, actor=actor, step=step)
        if _noted(step, case):
            return None
        if found.owner != actor.id or actor.id is None:
            raise NotTheCasesOwner(case=case)
        _may_judge(found, outcome, actor=actor)
        if found.state is CaseState.PROPOSED:
            raise SecondPersonNeeded(case=case)
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
            _step(found, step, StepKind.PROPOSED, fact, by=actor, now=now, text=words, outcome=outcome)
            return None
        found = found._replace(proposed=correction)
        return _decide(found, outcome, step=step, words=words, actor=actor, now=now)


def _counts_change(found: _Locked, outcome: Outcome) -> bool:
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
    words = _words(text)
    with _at_their_desks(actor):
        found = _locked(case, actor=actor, step=step)
        if _noted(step, case):
            return None
        if found.state is not CaseState.PROPOSED or found.outcome is None or proposal != _newest_proposal(case):
            raise NothingProposed(case=case)
        outcome = found.outcome
        _may_judge(found, outcome, actor=actor)
        if found.proposed_by == actor.id or actor.id is None:
            raise SecondPersonNeeded(case=case)
        return _decide(found, outcome, step=step, words=words, actor=actor, now=now)


def _newest_proposal(case: UUID) -> UUID | None:
    row = database.row(
        "select id from mending_step where of_case = %s and what = %s order by at desc, id desc limit 1",
        [case, StepKind.PROPOSED],
    )
    return row[0] if row else None


def disagree(case: UUID, *, step: UUID, text: str, actor: Actor, now: datetime) -> None:
    """Do not agree to what somebody proposed, and say why: the case is open again. Who proposed may take it back so.

    Two records that were joined by the case are two again, whenever somebody finds that they are not one person.
    """
    words = _words(text)
    with _at_their_desks(actor):
        found = _locked(case, actor=actor, step=step, what=StepKind.DISAGREED)
        if _noted(step, case):
            return
        if found.state is CaseState.OPEN:
            raise NothingProposed(case=case)
        database.run(
            "update mending_case set state = %s, outcome = null, proposed_by = null, proposed = null, reason = null, "
            "decided_by = null, decided_at = null, owner = %s where id = %s",
            [CaseState.OPEN, found.owner if found.state is CaseState.PROPOSED else None, case],
        )
        fact = CaseDisagreed(id=step, at=now, case=case)
        _step(found, step, StepKind.DISAGREED, fact, by=actor, now=now, text=words)


def _may_judge(found: _Locked, outcome: Outcome, *, actor: Actor) -> None:
    if outcome not in (OUTCOMES_OF_DOSES if found.disputes else OUTCOMES):
        raise OutcomeUnknown(outcome=outcome)
    if found.person is not None and found.dose is not None and actor.id in record.hands_of(found.person, found.dose):
        raise OwnWork(case=found.id)


def _decide(found: _Locked, outcome: Outcome, *, step: UUID, words: str, actor: Actor, now: datetime) -> Decided | None:
    database.run(
        "update mending_case set state = %s, outcome = %s, decided_by = %s, decided_at = %s where id = %s",
        [CaseState.DECIDED, outcome, actor.id, now, found.id],
    )
    fact = CaseDecided(id=step, at=now, case=found.id, topic=found.kind, outcome=outcome, proposed_by=found.proposed_by)
    _step(found, step, StepKind.DECIDED, fact, by=actor, now=now, text=words, outcome=outcome)
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


def _change(found: _Locked, person: UUID, *, actor: Actor, now: datetime) -> None:
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


def _tell_who_wrote(found: _Locked, *, step: UUID, now: datetime) -> None:
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


@contextmanager
def _at_their_desks(actor: Actor, *, and_site: str = "") -> Iterator[None]:
    """Reach the desks whose cases this actor works, and the one to which a case goes."""
    reach = policy.desks_of(actor)
    with reaching(Reach(sites=reach.sites | {and_site} - {""}, communes=reach.communes)):
        yield


def _locked(case: UUID, *, actor: Actor, step: UUID, what: StepKind | None = None) -> _Locked:
    """Lock a case on one of the actor's desks. A step that was taken before may find it decided by itself."""
    row = database.row(
        "select id, origin, kind, site, commune, state, owner, outcome, proposed_by, person, other, dose, sealed, proposed "
        "from mending_case where id = %s for update",
        [case],
    )
    if row is None or not policy.may_mend(actor, site=row[3], commune=row[4]):
        raise CaseUnknown(case=case)
    found = _Locked(
        id=row[0],
        origin=Origin(row[1]),
        kind=row[2],
        site=row[3],
        commune=row[4],
        state=CaseState(row[5]),
        owner=row[6],
        outcome=Outcome(row[7]) if row[7] else None,
        proposed_by=row[8],
        person=row[9],
        other=row[10],
        dose=row[11],
        number=msgspec.json.decode(sealing.unseal(bytes(row[12]), row[0].bytes))["number"],
        proposed=None
        if row[13] is None
        else msgspec.json.decode(sealing.unseal(bytes(row[13]), row[0].bytes), type=PersonCorrection),
    )
    if found.state is CaseState.DECIDED and not _may_open_again(found, what) and not _noted(step, case):
        raise CaseClosed(case=case)
    return found


def _may_open_again(found: _Locked, what: StepKind | None) -> bool:
    """Tell whether the step may be taken with a decided case: one that joined two records is opened again, whenever."""
    return what is StepKind.DISAGREED and joins(found.kind, found.outcome)


def _noted(step: UUID, case: UUID) -> bool:
    return database.row("select 1 from mending_step where id = %s and of_case = %s", [step, case]) is not None


def _step(
    found: _Locked,
    step: UUID,
    what: StepKind,
    fact: Event,
    *,
    by: Actor,
    now: datetime,
    text: str = "",
    to_site: str = "",
    outcome: Outcome | None = None,
) -> None:
    noted = database.run(
        "insert into mending_step (id, of_case, by, at, what, site, commune, to_site, outcome, text) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        [
            *(step, found.id, by.id, now, what, found.site, found.commune, to_site, outcome),
            sealing.seal("health", now.date(), text.encode(), step.bytes) if text else None,
        ],
    )
    if noted:
        site = "" if found.site in (CENTER, NO_SITE) else found.site
        persons = {} if found.person is None else {step: found.person}
        journal.append([fact], actor=by, recorded_at=now, site=site, persons=persons)
    elif not _noted(step, found.id):
        raise StepOfAnotherCase(step=step)


def _words(text: str) -> str:
    words = text.replace("\r\n", "\n").strip()[:LONGEST_STORY]
    if not words:
        raise CaseWordsMissing
    return words
