"""Who may unlock a tablet, and with which secrets of the day; and everybody who would like to as well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.faces.devices.tablets import OTHER_SITE, SITE, Tablet
from tiemchung.domain.access import actions, models
from tiemchung.domain.access.actions import unlocking
from tiemchung.domain.access.actions.unlocking import TRIES_AT_SITE, TRIES_ON_DEVICE
from tiemchung.domain.access.errors import StaffUnknown
from tiemchung.kernel import sealed, wire
from tiemchung.kernel.actor import SYSTEM, Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung_world.passkey import RP_ID, Passkey

pytestmark = pytest.mark.django_db

NOW = datetime(2021, 9, 13, 1, 0, tzinfo=UTC)
TODAY = date(2021, 9, 13)
PATH = "/api/devices/unlocks"


@pytest.fixture(autouse=True)
def morning(set_time: Callable[..., None]) -> None:
    set_time(NOW)


@pytest.fixture
def tablet() -> Tablet:
    enrolled = Tablet()
    enrolled.enroll()
    return enrolled


def hired(*, site: str = SITE, **more: Any) -> UUID:
    row = {
        "id": str(uuid7()),
        "name": "Nguyễn Thảo",
        "login": f"thao-{uuid7()}",
        "roles": [{"role": "vaccinator", "site": site}],
        **more,
    }
    actions.load_staff([row], actor=SYSTEM, now=NOW)
    return UUID(row["id"])


def lead(site: str = SITE) -> Actor:
    return Actor(
        id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({Power.ENROLL_DEVICE}), reach=Reach(sites=frozenset({site}))
    )


def unlocked(tablet: Tablet, staff: UUID, digits: str) -> Any:
    return tablet.post(PATH, {"staff": str(staff), "code": digits})


def secrets_of(tablet: Tablet, told: dict[str, Any], staff: UUID) -> dict[str, bytes]:
    (one,) = [one for one in told["staff"] if one["staff"] == str(staff)]
    return {
        day["day"]: sealed.unseal(
            tablet.agreement,
            wire.from_base64url(day["secret"]),
            sealed.unlock_context(tablet.device, staff, date.fromisoformat(day["day"])),
        )
        for day in one["days"]
    }


def test_digits_from_the_lead_give_the_secrets_of_today_and_three_days_more(tablet: Tablet) -> None:
    staff = hired()
    digits = actions.open_unlock_code(staff, site=SITE, actor=lead())
    told = unlocked(tablet, staff, digits)
    assert told.status_code == 200, told.content
    secrets = secrets_of(tablet, told.json(), staff)
    assert list(secrets) == ["2021-09-13", "2021-09-14", "2021-09-15", "2021-09-16"]
    assert len(set(secrets.values())) == 4
    assert {len(secret) for secret in secrets.values()} == {32}
    again = tablet.get(PATH).json()
    assert secrets_of(tablet, again, staff) == secrets
    assert (again["staff"][0]["salt"], again["staff"][0]["iterations"]) == (told.json()["staff"][0]["salt"], 600_000)


def test_the_next_day_brings_one_day_more_and_the_same_secrets(tablet: Tablet, set_time: Callable[..., None]) -> None:
    staff = hired()
    first = secrets_of(
        tablet, unlocked(tablet, staff, actions.open_unlock_code(staff, site=SITE, actor=lead())).json(), staff
    )
    set_time(NOW + timedelta(days=1))
    second = secrets_of(tablet, tablet.get(PATH).json(), staff)
    assert sorted(second) == ["2021-09-14", "2021-09-15", "2021-09-16", "2021-09-17"]
    assert {day: first[day] for day in list(second)[:3]} == {day: second[day] for day in list(second)[:3]}


def test_another_tablet_another_member_and_another_day_have_other_secrets(tablet: Tablet) -> None:
    staff, other = hired(), hired()
    neighbor = Tablet()
    neighbor.enroll()
    told = {}
    for one, who in ((tablet, staff), (tablet, other), (neighbor, staff)):
        digits = actions.open_unlock_code(who, site=SITE, actor=lead())
        told[one.device, who] = secrets_of(one, unlocked(one, who, digits).json(), who)["2021-09-13"]
    assert len(set(told.values())) == 3


def test_a_secret_opens_for_its_own_tablet_member_and_day_alone(tablet: Tablet) -> None:
    staff = hired()
    told = unlocked(tablet, staff, actions.open_unlock_code(staff, site=SITE, actor=lead())).json()
    raw = wire.from_base64url(told["staff"][0]["days"][0]["secret"])
    thief = Tablet()
    with pytest.raises(sealed.SealedError):
        sealed.unseal(thief.agreement, raw, sealed.unlock_context(tablet.device, staff, TODAY))
    with pytest.raises(sealed.SealedError):
        sealed.unseal(tablet.agreement, raw, sealed.unlock_context(tablet.device, staff, TODAY + timedelta(days=1)))


def test_digits_serve_once_for_their_member_at_their_site(tablet: Tablet) -> None:
    staff, other = hired(), hired()
    away = hired(site=OTHER_SITE)
    digits = actions.open_unlock_code(staff, site=SITE, actor=lead())
    elsewhere = actions.open_unlock_code(away, site=OTHER_SITE, actor=lead(OTHER_SITE))
    assert unlocked(tablet, other, digits).status_code == 403
    assert unlocked(tablet, away, elsewhere).status_code == 403
    assert unlocked(tablet, staff, digits).status_code == 200
    neighbor = Tablet()
    neighbor.enroll()
    refusal = unlocked(neighbor, staff, digits)
    assert (refusal.status_code, refusal.json()["code"]) == (403, "unlock-refused")
    assert tablet.get(PATH).json()["staff"] != []
    assert neighbor.get(PATH).json()["staff"] == []


def test_digits_end_after_a_quarter_of_an_hour(tablet: Tablet) -> None:
    staff = hired()
    digits = actions.open_unlock_code(staff, site=SITE, actor=lead())
    models.UnlockCode.objects.update(expires_at=datetime.now(tz=UTC) - timedelta(minutes=1))
    assert unlocked(tablet, staff, digits).status_code == 403


def test_five_wrong_tries_end_it_for_the_day_even_with_the_right_digits(tablet: Tablet) -> None:
    staff = hired()
    digits = actions.open_unlock_code(staff, site=SITE, actor=lead())
    wrong = f"{(int(digits) + 1) % 10**8:08}"
    assert [unlocked(tablet, staff, wrong).status_code for _ in range(5)] == [403] * 5
    refusal = unlocked(tablet, staff, digits)
    assert (refusal.status_code, refusal.json()["code"]) == (429, "unlock-tries-spent")
    until = datetime.fromisoformat(refusal.json()["until"])
    assert (until.hour, until.minute, until.utcoffset()) == (0, 0, timedelta(hours=7))
    assert f"{until:%H:%M ngày %d/%m}" in refusal.json()["detail"]


def test_one_tablet_that_tries_on_and_on_takes_no_other_tablet_s_tries(tablet: Tablet) -> None:
    staff = hired()
    digits = actions.open_unlock_code(staff, site=SITE, actor=lead())
    answers = [unlocked(tablet, staff, "12345678").json()["code"] for _ in range(TRIES_AT_SITE + 2)]
    assert answers == ["unlock-refused"] * TRIES_ON_DEVICE + ["unlock-tries-spent"] * (
        TRIES_AT_SITE + 2 - TRIES_ON_DEVICE
    )
    neighbor = Tablet()
    neighbor.enroll()
    assert unlocked(neighbor, staff, digits).status_code == 200


def test_what_many_tablets_tried_ends_it_for_the_site_with_a_word_of_its_own(
    tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unlocking, "TRIES_AT_SITE", 2)
    staff = hired()
    told = [unlocked(tablet, staff, "12345678").json()["code"] for _ in range(3)]
    assert told == ["unlock-refused", "unlock-refused", "unlock-tries-spent-at-site"]


def test_right_digits_are_no_tries(tablet: Tablet) -> None:
    for _ in range(7):
        staff = hired()
        assert unlocked(tablet, staff, actions.open_unlock_code(staff, site=SITE, actor=lead())).status_code == 200


def test_the_digits_are_not_in_the_database() -> None:
    digits = actions.open_unlock_code(hired(), site=SITE, actor=lead())
    assert digits not in repr(models.UnlockCode.objects.values().get())


def test_only_the_lead_and_the_member_get_digits_and_for_the_roster_only() -> None:
    staff = hired()
    reach = Reach(sites=frozenset({SITE}))
    assert actions.open_unlock_code(staff, site=SITE, actor=Actor(id=staff, kind=ActorKind.STAFF, reach=reach))
    for actor in (Actor(id=uuid7(), kind=ActorKind.STAFF, reach=reach), lead(OTHER_SITE)):
        with pytest.raises(NotPermitted):
            actions.open_unlock_code(staff, site=SITE, actor=actor)
    with pytest.raises(StaffUnknown):
        actions.open_unlock_code(hired(site=OTHER_SITE), site=SITE, actor=lead())


def test_who_left_the_roster_unlocks_no_more(tablet: Tablet) -> None:
    staff = hired()
    unlocked(tablet, staff, actions.open_unlock_code(staff, site=SITE, actor=lead()))
    models.RoleAssignment.objects.filter(staff=staff).update(ended_at=NOW)
    assert tablet.get(PATH).json()["staff"] == []


def test_a_tablet_without_a_second_key_is_unlocked_by_nobody() -> None:
    plain = Tablet()
    answer = plain.client.post(
        "/api/devices/enrollments",
        {"code": plain.code, "public_key": wire.to_base64url(plain.point)},
        content_type="application/json",
    )
    plain.told = answer.json()
    staff = hired()
    refusal = unlocked(plain, staff, actions.open_unlock_code(staff, site=SITE, actor=lead()))
    assert refusal.json()["code"] == "agreement-missing"
    assert plain.get(PATH).json()["staff"] == []


class TestPasskeys:
    def hired_with(self, passkey: Passkey) -> UUID:
        credential, public_key = map(wire.to_base64url, (passkey.credential, passkey.public_key()))
        return hired(passkeys=[{"credential": credential, "public_key": public_key, "rp_id": RP_ID}])

    def sent(self, tablet: Tablet, staff: UUID, passkey: Passkey, challenge: bytes, nonce: str) -> int:
        proof = passkey.answer(challenge, origin="http://localhost:8000").as_proof()
        return int(tablet.post(PATH, {"staff": str(staff), "proof": proof}, nonce=nonce).status_code)

    def test_a_passkey_of_their_own_needs_no_digits(self, tablet: Tablet) -> None:
        passkey = Passkey.of("thao")
        staff, nonce = self.hired_with(passkey), tablet.nonce()
        challenge = wire.unlock_challenge(tablet.device, staff, nonce=nonce)
        assert self.sent(tablet, staff, passkey, challenge, nonce) == 200
        assert models.Unlocking.objects.get().vouched_by is None

    def test_its_word_is_for_this_tablet_this_member_and_this_request(self, tablet: Tablet) -> None:
        passkey = Passkey.of("thao")
        staff, other = self.hired_with(passkey), hired()
        for device, who, of in ((uuid7(), staff, ""), (tablet.device, other, ""), (tablet.device, staff, "old")):
            nonce = tablet.nonce()
            challenge = wire.unlock_challenge(device, who, nonce=of or nonce)
            assert self.sent(tablet, staff, passkey, challenge, nonce) == 403
        assert not models.Unlocking.objects.exists()

    def test_digits_and_a_passkey_at_once_are_neither(self, tablet: Tablet) -> None:
        staff = hired()
        proof = Passkey.of("thao").answer(b"x", origin="http://localhost:8000").as_proof()
        assert tablet.post(PATH, {"staff": str(staff), "code": "1", "proof": proof}).status_code == 400
        assert tablet.post(PATH, {"staff": str(staff)}).status_code == 400
