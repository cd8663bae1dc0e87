"""Cases: opened by what is asked, worked by whom it belongs to, decided once; and what a dose in dispute is worth meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.chair import arrival, dose, follow, record
from tests.domain.access.people_known import PHONE, account, arrived_person, desk
from tiemchung.domain.access import actions as access
from tiemchung.domain.access import queries as access_queries
from tiemchung.domain.access.values import About
from tiemchung.domain.certificates import queries as certificates
from tiemchung.domain.certificates.values import Reason, Standing, State
from tiemchung.domain.immunization import actions as immunization
from tiemchung.domain.immunization.values import DoseStatus
from tiemchung.domain.mending import actions, queries
from tiemchung.domain.mending.errors import (
    CaseClosed,
    CaseTakenAlready,
    CaseUnknown,
    CaseWordsMissing,
    DeskUnknown,
    NoDoseTied,
    NothingProposed,
    NotTheCasesOwner,
    OutcomeUnknown,
    OwnWork,
    SecondPersonNeeded,
    StepOfAnotherCase,
    TiedDoseVoided,
)
from tiemchung.domain.mending.values import CaseState, ComplaintTold, Outcome
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices.values import Message
from tiemchung.domain.people.errors import CorrectionEmpty
from tiemchung.domain.people.values import IdentifierTold, PersonCorrection
from tiemchung.domain.places import actions as places
from tiemchung.kernel.actor import ANYBODY, SYSTEM, Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

NOW = datetime(2021, 9, 13, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)
SITE, OTHER_SITE, WARD, OTHER_WARD = "79-0001", "79-0002", "26740", "26743"
STORY = "Hôm đó tôi ở Huế"
Worker = Callable[[], AbstractContextManager[None]]


def staff(*, sites: Collection[str] = (), communes: Collection[str] = (), everywhere: bool = False) -> Actor:
    """Return somebody who mends at these places, or watches the country."""
    reach = Reach(sites=frozenset(sites), communes=frozenset(communes), everywhere=everywhere)
    return Actor(id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({Power.MEND}), reach=reach)


LEAD = staff(sites=[SITE])
WARD_OFFICER = staff(sites=[SITE], communes=[WARD])
ELSEWHERE = staff(sites=[OTHER_SITE], communes=[OTHER_WARD])
CENTER = staff(everywhere=True)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """Return every message that goes out."""
    heard: list[Message] = []
    send = notices.send

    def listening(messages: list[Message], *, now: datetime) -> None:
        heard.extend(messages)
        send(messages, now=now)

    monkeypatch.setattr(notices, "send", listening)
    return heard


@pytest.fixture(autouse=True)
def two_sites(committed_db: None, as_worker: Worker) -> None:
    with as_worker():
        places.load_organizations([{"code": "H1", "name": "Trạm y tế", "commune": WARD}], actor=SYSTEM)
        sites = [(SITE, WARD), (OTHER_SITE, OTHER_WARD)]
        places.load_sites(
            [{"code": code, "name": f"Điểm {code}", "organization": "H1", "commune": ward} for code, ward in sites],
            actor=SYSTEM,
        )


def attested(**told: Any) -> tuple[UUID, UUID]:
    """Return a proved person and their attested dose."""
    person = arrived_person()
    with reaching(Reach(sites=frozenset({SITE}))):
        given = dose(person, **told)
        record(given)
        immunization.attest_doses([given.id], by=uuid7(), site=SITE, actor=SYSTEM, now=NOW)
    return person, given.id


def disputed(as_worker: Worker, **told: Any) -> tuple[UUID, UUID, UUID]:
    """Return the case, the person and the dose of somebody who said in their book: this was not me."""
    person, given = attested(**told)
    mine = account()
    code = access.issue_proof_code(person, born_year=1980, by=desk(), site=SITE, now=NOW)
    access.prove_by_code(mine, code, 1980, now=NOW)
    case = uuid4()
    access.ask_about_own(mine, person, About.NOT_ME, STORY, request=case, dose=given, site=SITE, commune=WARD, now=NOW)
    with as_worker():
        follow()
    return case, person, given


def standing_of(as_worker: Worker, person: UUID) -> list[Standing]:
    with as_worker():
        follow()
        return list(certificates.standings([person]).values())


def complaint(**changes: Any) -> tuple[UUID, str]:
    """Return the case of a complaint, and its number."""
    told = {"id": uuid7(NOW), "kind": "missing-dose", "story": STORY, "site": SITE, "phone": PHONE, **changes}
    filed = actions.file_complaint(ComplaintTold(**told), actor=ANYBODY, now=NOW)
    return told["id"], filed.number


def queue_of(actor: Actor) -> set[UUID]:
    return {each.id for each in queries.cases_waiting(actor=actor)}


def take(case: UUID, actor: Actor) -> None:
    actions.take(case, step=uuid7(), actor=actor, now=LATER)


def decide(case: UUID, actor: Actor, outcome: Outcome = Outcome.UPHELD, **step: Any) -> actions.Decided | None:
    return actions.decide(
        case, **{"step": uuid7(), "outcome": outcome, "text": "Đã xem phiếu.", **step}, actor=actor, now=LATER
    )


def proposal(case: UUID) -> UUID | None:
    """Return the step by which the newest end of a case was proposed."""
    with reaching(Reach(sites=frozenset({SITE}), communes=frozenset({WARD}))):
        row = database.row(
            "select id from mending_step where of_case = %s and what = 'proposed' order by id desc", [case]
        )
    return row[0] if row else None


def agree(case: UUID, actor: Actor, shown: UUID | None = None) -> actions.Decided | None:
    told = shown or proposal(case)
    return actions.agree(case, step=uuid7(), proposal=told, text="Đồng ý.", actor=actor, now=LATER)


# A dose that somebody says is not theirs


def test_not_me_opens_a_case_with_a_number_and_a_day_and_withholds_the_certificate(as_worker: Worker) -> None:
    person, _given = attested()
    assert standing_of(as_worker, person) == [Standing(State.WAITING, Reason.PERSON_NOT_PROVED)]
    case, person, _given = disputed(as_worker)
    shown = queries.case(case, actor=LEAD, purpose=Purpose.CORRECTION)
    assert (shown.listed.kind, shown.listed.due_at, shown.story) == ("not-me", NOW + timedelta(hours=48), STORY)
    assert queries.complaint_by_number(shown.number) is not None
    assert standing_of(as_worker, person) == [Standing(State.WITHHELD, Reason.FLAGGED)]


def test_two_persons_find_it_right_and_it_is_signed_again(as_worker: Worker, sent: list[Message]) -> None:
    case, person, _given = disputed(as_worker)
    take(case, LEAD)
    assert decide(case, LEAD, Outcome.NOT_UPHELD) is None
    assert standing_of(as_worker, person) == [Standing(State.WITHHELD, Reason.FLAGGED)]
    assert agree(case, WARD_OFFICER) is None
    assert standing_of(as_worker, person) == [Standing(State.READY, Reason.NONE)]
    assert [(message.template, message.to_contact) for message in sent] == [("request-answered", PHONE)]


def test_two_persons_find_it_wrong_and_say_which_dose_is_to_be_voided(as_worker: Worker) -> None:
    case, _person, given = disputed(as_worker)
    take(case, LEAD)
    assert decide(case, LEAD) is None
    assert agree(case, WARD_OFFICER) == actions.Decided(void=given, site=SITE)


def test_one_person_alone_decides_nothing_about_a_dose(as_worker: Worker) -> None:
    case, *_ = disputed(as_worker)
    take(case, LEAD)
    decide(case, LEAD)
    for attempt in (agree, decide):
        with pytest.raises(SecondPersonNeeded):
            attempt(case, LEAD)
    assert queries.case(case, actor=LEAD, purpose=Purpose.CORRECTION).listed.state is CaseState.PROPOSED


def test_who_gave_the_dose_is_no_judge_of_it(as_worker: Worker) -> None:
    case, *_ = disputed(as_worker, vaccinator=LEAD.id)
    take(case, LEAD)
    with pytest.raises(OwnWork):
        decide(case, LEAD)
    with pytest.raises(DeskUnknown):
        actions.hand_on(case, step=uuid7(), to_site=OTHER_SITE, text="Nhờ xem", actor=LEAD, now=LATER)


def test_no_attestation_takes_a_dispute_away(as_worker: Worker) -> None:
    _case, person, given = disputed(as_worker)
    with reaching(Reach(sites=frozenset({SITE}))):
        assert immunization.attest_doses([given], by=uuid7(), site=SITE, actor=SYSTEM, now=LATER) == []
    assert standing_of(as_worker, person) == [Standing(State.WITHHELD, Reason.FLAGGED)]


def test_a_case_decided_is_not_opened_again_by_a_reaction_that_reads_the_journal_anew(as_worker: Worker) -> None:
    case, person, given = disputed(as_worker)
    take(case, LEAD)
    decide(case, LEAD, Outcome.NOT_UPHELD)
    agree(case, WARD_OFFICER)
    asked = actions.Asked(id=case, person=person, about=About.NOT_ME, dose=given, site=SITE, asked_at=NOW)
    with as_worker():
        assert actions.open_requests([asked], now=LATER) == 0
    assert standing_of(as_worker, person) == [Standing(State.READY, Reason.NONE)]


def test_whoever_disagrees_opens_it_again_and_the_old_proposal_cannot_be_agreed_to(as_worker: Worker) -> None:
    case, *_ = disputed(as_worker)
    take(case, LEAD)
    decide(case, LEAD)
    shown = proposal(case)
    actions.disagree(case, step=uuid7(), text="Chữ ký khác.", actor=WARD_OFFICER, now=LATER)
    with pytest.raises(NothingProposed):
        agree(case, WARD_OFFICER, shown)
    decide(case, LEAD)
    with pytest.raises(NothingProposed):
        agree(case, WARD_OFFICER, shown)
    assert agree(case, WARD_OFFICER) is not None


def test_a_form_that_was_sent_about_another_case_takes_no_step_here() -> None:
    (first, _), (second, _) = complaint(), complaint()
    sent = uuid7()
    for case in (first, second):
        take(case, LEAD)
    decide(first, LEAD, Outcome.NOT_UPHELD, step=sent)
    assert decide(first, LEAD, Outcome.NOT_UPHELD, step=sent) is None
    with pytest.raises(StepOfAnotherCase):
        decide(second, LEAD, Outcome.NOT_UPHELD, step=sent)
    with pytest.raises(StepOfAnotherCase):
        actions.note(second, step=sent, text="Đã gọi lại.", actor=LEAD, now=LATER)
    assert second in queue_of(LEAD)


def test_a_dose_is_somebody_s_or_it_is_not(as_worker: Worker) -> None:
    case, *_ = disputed(as_worker)
    take(case, LEAD)
    with pytest.raises(OutcomeUnknown):
        decide(case, LEAD, Outcome.COME_IN_PERSON)


# A dose that is missing


@pytest.mark.parametrize("kind", ["missing-dose", "mobile-session"])
def test_a_missing_dose_is_not_mended_before_there_is_one(kind: str, sent: list[Message]) -> None:
    case, number = complaint(kind=kind)
    take(case, LEAD)
    with pytest.raises(NoDoseTied):
        decide(case, LEAD)
    actions.found(case, step=uuid7(), person=attested()[0], dose=None, actor=LEAD, now=LATER)
    with pytest.raises(NoDoseTied):
        decide(case, LEAD)
    told = queries.complaint_by_number(number)
    assert told is not None
    assert (told.state, told.outcome, sent) == (CaseState.OPEN, None, [])
    decide(case, LEAD, Outcome.COME_IN_PERSON)


def test_a_missing_dose_is_mended_by_one_that_stands_and_not_by_one_that_was_voided() -> None:
    case, number = complaint()
    person, given = attested()
    take(case, LEAD)
    actions.found(case, step=uuid7(), person=person, dose=given, actor=LEAD, now=LATER)
    set_status = "update immunization_dose set status = %s, voided_by = id where id = %s"
    with reaching(Reach(sites=frozenset({SITE}))):
        database.run(set_status, [DoseStatus.VOIDED, given])
    with pytest.raises(TiedDoseVoided):
        decide(case, LEAD)
    with reaching(Reach(sites=frozenset({SITE}))):
        database.run(set_status, [DoseStatus.ATTESTED, given])
    decide(case, LEAD)
    told = queries.complaint_by_number(number)
    assert told is not None
    assert (told.state, told.outcome) == (CaseState.DECIDED, Outcome.UPHELD)


# Whose desk it is


def test_a_case_is_seen_and_decided_by_its_site_and_its_ward_and_by_nobody_else(as_worker: Worker) -> None:
    case, *_ = disputed(as_worker)
    assert queue_of(LEAD) == queue_of(WARD_OFFICER) == {case}
    assert queue_of(ELSEWHERE) == queue_of(CENTER) == set()
    bare = Actor(id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({Power.PLAN}), reach=LEAD.reach)
    assert queue_of(bare) == set()
    for stranger in (ELSEWHERE, CENTER, bare):
        with pytest.raises(CaseUnknown):
            queries.case(case, actor=stranger, purpose=Purpose.CORRECTION)
        with pytest.raises(CaseUnknown):
            queries.steps_of(case, actor=stranger, purpose=Purpose.CORRECTION)
        for attempt in (take, decide, agree):
            with pytest.raises(CaseUnknown):
                attempt(case, stranger)
        with pytest.raises(CaseUnknown):
            actions.note(case, step=uuid7(), text="Tôi", actor=stranger, now=LATER)


def test_a_complaint_of_no_place_is_the_center_s_and_goes_where_the_center_lays_it() -> None:
    case, _number = complaint(site="")
    assert queue_of(CENTER) == {case}
    assert queue_of(LEAD) == set()
    with reaching(LEAD.reach):
        assert database.row("select count(*)::int from mending_case") == (0,)
    actions.hand_on(case, step=uuid7(), to_site=SITE, text="Về điểm này.", actor=CENTER, now=LATER)
    assert (queue_of(CENTER), queue_of(LEAD)) == (set(), {case})
    assert queries.case(case, actor=LEAD, purpose=Purpose.CORRECTION).story == STORY
    assert [step.text for step in queries.steps_of(case, actor=LEAD, purpose=Purpose.CORRECTION)] == [
        "",
        "Về điểm này.",
    ]
    with pytest.raises(DeskUnknown):
        actions.hand_on(case, step=uuid7(), to_site="79-9999", text="?", actor=LEAD, now=LATER)


def test_a_request_of_no_dose_goes_to_the_ward_where_the_person_lives(as_worker: Worker) -> None:
    person, _given = attested()
    mine = account()
    access.prove_by_code(
        mine, access.issue_proof_code(person, born_year=1980, by=desk(), site=SITE, now=NOW), 1980, now=NOW
    )
    case = uuid4()
    access.ask_about_own(mine, person, About.CORRECT, "Sinh năm 1981", request=case, commune=WARD, now=NOW)
    with as_worker():
        follow()
    lives_there = staff(communes=[WARD])
    assert queue_of(lives_there) == {case}
    assert queue_of(ELSEWHERE) == queue_of(staff(sites=[SITE])) == set()
    take(case, lives_there)
    right = PersonCorrection(born="1981")
    with pytest.raises(CorrectionEmpty):
        decide(case, lives_there, Outcome.UPHELD, text="Đã sửa theo giấy khai sinh.")
    decide(case, lives_there, Outcome.UPHELD, text="Đã sửa theo giấy khai sinh.", correction=right)
    (asked,) = access_queries.requests_of(mine, person, purpose=Purpose.OWN)
    assert asked.answer == "Đã sửa theo giấy khai sinh."
    with reaching(access_queries.citizen_actor(mine, now=LATER).reach):
        standing = queries.standing_of_requests([case], purpose=Purpose.OWN)[case]
    assert (standing.state, standing.outcome) == (CaseState.DECIDED, Outcome.UPHELD)
    with reaching(access_queries.citizen_actor(account("0912000111"), now=LATER).reach):
        assert queries.standing_of_requests([case], purpose=Purpose.OWN) == {}


# Steps


def test_of_two_who_take_it_one_has_it_and_a_second_click_is_the_same_step() -> None:
    case, _number = complaint()
    step = uuid7()
    for _click in range(2):
        actions.take(case, step=step, actor=LEAD, now=LATER)
    with pytest.raises(CaseTakenAlready):
        take(case, WARD_OFFICER)
    with pytest.raises(NotTheCasesOwner):
        decide(case, WARD_OFFICER)
    ending = uuid7()
    for _click in range(2):
        decide(case, LEAD, Outcome.NOT_UPHELD, step=ending)
    kinds = [step.what for step in queries.steps_of(case, actor=LEAD, purpose=Purpose.CORRECTION)]
    assert kinds == ["opened", "taken", "decided"]
    with pytest.raises(CaseClosed):
        actions.note(case, step=uuid7(), text="Còn nữa", actor=LEAD, now=LATER)
    assert queue_of(LEAD) == set()
    assert [each.id for each in queries.cases_decided(actor=LEAD)] == [case]


def test_nothing_is_decided_without_words() -> None:
    case, _number = complaint()
    take(case, LEAD)
    with pytest.raises(CaseWordsMissing):
        decide(case, LEAD, text="  \r\n ")


def test_whoever_holds_the_number_reads_how_it_ended_and_nothing_that_was_written(sent: list[Message]) -> None:
    case, number = complaint()
    take(case, LEAD)
    decide(case, LEAD, Outcome.COME_IN_PERSON, text="Chị Mai ở Bến Nghé chưa có phiếu")
    told = queries.complaint_by_number(number)
    assert told is not None
    assert (told.state, told.outcome) == (CaseState.DECIDED, Outcome.COME_IN_PERSON)
    assert "Mai" not in repr(told)
    assert STORY not in repr(told)
    (message,) = sent
    assert (message.template, message.to_contact, message.values) == (
        "complaint-answered",
        PHONE,
        {"reference": number},
    )


def test_what_is_only_proposed_is_told_to_nobody() -> None:
    case, number = complaint(kind="not-me")
    take(case, LEAD)
    decide(case, LEAD)
    told = queries.complaint_by_number(number)
    assert told is not None
    assert (told.state, told.outcome) == (CaseState.PROPOSED, None)


def test_what_was_written_lies_sealed(owner_connection: psycopg.Connection) -> None:
    case, number = complaint()
    actions.note(case, step=uuid7(), text="Gọi chị Mai", actor=LEAD, now=LATER)
    for table in ("mending_case", "mending_step", "mending_complaint"):
        lines = " ".join(row[0] for row in owner_connection.execute(f"select t::text from {table} t").fetchall())
        for told in ("Mai", STORY, number, number.replace("-", "")):
            assert told not in lines
            assert told.encode().hex() not in lines


# Doubts that the platform finds


def met(as_worker: Worker, *, site: str = SITE, **told: Any) -> UUID:
    """Let somebody arrive with a number, and the reactions hear of it."""
    person = uuid7()
    number = IdentifierTold(kind="personal-number", value="079180004417")
    with reaching(Reach(sites=frozenset({SITE}))):
        record(arrival(person, **{"identifiers": [number], **told}))
    with as_worker():
        follow()
    return person


def test_one_number_of_two_names_is_a_doubt_for_the_desk_where_it_was_told(as_worker: Worker) -> None:
    first = met(as_worker, name="Trần Thị Mai")
    assert queue_of(LEAD) == set()
    second = met(as_worker, name="Lê Văn Tám")
    (case,) = queries.cases_waiting(actor=LEAD)
    assert (case.kind, case.site) == ("identity-doubt", SITE)
    shown = queries.case(case.id, actor=LEAD, purpose=Purpose.CORRECTION)
    assert {shown.person, shown.other} == {first, second}
    take(case.id, LEAD)
    decide(case.id, LEAD, Outcome.NOT_UPHELD)
    with as_worker():
        assert actions.open_doubts({first: SITE, second: SITE}, now=LATER) == 0
    assert queue_of(LEAD) == set()


def test_many_doubts_are_opened_with_as_many_statements_as_one(
    as_worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "open_doubts", lambda *_, **__: 0)
    persons = [
        [
            met(as_worker, name=name, identifiers=[IdentifierTold(kind="personal-number", value=number)])
            for name in ("Trần Thị Mai", "Lê Văn Tám")
        ]
        for number in ("079180004417", "079180004425", "079180004433", "079180004441")
    ]
    monkeypatch.undo()
    asked: list[str] = []
    execute = database._execute

    def noted(sql: str, *rest: Any) -> Any:
        asked.append(" ".join(sql.split()[:4]))
        return execute(sql, *rest)

    monkeypatch.setattr(database, "_execute", noted)

    def opened(pairs: list[list[UUID]]) -> list[str]:
        asked.clear()
        with as_worker():
            assert actions.open_doubts({second: SITE for _, second in pairs}, now=LATER) == len(pairs)
        return list(asked)

    assert opened(persons[:1]) == opened(persons[1:])
    cases = queries.cases_waiting(actor=LEAD)
    assert len(cases) == len(persons)
    with as_worker():
        told = database.rows("select person, site from journal_entry where kind = 'case-opened'")
    assert sorted(told) == sorted((min(pair), SITE) for pair in persons)
    with as_worker():
        steps = database.rows("select of_case, what, site from mending_step")
    assert sorted(steps) == sorted((case.id, "opened", SITE) for case in cases)


@pytest.mark.parametrize(
    ("told", "doubts"),
    [
        ({"name": "TRẦN THỊ MAI"}, 0),
        ({"name": "Tran thi Mai", "born": "1980"}, 0),
        ({"born": "1981"}, 1),
        ({"identifiers": [IdentifierTold(kind="personal-number", value="079180004418")], "name": "Lê Văn Tám"}, 0),
    ],
)
def test_who_is_written_down_less_exactly_is_no_doubt(as_worker: Worker, told: dict[str, Any], doubts: int) -> None:
    met(as_worker)
    met(as_worker, **told)
    assert len(queue_of(LEAD)) == doubts


def test_a_number_that_many_are_given_is_one_doubt_for_each(as_worker: Worker) -> None:
    for name in ("Trần Thị Mai", "Lê Văn Tám", "Phạm Thị Chín", "Hồ Văn Mười"):
        met(as_worker, name=name)
    assert len(queue_of(LEAD)) == 3
