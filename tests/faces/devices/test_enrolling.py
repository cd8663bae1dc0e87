"""Enrollment from the lead's code to the confirmed tablet, and everybody who would like to stand between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from tests.faces.devices.tablets import JSON, OTHER_SITE, SITE, Tablet
from tiemchung.domain.access import actions
from tiemchung.domain.access.errors import DeviceNotWaiting, DeviceUnknown, FingerprintDiffers
from tiemchung.domain.access.values import EnrollmentTerms
from tiemchung.faces.shared import tabletkeys as signing
from tiemchung.kernel import sealed, wire
from tiemchung.kernel.actor import Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7

pytestmark = pytest.mark.django_db

NOW = datetime(2021, 9, 13, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def morning(set_time: Callable[..., None]) -> None:
    set_time(NOW)


def lead(site: str = SITE) -> Actor:
    return Actor(
        id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({Power.ENROLL_DEVICE}), reach=Reach(sites=frozenset({site}))
    )


def coded(*, site: str = SITE, **terms: Any) -> Tablet:
    return Tablet(code=actions.open_enrollment(site=site, name="Bàn 2", actor=lead(site), now=NOW, **terms))


def confirmed(tablet: Tablet, *, site: str = SITE) -> dict[str, Any]:
    told = tablet.enroll()
    actions.confirm(tablet.device, fingerprint=told["fingerprint"], actor=lead(site), now=NOW)
    return tablet.standing()


def refused(tablet: Tablet, **other: Any) -> str:
    answer = Client().post("/api/devices/enrollments", tablet.asked(**other), content_type=JSON)
    assert answer.status_code == 403, answer.content
    return str(answer.json()["code"])


def test_a_tablet_learns_by_asking_that_the_lead_has_confirmed_it() -> None:
    session = uuid7()
    tablet = coded(kinds=["arrived", "identified"], terms=EnrollmentTerms(session=session, days=7))
    waiting = tablet.enroll()
    assert (waiting["status"], waiting["statement"], waiting["poll_after_s"]) == ("waiting", None, 2)
    actions.confirm(tablet.device, fingerprint=waiting["fingerprint"], actor=lead(), now=NOW)
    told = tablet.standing()
    said = tablet.believed(told["statement"])
    assert said["device"] == told["device"]
    assert (said["site"], said["session"], said["kinds"]) == (SITE, str(session), ["arrived", "identified"])
    assert datetime.fromisoformat(said["expires_at"]) == NOW + timedelta(days=7)
    assert said["public_key"] == wire.to_base64url(tablet.point)
    assert said["agreement_key"] == tablet.asked()["agreement_key"]
    assert (said["sealing_key"], said["server_key"]) == (signing.sealing_key(), signing.server_key())


def test_another_server_s_statement_is_not_believed() -> None:
    told = confirmed(coded())
    other = Tablet()
    other.told = {"server_key": wire.to_base64url(other.point)}
    with pytest.raises(Exception, match="bad_signature"):
        other.believed(told["statement"])


def test_a_code_that_was_used_serves_nobody_else() -> None:
    tablet = coded()
    tablet.enroll()
    assert refused(Tablet(code=tablet.code)) == "enrollment-refused"


def test_a_used_code_does_not_change_the_key_that_secrets_are_sealed_to() -> None:
    tablet = coded()
    tablet.enroll()
    tablet.agreement = ec.generate_private_key(ec.SECP256R1())
    assert refused(tablet) == "enrollment-refused"


def test_an_agreement_key_that_the_device_did_not_sign_is_refused() -> None:
    tablet, thief = coded(), coded()
    stolen = wire.dump_public_key(thief.agreement.public_key())
    forged = wire.to_base64url(wire.sign(thief.key, sealed.agreement_message(stolen)))
    assert refused(tablet, agreement_key=wire.to_base64url(stolen), agreement_proof=forged) == "enrollment-refused"
    assert refused(tablet, agreement_proof=None) == "enrollment-refused"


def test_a_code_of_another_site_makes_a_tablet_of_that_site_alone() -> None:
    tablet = coded(site=OTHER_SITE)
    told = tablet.enroll()
    assert told["site"] == OTHER_SITE
    with pytest.raises(DeviceUnknown):
        actions.confirm(tablet.device, fingerprint=told["fingerprint"], actor=lead(SITE), now=NOW)


def test_who_spends_the_code_first_shows_other_digits_than_the_tablet_in_the_hall() -> None:
    honest = coded()
    thief = Tablet(code=honest.code)
    thief.enroll()
    assert refused(honest) == "enrollment-refused"
    with pytest.raises(FingerprintDiffers):
        actions.confirm(thief.device, fingerprint=wire.fingerprint(honest.point), actor=lead(), now=NOW)
    assert thief.standing()["status"] == "waiting"


def test_a_code_ends(set_time: Callable[..., None]) -> None:
    tablet = coded()
    set_time(NOW + actions.ENROLLMENT_TERM)
    assert refused(tablet) == "enrollment-refused"


def test_a_tablet_that_waited_too_long_is_confirmed_no_more(set_time: Callable[..., None]) -> None:
    tablet = coded()
    told = tablet.enroll()
    late = NOW + timedelta(hours=24)
    set_time(late)
    assert tablet.standing()["status"] == "expired"
    with pytest.raises(DeviceNotWaiting):
        actions.confirm(tablet.device, fingerprint=told["fingerprint"], actor=lead(), now=late)


def test_a_tablet_whose_term_is_over_is_told_so_and_heard_no_more(set_time: Callable[..., None]) -> None:
    tablet = coded(terms=EnrollmentTerms(days=1))
    confirmed(tablet)
    assert tablet.get("/api/devices/bundle").status_code == 200
    set_time(NOW + timedelta(days=1))
    assert (tablet.standing()["status"], tablet.standing()["statement"]) == ("expired", None)
    assert tablet.get("/api/devices/bundle").status_code == 401


def test_a_tablet_that_was_cut_off_is_told_so_and_gets_nothing_more() -> None:
    tablet = coded()
    confirmed(tablet)
    actions.revoke(tablet.device, reason="mất máy", actor=lead(), now=NOW)
    assert (tablet.standing()["status"], tablet.standing()["statement"]) == ("revoked", None)
    for path in ("/api/devices/bundle", "/api/devices/unlocks"):
        assert tablet.get(path).status_code == 401


def test_a_tablet_that_waits_gets_nothing_yet() -> None:
    tablet = coded()
    tablet.enroll()
    for path in ("/api/devices/bundle", "/api/devices/unlocks"):
        assert tablet.get(path).status_code == 401


def test_the_api_reads_and_sets_no_cookie_and_is_kept_nowhere(settings: Any) -> None:
    tablet = coded()
    confirmed(tablet)
    tablet.client.cookies["sessionid"] = "x" * 32
    answer = tablet.get("/api/devices/bundle")
    assert (answer.status_code, dict(answer.cookies)) == (200, {})
    assert answer["Cache-Control"] == "no-store"
    assert "Cookie" not in answer.get("Vary", "")
    assert answer["TC-Time"] == "2021-09-13T01:00:00.000Z"


def test_a_staff_member_s_sign_in_gives_a_tablet_no_right(admin_client: Client) -> None:
    assert admin_client.get("/api/devices/bundle").status_code == 401
    assert admin_client.post("/api/devices/unlocks", {}, content_type=JSON).status_code in (400, 401)


def test_a_device_that_asks_without_end_is_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    from tiemchung.domain.access.actions import service  # noqa: PLC0415 - only this test turns its screw

    monkeypatch.setattr(service, "BUNDLES_A_WINDOW", 2)
    tablet, neighbor = coded(), coded()
    confirmed(tablet)
    confirmed(neighbor)
    statuses = [tablet.get("/api/devices/bundle").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    refusal = tablet.get("/api/devices/bundle")
    assert refusal.json()["code"] == "too-many-requests"
    assert 0 < int(refusal["Retry-After"]) <= 600
    assert neighbor.get("/api/devices/bundle").status_code == 200
