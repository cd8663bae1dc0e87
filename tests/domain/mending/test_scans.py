from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db.utils import IntegrityError
from PIL import Image

from tiemchung.domain.mending import actions, queries
from tiemchung.domain.mending.actions.scans import HELD_FOR, LEFT_KEPT_FOR, SETTLED_KEPT_FOR
from tiemchung.domain.mending.errors import ScanTakenAlready, ScanUnknown, SlipTooLarge, SlipUnreadable
from tiemchung.domain.mending.values import MOST_SLIP_BYTES, ScanState, UnreadableWhy
from tiemchung.domain.places import actions as places
from tiemchung.kernel.actor import ANYBODY, SYSTEM, Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted, Refusal
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

NOW = datetime(2021, 9, 15, 6, 40, tzinfo=UTC)
DAY = date(2021, 9, 13)
SITE, OTHER = "79-0001", "79-0002"
TYPES = frozenset({Power.CHECK_IN, Power.RECORD_DOSE})


def staff(site: str = SITE, powers: frozenset[Power] = TYPES) -> Actor:
    return Actor(
        id=uuid7(NOW),
        kind=ActorKind.STAFF,
        name="Trần Văn Nhập",
        powers=powers,
        reach=Reach(sites=frozenset({site})),
    )


@pytest.fixture(autouse=True)
def _sites(db: None) -> None:
    places.load_organizations([{"code": "H1", "name": "Bệnh viện Quận 1", "commune": "26734"}], actor=SYSTEM)
    rows = [{"code": code, "name": code, "organization": "H1", "commune": "26734"} for code in (SITE, OTHER)]
    places.load_sites(rows, actor=SYSTEM)


def photo(shade: int = 255) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (30, 20), (shade, shade, shade)).save(kept, "PNG")
    return kept.getvalue()


def kept(shade: int = 255, *, by: Actor, now: datetime = NOW) -> UUID:
    scan = actions.keep_scan(photo(shade), site=SITE, given_on=DAY, actor=by, now=now)
    assert scan is not None
    return scan


def taken_next(by: Actor, *, now: datetime = NOW) -> UUID | None:
    with reaching(by.reach):
        return actions.take_next_scan(site=SITE, given_on=DAY, actor=by, now=now)


def state_of(scan: UUID, by: Actor) -> ScanState:
    with reaching(by.reach):
        return queries.scan(scan, site=SITE, actor=by).state


def test_a_picture_is_laid_in_once_however_often_it_is_brought() -> None:
    nhap = staff()
    kept(by=nhap)
    assert actions.keep_scan(photo(), site=SITE, given_on=DAY, actor=nhap, now=NOW) is None
    with reaching(nhap.reach):
        assert len(queries.scans_of(SITE, DAY, actor=nhap)) == 1


def test_two_typists_never_have_one_slip_in_hand() -> None:
    nhap, go = staff(), staff()
    scans = [kept(shade, by=nhap, now=NOW + timedelta(seconds=shade)) for shade in (10, 90, 200)]
    assert (taken_next(nhap), taken_next(go)) == (scans[0], scans[1])
    assert taken_next(nhap) == scans[0]  # one's own before any other
    with reaching(go.reach), pytest.raises(ScanTakenAlready):
        actions.take_scan(scans[0], site=SITE, actor=go, now=NOW)


def test_what_somebody_left_lying_goes_to_the_next_one_and_not_before() -> None:
    nhap, go = staff(), staff()
    scan = kept(by=nhap)
    assert taken_next(nhap) == scan
    assert taken_next(go, now=NOW + HELD_FOR) is None
    assert taken_next(go, now=NOW + HELD_FOR + timedelta(seconds=1)) == scan
    with reaching(nhap.reach), pytest.raises(ScanTakenAlready):
        actions.scan_entered(scan, site=SITE, visit=uuid7(), person=uuid7(), actor=nhap, now=NOW)


def test_a_slip_that_was_set_aside_says_why_and_can_come_back() -> None:
    nhap = staff()
    scan = kept(by=nhap)
    taken_next(nhap)
    with reaching(nhap.reach):
        actions.set_scan_aside(scan, site=SITE, why=UnreadableWhy.BLURRED, actor=nhap, now=NOW)
        assert queries.scan(scan, site=SITE, actor=nhap).reason is UnreadableWhy.BLURRED
        assert queries.days_with_scans(SITE, actor=nhap) == []
        actions.lay_back(scan, site=SITE, actor=nhap)
    assert state_of(scan, nhap) is ScanState.WAITING


def test_a_slip_that_was_entered_is_entered_no_second_time() -> None:
    nhap = staff()
    scan = kept(by=nhap)
    taken_next(nhap)
    with reaching(nhap.reach):
        actions.scan_entered(scan, site=SITE, visit=uuid7(), person=uuid7(), actor=nhap, now=NOW)
        with pytest.raises(ScanTakenAlready):
            actions.scan_entered(scan, site=SITE, visit=uuid7(), person=uuid7(), actor=nhap, now=NOW)
        with pytest.raises(ScanTakenAlready):
            actions.lay_back(scan, site=SITE, actor=nhap)
        with pytest.raises(ScanTakenAlready):
            actions.set_scan_aside(scan, site=SITE, why=None, actor=nhap, now=NOW)


def test_the_table_itself_keeps_a_slip_from_standing_between_two_states() -> None:
    nhap = staff()
    kept(by=nhap)
    with pytest.raises(IntegrityError), reaching(nhap.reach):
        database.run("update mending_scan set state = 'unreadable', settled_at = now(), typist = %s", [nhap.id])


@pytest.mark.parametrize(
    ("content", "refusal"),
    [(b"\xff\xd8" + bytes(MOST_SLIP_BYTES), SlipTooLarge), (b"<svg/>", SlipUnreadable)],
    ids=["too large", "no photo"],
)
def test_what_is_no_photo_is_not_laid_in(content: bytes, refusal: type[Refusal]) -> None:
    nhap = staff()
    with pytest.raises(refusal):
        actions.keep_scan(content, site=SITE, given_on=DAY, actor=nhap, now=NOW)
    with reaching(nhap.reach):
        assert queries.scans_of(SITE, DAY, actor=nhap) == []


def picture(scan: UUID, by: Actor, *, site: str = SITE) -> bytes:
    with reaching(by.reach):
        return queries.scan_picture(scan, site=site, actor=by, purpose=Purpose.CARE, viewed_at=NOW)


def test_a_picture_lies_sealed_and_only_its_own_bench_sees_it() -> None:
    nhap, lead = staff(), staff(powers=frozenset({Power.ATTEST}))
    scan = kept(by=nhap)
    assert picture(scan, nhap)[:2] == picture(scan, lead)[:2] == b"\xff\xd8"
    with reaching(nhap.reach):
        (sealed,) = database.row("select sealed from mending_scan") or (b"",)
    assert b"JFIF" not in bytes(sealed)
    for stranger, site in ((staff(OTHER), SITE), (staff(powers=frozenset({Power.OBSERVE})), SITE), (ANYBODY, SITE)):
        with pytest.raises(NotPermitted):
            picture(scan, stranger, site=site)
        with pytest.raises(NotPermitted), reaching(stranger.reach):
            queries.scans_of(SITE, DAY, actor=stranger)
        with pytest.raises(NotPermitted):
            actions.keep_scan(photo(7), site=SITE, given_on=DAY, actor=stranger, now=NOW)
    with pytest.raises(ScanUnknown):
        picture(scan, staff(OTHER), site=OTHER)


def test_the_database_shows_a_scan_to_no_other_site_and_to_no_citizen() -> None:
    kept(by=staff())
    book = Reach(account=uuid7(), books=frozenset({uuid7()}))
    for reach in (Reach(sites=frozenset({OTHER})), Reach(communes=frozenset({"26734"})), book):
        with reaching(reach):
            assert database.row("select count(*)::int from mending_scan") == (0,)


def test_pictures_are_erased_in_time_and_the_count_stays() -> None:
    nhap = staff()
    typed, left = kept(10, by=nhap), kept(200, by=nhap, now=NOW + timedelta(seconds=1))
    assert taken_next(nhap) == typed
    with reaching(nhap.reach):
        actions.scan_entered(typed, site=SITE, visit=uuid7(), person=uuid7(), actor=nhap, now=NOW)

    def with_picture(after: timedelta) -> list[bool]:
        with reaching(nhap.reach):
            actions.forget_scans(now=NOW + after)
            return [one.has_picture for one in queries.scans_of(SITE, DAY, actor=nhap)]

    assert with_picture(SETTLED_KEPT_FOR) == [True, True]
    assert with_picture(SETTLED_KEPT_FOR + timedelta(minutes=1)) == [False, True]
    assert with_picture(LEFT_KEPT_FOR + timedelta(minutes=1)) == [False, False]
    for erased in (typed, left):
        with pytest.raises(ScanUnknown):
            picture(erased, nhap)
