from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import psycopg
import pytest

from tiemchung.domain.mending import actions, queries
from tiemchung.domain.mending.errors import (
    ComplaintEmpty,
    ComplaintKindUnknown,
    ComplaintSentBefore,
    ComplaintTooLong,
    PhoneUnreadable,
)
from tiemchung.domain.mending.values import LONGEST_STORY, CaseState, ComplaintTold
from tiemchung.domain.places import actions as places
from tiemchung.kernel.actor import ANYBODY, NOWHERE, SYSTEM, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

NOW = datetime(2021, 9, 15, 6, 40, tzinfo=UTC)
STORY = "Tôi tiêm ngày 13/09 ở Nhà thi đấu mà sổ chưa có."
SITE = "79-0001"


@pytest.fixture(autouse=True)
def _a_site(db: None) -> None:
    places.load_organizations([{"code": "H1", "name": "Bệnh viện Quận 1", "commune": "26734"}], actor=SYSTEM)
    site = {"code": SITE, "name": "Nhà thi đấu", "organization": "H1", "commune": "26734"}
    places.load_sites([site], actor=SYSTEM)


def told(**changes: object) -> ComplaintTold:
    plain = ComplaintTold(id=uuid7(NOW), kind="missing-dose", story=STORY, site=SITE, phone="0912 345 678")
    return msgspec.structs.replace(plain, **changes)


def rows() -> int:
    with reaching(Reach(sites=frozenset({SITE}))):
        found = database.row("select count(*)::int from mending_complaint")
    return found[0] if found else 0


def test_a_complaint_is_asked_for_by_its_number_and_by_nothing_else() -> None:
    filed = actions.file_complaint(told(), actor=ANYBODY, now=NOW)
    assert filed.due_at == NOW + timedelta(hours=48)
    standing = queries.complaint_by_number(filed.number.lower())
    assert standing is not None
    assert (standing.kind, standing.state, standing.filed_at) == ("missing-dose", CaseState.OPEN, NOW)
    assert queries.complaint_by_number("22222-22222") is None


def test_a_form_sent_twice_is_one_complaint_with_one_number() -> None:
    once = told()
    first = actions.file_complaint(once, actor=ANYBODY, now=NOW)
    assert actions.file_complaint(once, actor=ANYBODY, now=NOW + timedelta(minutes=1)) == first
    assert rows() == 1


def test_other_words_under_the_same_form_are_not_dropped_unsaid() -> None:
    once = told()
    actions.file_complaint(once, actor=ANYBODY, now=NOW)
    with pytest.raises(ComplaintSentBefore):
        actions.file_complaint(msgspec.structs.replace(once, story="Chuyện khác."), actor=ANYBODY, now=NOW)


def test_the_number_of_a_complaint_is_not_told_to_who_reaches_another_site() -> None:
    once = told()
    actions.file_complaint(once, actor=ANYBODY, now=NOW)
    with pytest.raises(ComplaintSentBefore):
        actions.file_complaint(msgspec.structs.replace(once, site=""), actor=ANYBODY, now=NOW)


def test_a_complaint_is_read_by_who_reaches_its_site_only() -> None:
    actions.file_complaint(told(), actor=ANYBODY, now=NOW)
    with reaching(NOWHERE):
        assert database.row("select count(*)::int from mending_complaint") == (0,)
    assert rows() == 1


def test_a_site_nobody_knows_does_not_lose_the_complaint() -> None:
    filed = actions.file_complaint(told(site="99-9999"), actor=ANYBODY, now=NOW)
    assert queries.complaint_by_number(filed.number) is not None


def test_what_was_told_lies_sealed(owner_connection: psycopg.Connection) -> None:
    del owner_connection
    actions.file_complaint(told(), actor=ANYBODY, now=NOW)
    with reaching(Reach(sites=frozenset({SITE}))):
        found = database.row("select mending_complaint::text from mending_complaint")
    assert found is not None
    assert "Nhà thi đấu" not in found[0]
    assert "912345678" not in found[0]


def test_the_country_counts_what_waits_and_what_is_overdue() -> None:
    actions.file_complaint(told(), actor=ANYBODY, now=NOW)
    actions.file_complaint(told(site=""), actor=ANYBODY, now=NOW + timedelta(hours=40))
    assert queries.open_complaints(now=NOW + timedelta(hours=49)) == (2, 1)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"kind": "all-is-well"}, ComplaintKindUnknown),
        ({"story": " \n "}, ComplaintEmpty),
        ({"story": "a" * (LONGEST_STORY + 1)}, ComplaintTooLong),
        ({"phone": "gọi tôi"}, PhoneUnreadable),
        ({"phone": "12345"}, PhoneUnreadable),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_stored(changes: dict[str, object], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        actions.file_complaint(told(**changes), actor=ANYBODY, now=NOW)
    assert rows() == 0
