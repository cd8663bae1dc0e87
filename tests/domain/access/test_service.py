from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction

from tiemchung.domain.access import actions, models, queries
from tiemchung.domain.access.actions import service
from tiemchung.domain.access.errors import (
    DeviceNotWaiting,
    DeviceUnknown,
    EnrollmentRefused,
    FingerprintDiffers,
    PasswordRefused,
    PublicKeyUnreadable,
    ReasonMissing,
    RequestNotSigned,
    RowRefused,
    StaffUnknown,
)
from tiemchung.domain.access.values import Device, DeviceKind, DeviceStatus, EnrollmentReceipt, PlaceLevel, Role
from tiemchung.domain.places import queries as places
from tiemchung.kernel import wire
from tiemchung.kernel.actor import SYSTEM, Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database, rowsecurity

pytestmark = pytest.mark.django_db

SITE, OTHER_SITE = "79-0012", "79-0099"
NOW = datetime(2021, 9, 13, 1, 0, tzinfo=UTC)
PATH = "/api/devices/bundle"


def lead_of(site: str) -> Actor:
    return Actor(
        id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({Power.ENROLL_DEVICE}), reach=Reach(sites=frozenset({site}))
    )


@pytest.fixture
def lead() -> Actor:
    return lead_of(SITE)


@pytest.fixture
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return wire.dump_public_key(key.public_key())


def code_for(lead: Actor, **terms: Any) -> str:
    return actions.open_enrollment(
        **{"site": SITE, "name": "Máy 03", "kinds": None, "actor": lead, "now": NOW, **terms}
    )


def enrolled(lead: Actor, key: ec.EllipticCurvePrivateKey) -> EnrollmentReceipt:
    receipt = actions.enroll(code_for(lead), public_key=point(key), name="", now=NOW)
    actions.confirm(receipt.device, fingerprint=receipt.fingerprint, actor=lead, now=NOW)
    return receipt


def known(device: UUID) -> Device:
    found = queries.device_for_batch(device)
    assert found is not None
    return found


def signed(key: ec.EllipticCurvePrivateKey, device: UUID, *, nonce: str | None = None, path: str = PATH) -> str:
    nonce = nonce or actions.new_nonce()
    signature = wire.sign_request(key, method="GET", path=path, nonce=nonce)
    return wire.encode_authorization(device, nonce=nonce, signature=signature)


class TestEnrolling:
    def test_a_device_waits_until_the_lead_has_compared_the_digits(
        self, lead: Actor, key: ec.EllipticCurvePrivateKey
    ) -> None:
        receipt = actions.enroll(code_for(lead), public_key=point(key), name="Máy 03", now=NOW)
        assert receipt.status is DeviceStatus.WAITING
        assert not known(receipt.device).listened_to(NOW)
        actions.confirm(receipt.device, fingerprint=receipt.fingerprint, actor=lead, now=NOW)
        assert known(receipt.device) == Device(
            id=receipt.device,
            kind=DeviceKind.TABLET,
            site=SITE,
            public_key=point(key),
            kinds=None,
            status=DeviceStatus.ENROLLED,
            expires_at=NOW + actions.DEVICE_TERM,
        )
        assert actions.enrollment_of(receipt.device).status is DeviceStatus.ENROLLED

    def test_wrong_digits_enroll_nothing(self, lead: Actor, key: ec.EllipticCurvePrivateKey) -> None:
        receipt = actions.enroll(code_for(lead), public_key=point(key), name="", now=NOW)
        wrong = f"{(int(receipt.fingerprint) + 1) % 1_000_000:06}"
        with pytest.raises(FingerprintDiffers):
            actions.confirm(receipt.device, fingerprint=wrong, actor=lead, now=NOW)
        assert known(receipt.device).status is DeviceStatus.WAITING

    def test_a_device_is_confirmed_once(self, lead: Actor, key: ec.EllipticCurvePrivateKey) -> None:
        receipt = enrolled(lead, key)
        with pytest.raises(DeviceNotWaiting):
            actions.confirm(receipt.device, fingerprint=receipt.fingerprint, actor=lead, now=NOW)

    def test_the_lead_of_another_site_confirms_nothing(self, lead: Actor, key: ec.EllipticCurvePrivateKey) -> None:
        receipt = actions.enroll(code_for(lead), public_key=point(key), name="", now=NOW)
        with pytest.raises(DeviceUnknown):
            actions.confirm(receipt.device, fingerprint=receipt.fingerprint, actor=lead_of(OTHER_SITE), now=NOW)

    def test_a_code_enrolls_one_key_only(self, lead: Actor, key: ec.EllipticCurvePrivateKey) -> None:
        code = code_for(lead)
        actions.enroll(code, public_key=point(key), name="", now=NOW)
        with pytest.raises(EnrollmentRefused):
            actions.enroll(code, public_key=point(ec.generate_private_key(ec.SECP256R1())), name="", now=NOW)
        assert models.Device.objects.count() == 1

    def test_a_lost_answer_is_given_again(self, lead: Actor, key: ec.EllipticCurvePrivateKey) -> None:
        code = code_for(lead)
        first = actions.enroll(code, public_key=point(key), name="", now=NOW)
        assert actions.enroll(code, public_key=point(key), name="", now=NOW + timedelta(days=3)) == first

    def test_a_key_enrolls_once_whatever_code_it_brings(self, lead: Actor, key: ec.EllipticCurvePrivateKey) -> None:
        enrolled(lead, key)
        with pytest.raises(EnrollmentRefused):
            actions.enroll(code_for(lead), public_key=point(key), name="", now=NOW)

    def test_a_code_ends(self, lead: Actor, key: ec.EllipticCurvePrivateKey) -> None:
        code = code_for(lead, term=timedelta(hours=1))
        with pytest.raises(EnrollmentRefused):
            actions.enroll(code, public_key=point(key), name="", now=NOW + timedelta(hours=1))

    def test_an_unknown_code_stores_nothing(self, key: ec.EllipticCurvePrivateKey) -> None:
        with pytest.raises(EnrollmentRefused):
            actions.enroll("guess", public_key=point(key), name="", now=NOW)
        assert not models.Device.objects.exists()

    @pytest.mark.parametrize("key_bytes", [b"", b"\x04" + bytes(64), b"\x02" + bytes(32)])
    def test_a_key_off_the_curve_is_refused(self, lead: Actor, key_bytes: bytes) -> None:
        with pytest.raises(PublicKeyUnreadable):
            actions.enroll(code_for(lead), public_key=key_bytes, name="", now=NOW)

    def test_the_code_itself_is_not_in_the_database(self, lead: Actor) -> None:
        code = code_for(lead)
        stored = models.Enrollment.objects.get()
        assert bytes(stored.code_sha256) == hashlib.sha256(code.encode()).digest()
        assert code not in repr(models.Enrollment.objects.values().get())

    def test_nobody_opens_enrollment_elsewhere_or_without_the_power(self, lead: Actor) -> None:
        with pytest.raises(NotPermitted):
            code_for(lead, site=OTHER_SITE)
        with pytest.raises(NotPermitted):
            code_for(Actor(id=uuid7(), kind=ActorKind.STAFF, reach=lead.reach))

    def test_the_enrollment_names_the_kinds(self, lead: Actor, key: ec.EllipticCurvePrivateKey) -> None:
        receipt = actions.enroll(code_for(lead, kinds=["arrived"]), public_key=point(key), name="", now=NOW)
        assert receipt.kinds == ("arrived",)
        assert known(receipt.device).may_send("arrived")
        assert not known(receipt.device).may_send("dose-given")


class TestCuttingOff:
    def test_a_revoked_device_is_not_listened_to(self, lead: Actor, key: ec.EllipticCurvePrivateKey) -> None:
        receipt = enrolled(lead, key)
        actions.revoke(receipt.device, reason="mất máy", actor=lead, now=NOW)
        assert known(receipt.device).status is DeviceStatus.REVOKED
        assert queries.devices_cut_off(SITE) == [receipt.device]

    def test_the_first_reason_stands(self, lead: Actor, key: ec.EllipticCurvePrivateKey) -> None:
        receipt = enrolled(lead, key)
        actions.revoke(receipt.device, reason="mất máy", actor=lead, now=NOW)
        actions.revoke(receipt.device, reason="thử lại", actor=lead, now=NOW + timedelta(hours=1))
        stored = models.Device.objects.get(id=receipt.device)
        assert (stored.cut_off_reason, stored.cut_off_at) == ("mất máy", NOW)

    def test_it_takes_a_reason_and_a_lead_of_the_site(self, lead: Actor, key: ec.EllipticCurvePrivateKey) -> None:
        receipt = enrolled(lead, key)
        with pytest.raises(ReasonMissing):
            actions.revoke(receipt.device, reason="  ", actor=lead, now=NOW)
        with pytest.raises(DeviceUnknown):
            actions.revoke(receipt.device, reason="x", actor=lead_of(OTHER_SITE), now=NOW)
        assert known(receipt.device).status is DeviceStatus.ENROLLED

    def test_a_forked_device_stops_and_stays_visible(self, lead: Actor, key: ec.EllipticCurvePrivateKey) -> None:
        receipt = enrolled(lead, key)
        actions.stop_forked(receipt.device, now=NOW)
        assert known(receipt.device).status is DeviceStatus.FORK
        assert [listed.id for listed in queries.devices_of(SITE, actor=lead)] == [receipt.device]

    def test_a_device_ends_with_its_term(self, lead: Actor, key: ec.EllipticCurvePrivateKey) -> None:
        device = known(enrolled(lead, key).device)
        assert device.listened_to(device.expires_at - timedelta(seconds=1))
        assert not device.listened_to(device.expires_at)


class TestJournal:
    def kinds(self) -> list[str]:
        with rowsecurity.reaching(Reach(sites=frozenset({SITE}))):
            found = database.rows("select kind from journal_entry order by sequence")
        return [name for (name,) in found]

    def test_enrolling_and_revoking_are_facts(self, lead: Actor, key: ec.EllipticCurvePrivateKey) -> None:
        device = enrolled(lead, key).device
        actions.revoke(device, reason="mất máy", actor=lead, now=NOW)
        actions.revoke(device, reason="mất máy", actor=lead, now=NOW)
        assert self.kinds() == ["device-enrolled", "device-revoked"]

    def test_a_waiting_device_is_no_fact_yet(self, lead: Actor, key: ec.EllipticCurvePrivateKey) -> None:
        actions.enroll(code_for(lead), public_key=point(key), name="", now=NOW)
        assert self.kinds() == []

    def test_a_role_is_granted_once(self) -> None:
        rows = [person("thao", {"role": "recorder", "site": SITE})]
        actions.load_staff(rows, actor=SYSTEM, now=NOW)
        actions.load_staff(rows, actor=SYSTEM, now=NOW)
        assert self.kinds() == ["role-granted"]


class TestSignedRequests:
    def test_an_enrolled_device_is_known_by_its_signature(self, lead: Actor, key: ec.EllipticCurvePrivateKey) -> None:
        receipt = enrolled(lead, key)
        proved = actions.prove_request(signed(key, receipt.device), method="GET", path=PATH, now=NOW)
        assert (proved.id, proved.site) == (receipt.device, SITE)

    def test_a_nonce_serves_once(self, lead: Actor, key: ec.EllipticCurvePrivateKey) -> None:
        authorization = signed(key, enrolled(lead, key).device)
        actions.prove_request(authorization, method="GET", path=PATH, now=NOW)
        with pytest.raises(RequestNotSigned):
            actions.prove_request(authorization, method="GET", path=PATH, now=NOW)

    def test_a_nonce_ends(self, lead: Actor, key: ec.EllipticCurvePrivateKey, monkeypatch: pytest.MonkeyPatch) -> None:
        device = enrolled(lead, key).device
        monkeypatch.setattr(service, "NONCE_TERM", timedelta(seconds=-1))
        with pytest.raises(RequestNotSigned):
            actions.prove_request(signed(key, device), method="GET", path=PATH, now=NOW)

    @pytest.mark.usefixtures("committed_db")
    def test_nobody_waits_for_another_request_that_forgets_old_nonces(
        self, owner_connection: psycopg.Connection
    ) -> None:
        old, older = b"old", b"older"
        for nonce in (old, older):
            owner_connection.execute("insert into access_spentnonce values (%s, now() - interval '1 hour')", [nonce])
        with owner_connection.transaction(), transaction.atomic():
            owner_connection.execute("delete from access_spentnonce where nonce = %s", [older])
            database.run("set local lock_timeout = '1ms'")
            assert service._spend(actions.new_nonce(), NOW + timedelta(days=9_999))
        assert [bytes(one.nonce) for one in models.SpentNonce.objects.all() if bytes(one.nonce) in (old, older)] == []

    def test_a_nonce_of_our_own_making_is_none(self, lead: Actor, key: ec.EllipticCurvePrivateKey) -> None:
        device = enrolled(lead, key).device
        with pytest.raises(RequestNotSigned):
            actions.prove_request(
                signed(key, device, nonce=wire.to_base64url(bytes(40))), method="GET", path=PATH, now=NOW
            )

    @pytest.mark.parametrize(("method", "path"), [("POST", PATH), ("GET", "/api/devices/days/2021-09-13")])
    def test_a_signature_is_for_one_request(
        self, lead: Actor, key: ec.EllipticCurvePrivateKey, method: str, path: str
    ) -> None:
        authorization = signed(key, enrolled(lead, key).device)
        with pytest.raises(RequestNotSigned):
            actions.prove_request(authorization, method=method, path=path, now=NOW)
        assert not models.SpentNonce.objects.exists()

    def test_a_stranger_a_waiting_and_a_revoked_device_are_refused_alike(
        self, lead: Actor, key: ec.EllipticCurvePrivateKey
    ) -> None:
        waiting = actions.enroll(code_for(lead), public_key=point(key), name="", now=NOW).device
        other_key = ec.generate_private_key(ec.SECP256R1())
        revoked = enrolled(lead, other_key).device
        actions.revoke(revoked, reason="mất máy", actor=lead, now=NOW)
        for device, its_key in [(uuid7(), key), (waiting, key), (revoked, other_key)]:
            with pytest.raises(RequestNotSigned):
                actions.prove_request(signed(its_key, device), method="GET", path=PATH, now=NOW)

    @pytest.mark.parametrize("authorization", ["", "Bearer x", "TC1 device=1,nonce=2,signature=3"])
    def test_an_unreadable_header_is_refused(self, authorization: str) -> None:
        with pytest.raises(RequestNotSigned):
            actions.prove_request(authorization, method="GET", path=PATH, now=NOW)


def person(login: str, *roles: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": str(uuid7()), "name": f"Nguyễn {login}", "login": login, "roles": list(roles), **more}


class TestLoading:
    def test_staff_loaded_twice_are_the_same_staff(self) -> None:
        rows = [
            person("thao", {"role": "vaccinator", "site": SITE}, {"role": "recorder", "site": SITE}),
            person("khoa", {"role": "lead", "site": SITE}),
        ]
        assert actions.load_staff(rows, actor=SYSTEM, now=NOW).new == 2
        assert actions.load_staff(rows, actor=SYSTEM, now=NOW).new == 0
        assert models.RoleAssignment.objects.count() == 3
        assert queries.roster(SITE) == {UUID(row["id"]) for row in rows}

    def test_loading_opens_no_door(self) -> None:
        rows = [person("thao", {"role": "vaccinator", "site": SITE})]
        actions.load_staff(rows, actor=SYSTEM, now=NOW)
        user = models.Staff.objects.select_related("user").get().user
        assert user is not None
        assert not user.has_usable_password()

    @pytest.mark.parametrize(
        "row",
        [
            pytest.param(person("x", {"role": "king", "site": SITE}), id="unknown role"),
            pytest.param(person("x", {"role": "lead"}), id="no place"),
            pytest.param(
                person("x", {"role": "lead", "level": "everywhere", "place": "79"}), id="everywhere at a place"
            ),
            pytest.param(person("x", {"role": "lead", "level": "province", "site": SITE}), id="a site as a province"),
            pytest.param(person("x", {"role": "lead", "level": "district", "place": "760"}), id="a unit of no era"),
            pytest.param({**person("x"), "colour": "red"}, id="unknown field"),
            pytest.param(person("x", passkeys=[{"credential": "?", "public_key": "", "rp_id": "a"}]), id="bad passkey"),
        ],
    )
    def test_a_bad_row_refuses_the_whole_load(self, row: dict[str, Any]) -> None:
        with pytest.raises(RowRefused) as refusal:
            actions.load_staff([person("good", {"role": "lead", "site": SITE}), row], actor=SYSTEM, now=NOW)
        assert refusal.value.facts["row"] == 2
        assert not models.Staff.objects.exists()

    def test_only_a_loader_loads(self, lead: Actor) -> None:
        with pytest.raises(NotPermitted):
            actions.load_staff([], actor=lead, now=NOW)
        with pytest.raises(NotPermitted):
            actions.load_enrollments([], actor=lead)

    def test_a_vouched_key_is_enrolled_at_once_and_no_other(self, key: ec.EllipticCurvePrivateKey) -> None:
        row = {
            "code": "máy-1",
            "site": SITE,
            "name": "Máy 1",
            "expires_at": "2021-10-01T00:00:00Z",
            "kinds": None,
            "public_key_sha256": hashlib.sha256(point(key)).hexdigest(),
        }
        assert actions.load_enrollments([row], actor=SYSTEM).new == 1
        other = ec.generate_private_key(ec.SECP256R1())
        with pytest.raises(EnrollmentRefused):
            actions.enroll("máy-1", public_key=point(other), name="", now=NOW)
        assert actions.enroll("máy-1", public_key=point(key), name="", now=NOW).status is DeviceStatus.ENROLLED
        assert actions.load_enrollments([row], actor=SYSTEM).new == 0
        assert actions.enroll("máy-1", public_key=point(key), name="", now=NOW).status is DeviceStatus.ENROLLED


class TestFirstPassword:
    def test_it_opens_the_sign_in_of_loaded_staff(self) -> None:
        actions.load_staff([person("thao", {"role": "recorder", "site": SITE})], actor=SYSTEM, now=NOW)
        actions.set_first_password("thao", "hoa sữa tháng mười", actor=SYSTEM)
        user = models.Staff.objects.select_related("user").get().user
        assert user is not None
        assert user.check_password("hoa sữa tháng mười")

    def test_an_easy_one_and_an_unknown_login_are_refused(self, lead: Actor) -> None:
        actions.load_staff([person("thao", {"role": "recorder", "site": SITE})], actor=SYSTEM, now=NOW)
        with pytest.raises(PasswordRefused):
            actions.set_first_password("thao", "password1234", actor=SYSTEM)
        with pytest.raises(StaffUnknown):
            actions.set_first_password("khoa", "hoa sữa tháng mười", actor=SYSTEM)
        with pytest.raises(NotPermitted):
            actions.set_first_password("thao", "hoa sữa tháng mười", actor=lead)


class TestActors:
    def load(self, *roles: dict[str, Any]) -> UUID:
        row = person("thao", *roles)
        actions.load_staff([row], actor=SYSTEM, now=NOW)
        return UUID(row["id"])

    def test_who_holds_no_role_can_do_nothing(self) -> None:
        actor = queries.actor_of_staff(self.load())
        assert (actor.powers, actor.reach) == (frozenset(), Reach())
        assert queries.actor_of_staff(uuid7()).powers == frozenset()

    def test_roles_at_one_place_add_up(self) -> None:
        actor = queries.actor_of_staff(
            self.load({"role": "recorder", "site": SITE}, {"role": "screener", "site": SITE})
        )
        assert actor.powers == {Power.CHECK_IN, Power.RECORD_DOSE, Power.SCREEN}
        assert actor.reaches(SITE)
        assert not actor.reaches(OTHER_SITE)

    def test_the_powers_of_one_post_do_not_leak_into_another(self) -> None:
        staff = self.load({"role": "lead", "site": SITE}, {"role": "recorder", "site": OTHER_SITE})
        here = queries.actor_of_staff(staff, post=f"site::{SITE}")
        there = queries.actor_of_staff(staff, post=f"site::{OTHER_SITE}")
        assert here.can(Power.ATTEST)
        assert not here.reaches(OTHER_SITE)
        assert not there.can(Power.ATTEST)
        assert queries.actor_of_staff(staff, post="site::79-4711").powers == frozenset()

    def test_who_has_left_can_do_nothing(self) -> None:
        staff = self.load({"role": "lead", "site": SITE})
        models.Staff.objects.filter(id=staff).update(active=False)
        assert queries.actor_of_staff(staff).powers == frozenset()
        assert queries.roster(SITE) == set()

    def test_an_ended_role_ends(self) -> None:
        staff = self.load({"role": "lead", "site": SITE})
        models.RoleAssignment.objects.update(ended_at=NOW)
        assert queries.actor_of_staff(staff).powers == frozenset()
        assert queries.staff_of_site(SITE) == []

    def test_a_district_officer_reaches_its_communes_of_both_eras_and_no_other(self) -> None:
        staff = self.load({"role": "duty-officer", "level": "district", "era": "2021", "place": "760"})
        reach = queries.actor_of_staff(staff).reach
        both_eras = {unit.code for unit in places.children("2021", "760")} | {
            pair.new_code for unit in places.children("2021", "760") for pair in places.heirs(unit.code)
        }
        assert reach.communes >= both_eras
        assert len(both_eras) > 1
        assert not reach.covers_commune(places.children("2021", "761")[0].code)

    def test_a_post_everywhere_is_on_no_roster(self) -> None:
        staff = self.load({"role": "auditor", "level": "everywhere"})
        assert queries.actor_of_staff(staff).reach.everywhere
        assert queries.roster(SITE) == set()
        assert [post.level for post in queries.posts_of(staff)] == [PlaceLevel.EVERYWHERE]

    def test_the_roster_names_roles(self) -> None:
        staff = self.load({"role": "recorder", "site": SITE}, {"role": "vaccinator", "site": SITE})
        (member,) = queries.staff_of_site(SITE)
        assert (member.id, member.roles) == (staff, frozenset({Role.RECORDER, Role.VACCINATOR}))


class TestLastWords:
    def heard(self, device: Device, *, at: datetime, pending: int) -> None:
        actions.keep_word(device, at=at, pending=pending, oldest_pending_at=None, bundle_version=1)

    def test_the_longest_silent_site_comes_first(self, lead: Actor) -> None:
        devices = [
            known(enrolled(lead, ec.generate_private_key(ec.SECP256R1())).device),
            known(enrolled(lead, ec.generate_private_key(ec.SECP256R1())).device),
        ]
        there = lead_of(OTHER_SITE)
        key = ec.generate_private_key(ec.SECP256R1())
        code = code_for(there, site=OTHER_SITE)
        silent = known(actions.enroll(code, public_key=point(key), name="", now=NOW).device)
        self.heard(devices[0], at=NOW + timedelta(minutes=5), pending=3)
        self.heard(devices[1], at=NOW + timedelta(minutes=9), pending=4)
        self.heard(silent, at=NOW, pending=0)
        first, second = queries.last_words()
        assert (first.site, first.at) == (OTHER_SITE, NOW)
        assert (second.devices, second.pending, second.at) == (2, 7, NOW + timedelta(minutes=9))

    def test_an_older_word_arriving_late_changes_nothing(self, lead: Actor, key: ec.EllipticCurvePrivateKey) -> None:
        device = known(enrolled(lead, key).device)
        self.heard(device, at=NOW + timedelta(minutes=5), pending=3)
        self.heard(device, at=NOW, pending=8)
        assert [word.pending for word in queries.last_words()] == [3]

    def test_a_batch_is_a_word_and_leaves_what_the_tablet_said_it_holds(
        self, lead: Actor, key: ec.EllipticCurvePrivateKey
    ) -> None:
        device = known(enrolled(lead, key).device)
        self.heard(device, at=NOW, pending=3)
        assert actions.hear(device.id, at=NOW + timedelta(minutes=7)) == device
        actions.hear(device.id, at=NOW + timedelta(minutes=2))
        assert [(word.at, word.pending) for word in queries.last_words()] == [(NOW + timedelta(minutes=7), 3)]


def test_bundle_versions_only_rise(lead: Actor, key: ec.EllipticCurvePrivateKey) -> None:
    device = known(enrolled(lead, key).device)
    assert [actions.next_bundle_version(device, at=NOW) for _ in range(3)] == [1, 2, 3]
    assert actions.next_bundle_version(replace(device, site=OTHER_SITE), at=NOW) == 1


def test_looking_up_a_device_is_one_statement(
    lead: Actor, key: ec.EllipticCurvePrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = enrolled(lead, key).device
    asked: list[str] = []
    ask = database.row

    def counted(sql: str, parameters: Sequence[object] = ()) -> tuple[Any, ...] | None:
        asked.append(sql)
        return ask(sql, parameters)

    monkeypatch.setattr("tiemchung.plumbing.database.row", counted)
    queries.device_for_batch(device)
    assert len(asked) == 1
