"""Claims and proofs, and what somebody does who would open a book that is not theirs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.chair import dose, record
from tests.domain.access.people_known import (
    NOW,
    OTHER_PHONE,
    PHONE,
    SITE,
    account,
    arrived_person,
    claimed,
    desk,
    told,
)
from tiemchung.domain.access import actions, queries
from tiemchung.domain.access.errors import ClaimIncomplete, LinkUnknown, ProofRefused, TooManyTries
from tiemchung.domain.access.policy import told_phone
from tiemchung.domain.access.rules import codes
from tiemchung.domain.access.values import Link, LinkState, ProvedHow, Relation
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.journal.values import START
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices.values import Message
from tiemchung.domain.people import queries as people
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted, Refusal
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.django_db
BORN = 1980


def slip(person: UUID, *, born_year: int = BORN) -> str:
    return actions.issue_proof_code(person, born_year=born_year, by=desk(), site=SITE, now=NOW)


def links(owner: UUID) -> list[Link]:
    return queries.links_of(owner, purpose=Purpose.OWN, now=NOW)


def doses_seen(owner: UUID, *persons: UUID) -> int:
    """Return how many doses of these persons this account's session can read at all, asked as rudely as can be."""
    actor = queries.citizen_actor(owner, now=NOW)
    with reaching(actor.reach):
        read = database.rows("select person_id from immunization_dose")
        for person in persons:
            if person not in actor.reach.books:
                with pytest.raises(NotPermitted):
                    immunization.history([person], purpose=Purpose.OWN, actor=actor, viewed_at=NOW)
        own = sorted(actor.reach.books)
        shown = immunization.history(own, purpose=Purpose.OWN, actor=actor, viewed_at=NOW)
    assert sum(map(len, shown.values())) == len(read)
    return len(read)


def refused(attempt: object) -> str:
    with pytest.raises(Refusal) as caught:
        attempt()  # type: ignore[operator]  # a test hands over what it tries
    return caught.value.code


def vaccinated(**told: Any) -> UUID:
    person = arrived_person(**told)
    with reaching(Reach(sites=frozenset({SITE}))):
        record(dose(person))
    return person


# --- the way it is meant -----------------------------------------------------------------------------------------


def test_the_slip_s_code_opens_the_book_and_the_platform_is_told() -> None:
    person, mine = vaccinated(), account()
    link = actions.prove_by_code(mine, slip(person).lower().replace("-", " "), BORN, now=NOW)
    assert (link.person, link.state, link.how) == (person, LinkState.PROVED, ProvedHow.CODE)
    assert doses_seen(mine, person) == 1
    assert queries.proved_persons([person, uuid7()]) == {person: NOW}
    with reaching(Reach()):
        facts = journal.visible_after(START, kinds=["identity-proved"])
    assert [fact.person for fact in facts] == [person]


def test_a_phone_confirmed_at_a_site_opens_the_books_of_its_birth_year_only() -> None:
    mother, child = vaccinated(), vaccinated()
    actions.confirm_phone(mother, "+84 903 123 218", born_year=BORN, by=desk(), site=SITE, now=NOW)
    actions.confirm_phone(child, PHONE, born_year=2012, by=desk(), site=SITE, now=NOW)
    mine = account(PHONE)
    assert [link.person for link in actions.prove_by_phone(mine, BORN, now=NOW)] == [mother]
    assert doses_seen(mine, mother, child) == 1


def test_a_claim_shown_at_a_desk_with_the_document_is_proved_and_makes_the_person() -> None:
    mine = account()
    link = claimed(mine)
    code = actions.show_at_desk(mine, link.id)
    shown = queries.claims_at_desk(code, actor=desk(), site=SITE, purpose=Purpose.REGISTRATION)
    assert (shown.name, shown.identifiers) == ("Trần Thị Mai", ["•••• 4417"])
    proved = actions.prove_at_desk(code, person=None, by=desk(), site=SITE, now=NOW)
    assert (proved.id, proved.state, proved.how) == (link.id, LinkState.PROVED, ProvedHow.SITE)
    actor = queries.citizen_actor(mine, now=NOW)
    with reaching(actor.reach):
        found = people.persons([link.person], purpose=Purpose.OWN, actor=actor, viewed_at=NOW)
    assert found[link.person].name == "Trần Thị Mai"


def test_a_phone_shown_at_the_desk_by_its_owner_opens_their_book_again_and_a_helper_s_does_not() -> None:
    mine, theirs = account(), account(OTHER_PHONE)
    own, helped = claimed(mine), claimed(theirs, Relation.HELPED)
    for holder, link in ((mine, own), (theirs, helped)):
        actions.prove_at_desk(actions.show_at_desk(holder, link.id), person=None, by=desk(), site=SITE, now=NOW)
        actions.end_link(holder, link.id, why="left", now=NOW)
    assert [link.person for link in actions.prove_by_phone(mine, BORN, now=NOW)] == [own.person]
    assert actions.prove_by_phone(theirs, BORN, now=NOW) == []


def test_the_claim_on_whose_page_the_code_was_typed_steps_back_when_it_told_the_same() -> None:
    person, mine = vaccinated(), account()
    claim, other = (
        claimed(mine),
        claimed(mine, Relation.HELPED, name="Lê Văn Tám", born="1950", sex="male", identifiers=[]),
    )
    actions.prove_by_code(mine, slip(person), BORN, claimed=claim.id, now=NOW)
    held = links(mine)
    assert {link.person for link in held} == {person, other.person}
    assert next(link for link in held if link.proved).told == claim.told


def test_a_code_told_twice_by_the_same_account_is_one_link() -> None:
    person, mine = vaccinated(), account()
    code = slip(person)
    first = actions.prove_by_code(mine, code, BORN, now=NOW)
    assert actions.prove_by_code(mine, code, BORN, now=NOW) == first
    assert len(links(mine)) == 1


def test_a_claim_told_twice_is_one() -> None:
    mine, key = account(), uuid7()
    first = actions.claim(mine, told(), relation=Relation.SELF, link=key, now=NOW)
    assert actions.claim(mine, told(name="Another"), relation=Relation.SELF, link=key, now=NOW) == first


@pytest.mark.parametrize(
    ("values", "relation", "field"),
    [
        ({"name": " "}, Relation.SELF, "name"),
        ({"name": "Ẳ" * 81}, Relation.SELF, "name"),
        ({"born": "31/12/1980"}, Relation.SELF, "born"),
        ({"born": "2030"}, Relation.SELF, "born"),
        ({"born": "1980"}, Relation.CHILD, "born"),
        ({"sex": "nữ"}, Relation.SELF, "sex"),
        ({"born": "1981"}, Relation.SELF, "number"),
    ],
)
def test_a_claim_that_cannot_be_is_refused(values: dict[str, str], relation: Relation, field: str) -> None:
    with pytest.raises(ClaimIncomplete) as caught:
        claimed(account(), relation, **values)
    assert caught.value.facts == {"field": field}


@pytest.mark.parametrize("values", [{"name": "Ý"}, {"name": "Ẳ" * 80}, {"born": "1980"}, {"identifiers": []}])
def test_one_letter_eighty_letters_a_year_alone_and_no_number_are_enough(values: dict[str, Any]) -> None:
    assert claimed(account(), **values).state is LinkState.CLAIMED


def test_a_book_is_left_in_one_click_and_the_proof_with_it() -> None:
    person, mine = vaccinated(), account()
    link = actions.prove_by_code(mine, slip(person), BORN, now=NOW)
    actions.end_link(mine, link.id, why="left", now=NOW)
    assert (links(mine), doses_seen(mine, person), queries.proved_persons([person])) == ([], 0, {})


def test_whoever_opens_a_book_sees_who_else_does_and_can_shut_them_out() -> None:
    person, mine, theirs = vaccinated(), account(), account(OTHER_PHONE)
    actions.prove_by_code(theirs, slip(person), BORN, now=NOW)
    actions.prove_by_code(mine, slip(person), BORN, now=NOW)
    actor = queries.citizen_actor(mine, now=NOW)
    with reaching(actor.reach):
        holders = queries.holders_of(person, actor=actor, purpose=Purpose.OWN)
    assert [(holder.own, holder.phone) for holder in holders] == [(True, "•••• 218"), (False, "•••• 111")]
    actions.end_link(mine, holders[1].link, why="not-them", now=NOW)
    assert (doses_seen(theirs, person), doses_seen(mine, person)) == (0, 1)
    assert person in queries.proved_persons([person])


def test_whoever_only_helps_shuts_nobody_out_and_who_is_shut_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    person, owner, helper = vaccinated(), account(PHONE), account(OTHER_PHONE)
    own = actions.prove_by_code(owner, slip(person), BORN, now=NOW)
    helping = actions.prove_by_code(helper, slip(person), BORN, relation=Relation.HELPED, now=NOW)
    with pytest.raises(LinkUnknown):
        actions.end_link(helper, own.id, why="shut-out", now=NOW)
    assert doses_seen(owner, person) == 1
    sent: list[Message] = []

    def listening(messages: list[Message], *, now: datetime) -> None:
        assert now == NOW
        sent.extend(messages)

    monkeypatch.setattr(notices, "send", listening)
    actions.end_link(owner, helping.id, why="shut-out", now=NOW)
    assert [(message.template, message.to_contact) for message in sent] == [("book-shut-out", OTHER_PHONE)]
    assert doses_seen(helper, person) == 0


def test_the_other_phones_of_a_book_are_told_when_one_more_opens_it(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Message] = []

    def listening(messages: list[Message], *, now: datetime) -> None:
        assert now == NOW
        sent.extend(messages)

    monkeypatch.setattr(notices, "send", listening)
    person = vaccinated()
    actions.prove_by_code(account(PHONE), slip(person), BORN, now=NOW)
    assert sent == []
    actions.prove_by_code(account(OTHER_PHONE), slip(person), BORN, now=NOW)
    assert [(message.template, message.to_contact) for message in sent] == [("book-opened", PHONE)]


def test_a_site_withdraws_every_proof_of_a_person_at_once() -> None:
    person, mine = vaccinated(), account()
    actions.confirm_phone(person, PHONE, born_year=BORN, by=desk(), site=SITE, now=NOW)
    actions.prove_by_code(mine, slip(person), BORN, now=NOW)
    unused = slip(person)
    actions.withdraw_proofs(person, reason="wrong-person", by=desk(), site=SITE, now=NOW)
    assert (links(mine), queries.proved_persons([person])) == ([], {})
    assert actions.prove_by_phone(mine, BORN, now=NOW) == []
    assert refused(lambda: actions.prove_by_code(mine, unused, BORN, now=NOW)) == ProofRefused.code


def test_a_phone_once_ended_or_of_a_wrong_year_is_confirmed_anew() -> None:
    person, mine = vaccinated(), account(PHONE)

    def confirm(year: int, site: str = SITE) -> None:
        actions.confirm_phone(person, PHONE, born_year=year, by=desk(site), site=site, now=NOW)

    confirm(1925)
    assert actions.prove_by_phone(mine, BORN, now=NOW) == []
    confirm(BORN, "79-0002")
    assert actions.prove_by_phone(mine, 1925, now=NOW) == []
    assert [link.person for link in actions.prove_by_phone(mine, BORN, now=NOW)] == [person]
    actions.withdraw_proofs(person, reason="not-them", by=desk(), site=SITE, now=NOW)
    assert actions.prove_by_phone(mine, BORN, now=NOW) == []
    confirm(BORN)
    assert [link.person for link in actions.prove_by_phone(mine, BORN, now=NOW)] == [person]


def test_a_mobile_told_in_its_old_eleven_digits_is_the_one_that_codes_go_to() -> None:
    assert told_phone("0168 491 3918") == told_phone("+84 168 491 3918") == told_phone("0384913918") == "0384913918"
    person = vaccinated(phone="01684913918")
    actions.confirm_told_phone(person, born_year=BORN, by=desk(), site=SITE, now=NOW)
    assert [link.person for link in actions.prove_by_phone(account("0384913918"), BORN, now=NOW)] == [person]


def test_a_guardian_s_link_ends_when_the_child_has_come_of_age() -> None:
    child = arrived_person(born="2003-09-14")
    mine = account()
    actions.prove_by_code(mine, slip(child, born_year=2003), 2003, relation=Relation.CHILD, now=NOW)
    assert len(links(mine)) == 1
    birthday = NOW + timedelta(days=1)
    assert queries.links_of(mine, purpose=Purpose.OWN, now=birthday) == []
    assert queries.citizen_actor(mine, now=birthday).reach.books == frozenset()


def whose(owner: UUID) -> dict[UUID, Relation]:
    return {link.person: link.relation for link in links(owner)}


def test_an_account_is_one_person_whoever_else_it_is_said_to_be() -> None:
    mine = account()
    claim = claimed(mine)
    with pytest.raises(ClaimIncomplete) as caught:
        claimed(mine, name="Lê Văn Tám", identifiers=[])
    assert caught.value.facts == {"field": "relation"}
    mother = arrived_person(name="Trần Thị Tư")
    actions.prove_by_code(mine, slip(mother), BORN, claimed=claim.id, now=NOW)
    assert whose(mine) == {claim.person: Relation.SELF, mother: Relation.HELPED}
    own = arrived_person()
    actions.prove_by_code(mine, slip(own), BORN, now=NOW)
    assert whose(mine) == {own: Relation.SELF, mother: Relation.HELPED}
    other = arrived_person(name="Trần Thị Năm")
    actions.prove_by_code(mine, slip(other), BORN, now=NOW)
    assert whose(mine) == {own: Relation.SELF, mother: Relation.HELPED, other: Relation.HELPED}


def test_a_claim_of_oneself_gives_way_to_the_proof_of_somebody_else_as_oneself() -> None:
    mine, own = account(), arrived_person(name="Trần Thị Mãi")
    claim = claimed(mine, name="Mai Nhỏ", identifiers=[])
    actions.prove_by_code(mine, slip(own), BORN, relation=Relation.SELF, now=NOW)
    assert whose(mine) == {own: Relation.SELF, claim.person: Relation.HELPED}


def test_of_two_who_share_a_phone_and_a_year_the_holder_is_whom_the_account_claimed_to_be() -> None:
    first, second = arrived_person(name="Trần Thị Tư"), arrived_person()
    for person in (first, second):
        actions.confirm_phone(person, PHONE, born_year=BORN, by=desk(), site=SITE, now=NOW)
    mine = account(PHONE)
    claim = claimed(mine)
    assert {link.person for link in actions.prove_by_phone(mine, BORN, now=NOW)} == {first, second}
    assert whose(mine) == {second: Relation.SELF, first: Relation.HELPED}
    assert claim.person not in whose(mine)
    # The phone is somebody else's now: each of them loses what hung on it.
    for person in (first, second):
        actions.replace_phones(person, [PHONE], phone=OTHER_PHONE, by=desk(), now=NOW)
    assert whose(mine) == {}


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_who_share_a_phone_and_a_year_and_of_whom_nothing_was_claimed_who_confirmed_it_first_holds_it(
    turn: int,
) -> None:
    first, second = [arrived_person(name="Trần Thị Tư"), arrived_person()][::turn]
    for person, at in ((second, NOW), (first, NOW - timedelta(days=1))):
        actions.confirm_phone(person, PHONE, born_year=BORN, by=desk(), site=SITE, now=at)
    mine = account(PHONE)
    assert [link.person for link in actions.prove_by_phone(mine, BORN, now=NOW)] == [first, second]
    assert whose(mine) == {first: Relation.SELF, second: Relation.HELPED}


def test_a_grown_person_s_slip_opens_their_book_for_a_helper_and_for_no_guardian() -> None:
    mine, grown = account(), vaccinated(born="2003-09-12")
    actions.prove_by_code(mine, slip(grown, born_year=2003), 2003, relation=Relation.CHILD, now=NOW)
    assert (whose(mine), doses_seen(mine, grown)) == ({grown: Relation.HELPED}, 1)


def test_a_claim_that_the_desk_knows_by_another_name_is_that_person_and_nobody_besides() -> None:
    mine, known = account(), arrived_person(name="Trần Thị Mây")
    code = actions.show_at_desk(mine, claimed(mine).id)
    actions.prove_at_desk(code, person=known, by=desk(), site=SITE, now=NOW)
    assert whose(mine) == {known: Relation.SELF}


# --- the attacker's way ------------------------------------------------------------------------------------------


def test_claiming_somebody_s_number_shows_nothing_of_theirs_and_answers_as_for_nobody() -> None:
    victim = vaccinated()
    thief, dreamer = account(OTHER_PHONE), account(PHONE)
    known = claimed(thief)
    unknown = claimed(dreamer, name="Không Có Ai", identifiers=[])
    assert (known.state, known.how) == (unknown.state, unknown.how) == (LinkState.CLAIMED, None)
    assert known.person != victim
    assert doses_seen(thief, victim) == 0


def test_doses_given_to_a_claimed_person_stay_unseen_until_proved() -> None:
    thief = account(OTHER_PHONE)
    link = claimed(thief)
    with reaching(Reach(sites=frozenset({SITE}))):
        record(dose(link.person))
    assert doses_seen(thief, link.person) == 0


def test_a_wrong_year_an_unknown_a_used_and_an_old_code_are_refused_alike() -> None:
    person, mine, theirs = vaccinated(), account(), account(OTHER_PHONE)
    used = slip(person)
    actions.prove_by_code(mine, used, BORN, now=NOW)
    replaced, good = slip(person), slip(person)
    attempts = [
        lambda: actions.prove_by_code(theirs, "0000-0000-0000", BORN, now=NOW),
        lambda: actions.prove_by_code(theirs, used, BORN, now=NOW),
        lambda: actions.prove_by_code(theirs, replaced, BORN, now=NOW),
        lambda: actions.prove_by_code(theirs, good, BORN + 1, now=NOW),
        lambda: actions.prove_by_code(theirs, good, BORN, now=NOW + timedelta(days=30)),
        lambda: actions.prove_by_code(theirs, "", BORN, now=NOW),
    ]
    assert {refused(attempt) for attempt in attempts} == {ProofRefused.code}
    assert doses_seen(theirs, person) == 0


def test_five_wrong_years_end_a_found_slip_even_for_who_then_knows_the_year() -> None:
    person = vaccinated()
    code = slip(person)
    for wrong in range(5):
        thief = account(f"09{wrong:08}")
        refused(lambda thief=thief, wrong=wrong: actions.prove_by_code(thief, code, 1970 + wrong, now=NOW))
    assert refused(lambda: actions.prove_by_code(account(), code, BORN, now=NOW)) == ProofRefused.code


def test_an_account_has_a_few_tries_a_day_and_then_not_even_a_right_code_opens() -> None:
    person, thief = vaccinated(), account(OTHER_PHONE)
    for _ in range(10):
        refused(lambda: actions.prove_by_code(thief, "0000-0000-0000", BORN, now=NOW))
    code = slip(person)
    assert refused(lambda: actions.prove_by_code(thief, code, BORN, now=NOW)) == TooManyTries.code
    assert actions.prove_by_code(account(), code, BORN, now=NOW).proved


def test_a_code_lies_in_the_database_as_a_hash_and_so_does_the_year() -> None:
    code = slip(vaccinated())
    with reaching(Reach(sites=frozenset({SITE}))):
        row = database.row("select code_hash, year_hash, person::text from access_proofcode")
    assert row is not None
    assert codes.letters_of(code).encode() not in bytes(row[0]) + bytes(row[1])
    assert len(codes.letters_of(code)) * 5 == 60


def test_another_account_s_link_is_unknown_whatever_is_done_with_it() -> None:
    victim, thief = account(), account(OTHER_PHONE)
    link = claimed(victim)
    attempts = [
        lambda: actions.show_at_desk(thief, link.id),
        lambda: actions.end_link(thief, link.id, why="left", now=NOW),
        lambda: actions.claim(thief, told(), relation=Relation.SELF, link=link.id, now=NOW),
    ]
    assert {refused(attempt) for attempt in attempts} == {LinkUnknown.code}
    assert [held.id for held in links(victim)] == [link.id]


def test_a_code_for_the_desk_works_once_and_only_for_the_staff_of_that_desk() -> None:
    mine = account()
    code = actions.show_at_desk(mine, claimed(mine).id)
    stranger = queries.citizen_actor(mine, now=NOW)
    with pytest.raises(NotPermitted):
        actions.prove_at_desk(code, person=None, by=stranger, site=SITE, now=NOW)
    with pytest.raises(NotPermitted):
        actions.prove_at_desk(code, person=None, by=desk("79-0099"), site=SITE, now=NOW)
    actions.prove_at_desk(code, person=None, by=desk(), site=SITE, now=NOW)
    assert (
        refused(lambda: actions.prove_at_desk(code, person=None, by=desk(), site=SITE, now=NOW)) == "desk-code-refused"
    )


def test_a_claim_does_not_tell_who_holds_a_book() -> None:
    person, mine, theirs = vaccinated(), account(), account(OTHER_PHONE)
    actions.prove_by_code(mine, slip(person), BORN, now=NOW)
    claimed(theirs)
    actor = queries.citizen_actor(theirs, now=NOW)
    with reaching(actor.reach):
        assert database.rows("select * from access_holders(array[%s]::uuid[])", [person]) == []
        with pytest.raises(LinkUnknown):
            queries.holders_of(person, actor=actor, purpose=Purpose.OWN)


def test_the_database_keeps_an_account_to_its_own_rows() -> None:
    mine, theirs = account(), account(OTHER_PHONE)
    claimed(mine)
    actions.show_at_desk(mine, links(mine)[0].id)
    with reaching(Reach(account=theirs)):
        for table in ("access_link", "access_deskcode", "access_signin", "access_proof", "access_confirmedphone"):
            assert database.rows(f"select 1 from {table}") == [], table
        assert len(database.rows("select 1 from access_account")) == 1
