from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from PIL import Image

from tiemchung.domain.mending import actions, queries
from tiemchung.domain.mending.errors import CaseUnknown, RejectReasonUnknown, SlipsTooMany, SlipTooLarge, SlipUnreadable
from tiemchung.domain.mending.values import MOST_SLIP_BYTES, MOST_SLIPS, CaseState, ComplaintTold, Origin, Outcome
from tiemchung.domain.places import actions as places
from tiemchung.kernel.actor import ANYBODY, SYSTEM, Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

NOW = datetime(2021, 9, 15, 6, 40, tzinfo=UTC)
SITE, OTHER = "79-0001", "79-0002"
PHONE, ANOTHER = "0912 345 678", "0987654321"


def officer(site: str) -> Actor:
    return Actor(
        id=uuid7(NOW),
        kind=ActorKind.STAFF,
        name="Trần Thị Lan",
        powers=frozenset({Power.MEND}),
        reach=Reach(sites=frozenset({site})),
    )


@pytest.fixture(autouse=True)
def _sites(db: None) -> None:
    places.load_organizations([{"code": "H1", "name": "Bệnh viện Quận 1", "commune": "26734"}], actor=SYSTEM)
    rows = [{"code": code, "name": code, "organization": "H1", "commune": "26734"} for code in (SITE, OTHER)]
    places.load_sites(rows, actor=SYSTEM)


def photo() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (30, 20), "white").save(kept, "PNG")
    return kept.getvalue()


def told(**changes: object) -> ComplaintTold:
    plain = ComplaintTold(
        id=uuid7(NOW), kind="missing-dose", story="Thiếu mũi ngày 13/09.", site=SITE, phone=PHONE, slips=(photo(),)
    )
    return msgspec.structs.replace(plain, **changes)


def slips_of(case: UUID, *, actor: Actor) -> tuple[UUID, ...]:
    return queries.case(case, actor=actor, purpose=Purpose.CORRECTION).slips


def decided(case: UUID, *, by: Actor, outcome: Outcome = Outcome.NOT_UPHELD, reason: str = "photo-unreadable") -> None:
    actions.take(case, step=uuid7(NOW), actor=by, now=NOW)
    actions.decide(
        case, step=uuid7(NOW), outcome=outcome, text="Ảnh mờ, xin gửi lại.", reason=reason, actor=by, now=NOW
    )


def test_a_photo_is_read_at_the_desk_of_its_case_and_nowhere_else() -> None:
    sent, here = told(), officer(SITE)
    actions.file_complaint(sent, actor=ANYBODY, now=NOW)
    (slip,) = slips_of(sent.id, actor=here)
    asking: dict[str, Any] = {"case_": sent.id, "purpose": Purpose.CORRECTION, "viewed_at": NOW}
    shown = queries.slip(slip, actor=here, **asking)
    assert shown is not None
    assert shown.startswith(b"\xff\xd8")
    with pytest.raises(CaseUnknown):
        queries.slip(slip, actor=officer(OTHER), **asking)
    with reaching(Reach(sites=frozenset({OTHER}))):
        assert database.row("select count(*)::int from mending_slip") == (0,)


def test_a_photo_lies_sealed() -> None:
    actions.file_complaint(told(), actor=ANYBODY, now=NOW)
    with reaching(Reach(sites=frozenset({SITE}))):
        found = database.row("select sealed from mending_slip")
    assert found is not None
    assert b"JFIF" not in bytes(found[0])


def test_photos_go_along_when_a_case_is_handed_on() -> None:
    sent = told()
    actions.file_complaint(sent, actor=ANYBODY, now=NOW)
    actions.hand_on(sent.id, step=uuid7(NOW), to_site=OTHER, text="Tiêm ở đó.", actor=officer(SITE), now=NOW)
    assert len(slips_of(sent.id, actor=officer(OTHER))) == 1


@pytest.mark.parametrize(
    ("contents", "refusal"),
    [
        ((b"\xff\xd8" + bytes(MOST_SLIP_BYTES),), SlipTooLarge),
        ((b"<svg/>",), SlipUnreadable),
        ((b"",) * (MOST_SLIPS + 1), SlipsTooMany),
    ],
    ids=["too large", "no photo", "too many"],
)
def test_what_is_no_photo_or_one_too_many_is_refused_and_nothing_is_filed(
    contents: tuple[bytes, ...], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        actions.file_complaint(told(slips=contents), actor=ANYBODY, now=NOW)
    with reaching(Reach(sites=frozenset({SITE}))):
        assert database.row("select count(*)::int from mending_case") == (0,)


def test_the_listed_reason_is_read_by_number_and_the_answer_by_who_holds_the_phone_and_asked() -> None:
    sent, here = told(), officer(SITE)
    filed = actions.file_complaint(sent, actor=ANYBODY, now=NOW)
    decided(sent.id, by=here)
    standing = queries.complaint_by_number(filed.number)
    assert standing is not None
    assert (standing.reason, standing.has_phone) == ("photo-unreadable", True)
    (before,) = queries.complaints_of_phone(PHONE, purpose=Purpose.OWN)
    assert (before.confirmed, before.answer, before.standing.number) == (False, "", filed.number)
    assert actions.confirm_phone(sent.id, phone=PHONE, is_theirs=True, now=NOW)
    (after,) = queries.complaints_of_phone("+84 912 345 678", purpose=Purpose.OWN)
    assert (after.confirmed, after.answer) == (True, "Ảnh mờ, xin gửi lại.")


def test_another_phone_neither_finds_nor_confirms_a_complaint() -> None:
    sent = told()
    actions.file_complaint(sent, actor=ANYBODY, now=NOW)
    assert queries.complaints_of_phone(ANOTHER, purpose=Purpose.OWN) == []
    assert not actions.confirm_phone(sent.id, phone=ANOTHER, is_theirs=True, now=NOW)
    assert not actions.confirm_phone(sent.id, phone=ANOTHER, is_theirs=False, now=NOW)


def test_a_number_that_somebody_else_typed_lets_go_of_the_complaint() -> None:
    sent = told()
    actions.file_complaint(sent, actor=ANYBODY, now=NOW)
    assert actions.confirm_phone(sent.id, phone=PHONE, is_theirs=False, now=NOW)
    assert queries.complaints_of_phone(PHONE, purpose=Purpose.OWN) == []
    assert slips_of(sent.id, actor=officer(SITE))


def test_who_is_signed_in_by_the_phone_has_confirmed_it_by_that() -> None:
    actions.file_complaint(told(account_phone="+84912345678"), actor=ANYBODY, now=NOW)
    (found,) = queries.complaints_of_phone(PHONE, purpose=Purpose.OWN)
    assert found.confirmed


def test_a_desk_writes_a_complaint_down_as_its_own_origin() -> None:
    sent, here = told(name="  Lê Văn   Tám ", place="Trường Trần Phú"), officer(SITE)
    actions.file_complaint(sent, actor=here, now=NOW)
    shown = queries.case(sent.id, actor=here, purpose=Purpose.CORRECTION)
    assert (shown.listed.origin, shown.facts.name, shown.facts.place) == (Origin.DESK, "Lê Văn Tám", "Trường Trần Phú")


@pytest.mark.parametrize(("outcome", "reason"), [(Outcome.NOT_UPHELD, "because"), (Outcome.UPHELD, "photo-unreadable")])
def test_a_reason_is_one_of_the_list_and_of_what_is_turned_down(outcome: Outcome, reason: str) -> None:
    sent, here = told(), officer(SITE)
    filed = actions.file_complaint(sent, actor=ANYBODY, now=NOW)
    with pytest.raises(RejectReasonUnknown):
        decided(sent.id, by=here, outcome=outcome, reason=reason)
    standing = queries.complaint_by_number(filed.number)
    assert standing is not None
    assert standing.state is CaseState.OPEN


def test_what_is_about_a_dose_but_not_whose_it_is_voids_nothing() -> None:
    sent, here = told(kind="wrong-lot", person=uuid7(NOW), dose=uuid7(NOW), slips=()), officer(SITE)
    actions.file_complaint(sent, actor=ANYBODY, now=NOW)
    actions.take(sent.id, step=uuid7(NOW), actor=here, now=NOW)
    later = NOW + timedelta(minutes=1)
    ended = actions.decide(
        sent.id, step=uuid7(later), outcome=Outcome.UPHELD, text="Đã sửa số lô.", actor=here, now=later
    )
    assert ended is None
