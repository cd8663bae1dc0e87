"""What a hub may and may not: carry batches of others, which end in one record whatever way they come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.faces.devices.hubs import ADDRESS, DOMAIN, TAKEN_AT, Hub, cut, in_third_dress, lead, opened
from tests.faces.devices.tablets import OTHER_SITE, SITE, Tablet
from tiemchung.domain.access import actions
from tiemchung.kernel import relay, wire
from tiemchung.kernel.actor import Reach
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.django_db

NOW = datetime(2021, 9, 13, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def morning(set_time: Callable[..., None], settings: Settings) -> None:
    set_time(NOW)
    settings.TIEMCHUNG_HUB_DOMAIN = DOMAIN


@pytest.fixture
def tablet() -> Tablet:
    enrolled = Tablet()
    enrolled.enroll()
    return enrolled


@pytest.fixture
def hub() -> Hub:
    return Hub(now=NOW).confirmed()


def outcomes(told: dict[str, Any]) -> list[str]:
    return [one["outcome"] for one in told["answers"]]


def last_sequence_of(tablet: Tablet) -> int:
    with reaching(Reach(sites=frozenset({SITE}))):
        found = database.row("select last_sequence from journal_chain where device = %s", [tablet.device])
    return 0 if found is None else int(found[0])


def straight(batch: bytes) -> Any:
    return Client().post("/api/devices/batches", batch, content_type="application/vnd.tiemchung.sealed+ndjson")


def test_a_hub_brings_a_batch_and_takes_a_receipt_back_that_it_could_not_have_made(hub: Hub, tablet: Tablet) -> None:
    stretch = opened(["A", "B"], tablet)
    answer = hub.brings(in_third_dress(stretch, tablet))
    assert answer.status_code == 200, answer.content
    told = tablet.believed(answer.json()["receipt"])
    header, _ = stretch
    assert (told["device"], told["first"], told["count"]) == (str(tablet.device), 1, 2)
    assert (told["head"], told["last_sequence"]) == (wire.to_base64url(header.head), 2)
    assert outcomes(told) == ["kept", "kept"]


def test_by_either_way_in_any_order_there_is_one_record(hub: Hub, tablet: Tablet) -> None:
    (header, lines), known = opened(["A", "B", "C"], tablet), wire.genesis(tablet.device)
    whole = in_third_dress((header, lines), tablet)
    begun = in_third_dress(cut(lines[:2], tablet, first=1, previous=known), tablet)
    rest = in_third_dress(cut(lines[2:], tablet, first=3, previous=wire.chain(known, 1, lines[:2])), tablet)
    assert hub.brings(rest).json()["code"] == "broken-chain"  # its beginning is still on another way
    assert outcomes(straight(begun).json()) == ["kept", "kept"]
    assert outcomes(tablet.believed(hub.brings(whole).json()["receipt"])) == ["known", "known", "kept"]
    assert outcomes(tablet.believed(hub.brings(rest).json()["receipt"])) == ["known"]
    assert outcomes(straight(whole).json()) == ["known"] * 3
    assert last_sequence_of(tablet) == 3


def test_the_center_s_time_stands_and_the_hub_s_is_kept_beside_it(hub: Hub, tablet: Tablet) -> None:
    batch = in_third_dress(opened(["A"], tablet), tablet)
    told = tablet.believed(hub.brings(batch).json()["receipt"])
    hub.brings(batch, taken_at=TAKEN_AT + timedelta(hours=2))
    assert datetime.fromisoformat(told["recorded_at"]) == NOW
    noted = database.rows("select hub, device, first, last, taken_at, recorded_at from access_relayed")
    assert noted == [(hub.device, tablet.device, 1, 1, TAKEN_AT, NOW)]


def test_a_stranger_s_envelope_is_refused_before_anything_in_it_is_looked_at(tablet: Tablet, hub: Hub) -> None:
    batch = in_third_dress(opened(["A"], tablet), tablet)
    waiting = Hub(now=NOW)
    waiting.enroll()
    forger = Hub(now=NOW)
    forger.told = hub.told
    for stranger in (waiting, forger):
        answer = stranger.brings(batch)
        assert (answer.status_code, answer.json()["code"]) == (401, "relay-refused")
    enveloped = relay.put_in_envelope(batch, hub=tablet.device, taken_at=TAKEN_AT, private_key=tablet.key)
    for body in (enveloped, b"", b"{}\n", batch, enveloped[:-1]):
        answer = Client().post("/api/devices/relays", body, content_type="application/vnd.tiemchung.relay")
        assert (answer.status_code, answer.json()["code"]) == (401, "relay-refused")
    assert last_sequence_of(tablet) == 0


def test_an_envelope_around_another_batch_than_was_signed_is_refused(hub: Hub, tablet: Tablet) -> None:
    one = in_third_dress(opened(["A"], tablet), tablet)
    other = one.replace(b'"first":1', b'"first":2')
    envelope = relay.put_in_envelope(one, hub=hub.device, taken_at=TAKEN_AT, private_key=hub.key)
    line, _, _ = envelope.partition(b"\n")
    body = line + b"\n" + other
    assert len(other) == len(one)
    assert other != one
    answer = Client().post("/api/devices/relays", body, content_type="application/vnd.tiemchung.relay")
    assert answer.json()["code"] == "relay-refused"


def test_a_hub_that_was_cut_off_brings_nothing_more_and_its_tablets_go_straight(hub: Hub, tablet: Tablet) -> None:
    batch = in_third_dress(opened(["A"], tablet), tablet)
    actions.revoke(hub.device, reason="mất máy", actor=lead(), now=NOW)
    assert hub.brings(batch).json()["code"] == "relay-refused"
    assert outcomes(straight(batch).json()) == ["kept"]


def test_what_is_wrong_with_a_batch_is_told_as_its_tablet_would_hear_it(hub: Hub, tablet: Tablet) -> None:
    forged = Tablet()
    forged.told = tablet.told
    assert hub.brings(in_third_dress(opened(["A"], forged), forged)).json()["code"] == "wrong-signature"
    assert hub.brings(b"no batch\n").json()["code"] == "batch-unreadable"


def test_a_hub_writes_no_entries_and_reads_nothing_that_a_tablet_reads(hub: Hub) -> None:
    assert straight(in_third_dress(opened(["A"], hub), hub)).json()["code"] == "unknown-sender"
    for path in ("bundle", "entries", "unlocks", "days/2021-09-13"):
        answer = hub.get(f"/api/devices/{path}")
        assert (answer.status_code, answer.json()["code"]) == (401, "request-not-signed"), path


def test_the_roster_names_every_tablet_of_the_site_that_was_let_in_and_nobody_else(hub: Hub, tablet: Tablet) -> None:
    revoked, elsewhere = Tablet(), Tablet(site=OTHER_SITE)
    for one in (revoked, elsewhere):
        one.enroll()
    actions.revoke(revoked.device, reason="mất máy", actor=lead(), now=NOW)
    Tablet(vouched=False).enroll()
    told = hub.believed(hub.get("/api/devices/roster").content.decode())
    assert (told["hub"], told["site"]) == (str(hub.device), SITE)
    assert {one["device"]: one["public_key"] for one in told["devices"]} == {
        str(one.device): wire.to_base64url(one.point) for one in (tablet, revoked)
    }
    assert [one["device"] for one in told["devices"] if one["cut_off"]] == [str(revoked.device)]
    assert tablet.get("/api/devices/roster").status_code == 401


def test_tablets_are_told_of_the_site_s_hubs_under_the_center_s_key(hub: Hub, tablet: Tablet) -> None:
    named = [{"device": str(hub.device), "name": "Hội trường", "address": ADDRESS, "key": wire.to_base64url(hub.point)}]
    assert tablet.bundle()["hubs"] == named
    assert tablet.believed(tablet.standing()["statement"])["hubs"] == named
    actions.revoke(hub.device, reason="mất máy", actor=lead(), now=NOW)
    assert tablet.bundle()["hubs"] == []


def test_tablets_of_a_site_with_a_hub_share_a_key_of_each_day_and_the_hub_is_told_none(
    hub: Hub, tablet: Tablet
) -> None:
    another, elsewhere = Tablet(), Tablet(site=OTHER_SITE)
    for one in (another, elsewhere):
        one.enroll()
    told = tablet.bundle()
    days = [date.fromisoformat(one["day"]) for one in told["hall"]]
    assert days == [date.fromisoformat(told["list"]["day"]) + timedelta(days=passed) for passed in range(4)]
    assert len({one["key"] for one in told["hall"]} | {told["list"]["token_key"]}) == 5
    assert {len(wire.from_base64url(one["key"])) for one in told["hall"]} == {32}
    assert another.bundle()["hall"] == told["hall"]
    roster = hub.get("/api/devices/roster").content.decode()
    assert not any(one["key"] in str(hub.believed(roster)) for one in told["hall"])
    assert elsewhere.bundle()["hall"] == []  # without a hub nobody needs one
    actions.revoke(hub.device, reason="mất máy", actor=lead(), now=NOW)
    assert tablet.bundle()["hall"] == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        f"http://hoi-truong.{DOMAIN}",
        f"https://{DOMAIN}",
        f"https://hoi-truong.{DOMAIN}.example.com",
        f"https://hoi-truong.{DOMAIN}/path",
        f"https://a@hoi-truong.{DOMAIN}",
        "https://192.168.1.10:8443",
    ],
)
def test_a_hub_answers_under_the_domain_alone(address: str) -> None:
    told = Hub(now=NOW, address=address)
    answer = told.client.post("/api/devices/enrollments", told.asked(), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "enrollment-refused")


def test_a_tablet_s_code_makes_no_hub_and_without_a_domain_nothing_does(settings: Settings) -> None:
    tablet = Tablet(vouched=False)
    answer = tablet.client.post(
        "/api/devices/enrollments", tablet.asked(address=ADDRESS), content_type="application/json"
    )
    assert answer.json()["code"] == "enrollment-refused"
    settings.TIEMCHUNG_HUB_DOMAIN = ""
    hub = Hub(now=NOW)
    answer = hub.client.post("/api/devices/enrollments", hub.asked(), content_type="application/json")
    assert answer.json()["code"] == "enrollment-refused"
