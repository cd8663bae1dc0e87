"""A stranger who would be somebody's parent or helper: by claim, by slip, at a desk, by phone, by link, by request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django import Settings

from tests.domain.access.people_known import NOW, OTHER_PHONE, PHONE, SITE, account, arrived_person, claimed, desk, told
from tests.domain.access.test_proofs import doses_seen, links, refused, slip, vaccinated
from tests.faces.partners.hospital import HOSPITAL, own_keys, register
from tiemchung.domain.access import actions, queries
from tiemchung.domain.access.errors import ConsentRefused, LinkUnknown, ProofRefused
from tiemchung.domain.access.values import About, Holder, Link, Relation
from tiemchung.domain.people.values import IdentifierTold
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.django_db
BORN, CHILD_S = 2012, "079312004417"
AS_KIN = pytest.mark.parametrize("relation", [Relation.CHILD, Relation.HELPED])
THE_CHILD = {
    "name": "Trần Bảo An",
    "born": "2012-05-01",
    "sex": "female",
    "identifiers": [IdentifierTold(kind="personal-number", value=CHILD_S)],
}
"""What a neighbor, a teacher or whoever found a photo of the birth certificate knows."""


@pytest.fixture
def child() -> UUID:
    return vaccinated(**THE_CHILD)


@pytest.fixture
def parent(child: UUID) -> UUID:
    """The account of the child's mother, which opens its book."""
    mother = account()
    actions.prove_by_code(mother, slip(child, born_year=BORN), BORN, relation=Relation.CHILD, now=NOW)
    return mother


@pytest.fixture
def thief() -> UUID:
    return account(OTHER_PHONE)


def held(owner: UUID) -> Link:
    (link,) = links(owner)
    return link


def holders(person: UUID, *, seen_by: UUID) -> list[Holder]:
    actor = queries.citizen_actor(seen_by, now=NOW)
    with reaching(actor.reach):
        return queries.holders_of(person, actor=actor, purpose=Purpose.OWN)


def assert_nothing_opened(child: UUID, *, parent: UUID, thief: UUID) -> None:
    assert (doses_seen(thief, child), doses_seen(parent, child)) == (0, 1)
    assert [(each.own, each.relation) for each in holders(child, seen_by=parent)] == [(True, Relation.CHILD)]
    with pytest.raises(LinkUnknown):
        holders(child, seen_by=thief)


@AS_KIN
def test_telling_all_that_is_known_of_a_child_opens_nothing_and_tells_nothing(
    child: UUID, parent: UUID, thief: UUID, relation: Relation
) -> None:
    known = claimed(thief, relation, **THE_CHILD)
    unknown = claimed(thief, relation, **{**THE_CHILD, "name": "Không Có Em", "identifiers": []})
    assert (known.state, known.how, known.relation) == (unknown.state, unknown.how, unknown.relation)
    assert child not in {known.person, unknown.person}
    amended = actions.amend_claim(thief, unknown.id, told(**THE_CHILD), now=NOW)
    assert (amended.proved, amended.person == child) == (False, False)
    assert_nothing_opened(child, parent=parent, thief=thief)


@AS_KIN
def test_a_child_s_slip_opens_nothing_without_its_year_once_used_or_ended(
    child: UUID, parent: UUID, thief: UUID, relation: Relation
) -> None:
    thrown_away, found = slip(child, born_year=BORN), slip(child, born_year=BORN)
    tries = [(thrown_away, BORN), (found, BORN + 1), (found, 1980)]
    codes = {refused(partial(actions.prove_by_code, thief, *told, relation=relation, now=NOW)) for told in tries}
    assert codes == {ProofRefused.code}
    actions.prove_by_code(parent, found, BORN, relation=Relation.CHILD, now=NOW)
    later = NOW + timedelta(minutes=1)
    late = partial(actions.prove_by_code, thief, found, BORN, relation=relation, now=later)
    assert refused(late) == ProofRefused.code
    assert_nothing_opened(child, parent=parent, thief=thief)


def test_a_slip_of_one_s_own_typed_on_another_account_s_page_takes_nothing_of_that_page(
    child: UUID, parent: UUID, thief: UUID
) -> None:
    page = held(parent)
    own = arrived_person(name="Lê Thị Tám")
    opened = actions.prove_by_code(thief, slip(own), 1980, claimed=page.id, now=NOW)
    assert (opened.person, opened.relation, opened.told) == (own, Relation.SELF, None)
    assert held(parent) == page
    assert_nothing_opened(child, parent=parent, thief=thief)


@AS_KIN
def test_a_desk_confirms_a_stranger_s_claim_as_a_person_of_its_own_and_never_as_the_child(
    child: UUID, parent: UUID, thief: UUID, relation: Relation
) -> None:
    claim = claimed(thief, relation, **THE_CHILD)
    code = actions.show_at_desk(thief, claim.id)
    for whoever in (queries.citizen_actor(thief, now=NOW), queries.citizen_actor(parent, now=NOW), desk("79-0099")):
        with pytest.raises(NotPermitted):
            actions.prove_at_desk(code, person=child, by=whoever, site=SITE, now=NOW)
    # Even the officer who is shown a forged paper gives the stranger a new, empty record.
    forged = actions.prove_at_desk(code, person=None, by=desk(), site=SITE, now=NOW)
    assert (forged.person != child, forged.relation) == (True, relation)
    assert_nothing_opened(child, parent=parent, thief=thief)


def test_a_phone_that_the_mother_confirmed_opens_her_book_and_no_child_s(child: UUID, parent: UUID) -> None:
    mother = arrived_person(name="Trần Thị Mai")
    actions.confirm_phone(mother, OTHER_PHONE, born_year=1980, by=desk(), site=SITE, now=NOW)
    finder = account(OTHER_PHONE)
    assert actions.prove_by_phone(finder, BORN, now=NOW) == []
    assert_nothing_opened(child, parent=parent, thief=finder)


def test_no_link_of_a_family_is_of_use_to_another_account(
    child: UUID, parent: UUID, thief: UUID, settings: Settings, keys_folder: Path, tmp_path: Path
) -> None:
    page, own = held(parent), claimed(thief, Relation.CHILD, **THE_CHILD)
    scopes = ["patient/Immunization.rs"]
    own_keys(settings, keys_folder, tmp_path)
    register(tmp_path, site=None, scopes=scopes)
    attempts: dict[str, Callable[[], object]] = {
        "show at a desk": lambda: actions.show_at_desk(thief, page.id),
        "take off": lambda: actions.end_link(thief, page.id, why="left", now=NOW),
        "shut out by a claim": lambda: actions.end_link(thief, page.id, why="shut-out", now=NOW),
        "amend": lambda: actions.amend_claim(thief, page.id, told(**THE_CHILD), now=NOW),
        "ask to restrict": lambda: actions.ask_about_own(
            thief, child, About.RESTRICT, "Khóa lại.", request=uuid7(NOW), now=NOW
        ),
        "ask by the claim": lambda: actions.ask_about_own(
            thief, own.person, About.CORRECT, "Đổi số điện thoại.", request=uuid7(NOW), now=NOW
        ),
    }
    assert {what: refused(attempt) for what, attempt in attempts.items()} == dict.fromkeys(attempts, LinkUnknown.code)
    for link in (page.id, own.id):
        with pytest.raises(ConsentRefused):
            actions.allow(thief, link, client=HOSPITAL, scopes=scopes, days=1, consent=uuid7(NOW), now=NOW)
    assert actions.allow(parent, page.id, client=HOSPITAL, scopes=scopes, days=1, consent=uuid7(NOW), now=NOW)
    assert held(parent) == page
    assert_nothing_opened(child, parent=parent, thief=thief)


def test_a_mother_who_lost_the_book_has_no_more_of_it_than_any_stranger(child: UUID, parent: UUID) -> None:
    left = held(parent)
    actions.withdraw_proofs(child, reason="asked-by-person", by=desk(), site=SITE, now=NOW)
    assert (links(parent), doses_seen(parent, child)) == ([], 0)
    for attempt in (
        lambda: actions.show_at_desk(parent, left.id),
        lambda: actions.ask_about_own(parent, child, About.CORRECT, "Sửa.", request=uuid7(NOW), now=NOW),
    ):
        assert refused(attempt) == LinkUnknown.code


def test_a_stranger_s_phone_is_no_guardian_s_by_having_been_told_at_the_chair() -> None:
    """A consent names the guardian and a phone: it is a word on a form, and opens no book."""
    child = vaccinated(**THE_CHILD, phone=PHONE)
    told_there = account(PHONE)
    assert actions.prove_by_phone(told_there, BORN, now=NOW) == []
    assert doses_seen(told_there, child) == 0
