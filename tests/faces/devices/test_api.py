from __future__ import annotations

import hashlib
import hmac
import json
import tracemalloc
import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.domain.campaigns import wards
from tests.faces.devices.tablets import JSON, SITE, Tablet
from tests.faces.station import scenery
from tiemchung.domain.access import actions, queries
from tiemchung.domain.immunization.events import DoseGiven
from tiemchung.domain.people.actions import fold_blocks
from tiemchung.domain.people.values import IdentifierTold, PersonBlock, PersonTold
from tiemchung.domain.places.actions import load_organizations, load_sites
from tiemchung.domain.places.values import ward_code
from tiemchung.domain.safety.events import Aefi
from tiemchung.domain.supply import actions as supply
from tiemchung.domain.supply.values import FridgeShown, ReadingTold
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.vaccines.values import Proposed
from tiemchung.faces.devices import bundle
from tiemchung.faces.devices.batches import SEALED
from tiemchung.faces.devices.urls import MAX_JSON_BYTES
from tiemchung.kernel import sealed, wire
from tiemchung.kernel.actor import SYSTEM, Reach
from tiemchung.kernel.finding import Finding
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.django_db


@pytest.fixture
def tablet() -> Tablet:
    enrolled = Tablet()
    enrolled.enroll()
    return enrolled


class TestEnrollment:
    def test_a_vouched_tablet_is_enrolled_at_once(self) -> None:
        told = Tablet().enroll()
        assert (told["status"], told["site"], told["kinds"]) == ("enrolled", SITE, None)
        assert len(told["fingerprint"]) == 6

    def test_any_other_waits_and_may_ask_where_it_stands(self) -> None:
        tablet = Tablet(vouched=False)
        told = tablet.enroll()
        assert told["status"] == "waiting"
        again = tablet.client.get(f"/api/devices/enrollments/{told['device']}")
        assert again.json() == told
        assert told["fingerprint"] == wire.fingerprint(tablet.point)

    def test_a_wrong_code_is_a_problem_and_no_device(self) -> None:
        asked = {"code": "guess", "public_key": wire.to_base64url(Tablet().point), "name": "x"}
        answer = Client().post("/api/devices/enrollments", asked, content_type=JSON)
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
        assert answer.json()["code"] == "enrollment-refused"

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (b"{", "body-unreadable"),
            (b"[]", "body-unreadable"),
            (b'{"code": "x"}', "body-unreadable"),
            (json.dumps({"code": "x", "public_key": "A" * 87, "spare": 1}).encode(), "body-unreadable"),
            (json.dumps({"code": "x", "public_key": "?" * 87}).encode(), "public-key-unreadable"),
            (json.dumps({"code": "x", "public_key": "A" * 87}).encode(), "public-key-unreadable"),
            (b'{"code": "\xff"}', "body-unreadable"),
        ],
    )
    def test_what_cannot_be_read_is_told(self, body: bytes, code: str) -> None:
        answer = Client().post("/api/devices/enrollments", body, content_type=JSON)
        assert (answer.status_code, answer.json()["code"]) == (400, code)

    def test_a_long_body_is_refused_unread(self) -> None:
        answer = Client().post("/api/devices/enrollments", b" " * (MAX_JSON_BYTES + 1), content_type=JSON)
        assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")

    def test_an_unknown_device_is_not_found(self) -> None:
        answer = Client().get(f"/api/devices/enrollments/{uuid7()}")
        assert (answer.status_code, answer.json()["code"]) == (404, "device-unknown")


class TestSignedRequests:
    def test_a_heartbeat_is_the_last_word(self, tablet: Tablet) -> None:
        answer = tablet.post("/api/devices/heartbeat", {"pending": 18, "bundle_version": 2})
        assert answer.status_code == 200, answer.content
        (word,) = queries.last_words()
        assert (word.site, word.devices, word.pending) == (SITE, 1, 18)

    def test_a_heartbeat_is_told_where_its_chain_stands(self, tablet: Tablet) -> None:
        told = tablet.post("/api/devices/heartbeat", {"pending": 0}).json()
        assert (told["last_sequence"], told["head"]) == (0, wire.to_base64url(wire.genesis(tablet.device)))
        batch = sent(tablet, opened("A"), opened("B"))
        assert Client().post("/api/devices/batches", batch, content_type="application/x-ndjson").status_code == 200
        header, _ = wire.parse_batch(batch)
        told = tablet.post("/api/devices/heartbeat", {"pending": 0}).json()
        assert (told["last_sequence"], told["head"]) == (2, wire.to_base64url(header.head))

    def test_instants_of_another_age_take_no_page_away(self, tablet: Tablet) -> None:
        word = {
            "pending": 1,
            "erased_at": "0001-01-01T00:00:00+14:00",
            "oldest_pending_at": "0001-01-01T00:00:00+14:00",
        }
        assert tablet.post("/api/devices/heartbeat", word).status_code == 200
        ((erased_at, oldest),) = database.rows("select erased_at, oldest_pending_at from access_deviceword")
        assert (erased_at.year > 2000, oldest) == (True, None)

    @pytest.mark.parametrize("word", [{"pending": -1}, {"pending": 1, "oldest_pending_at": "2021-09-13T06:42:00"}])
    def test_a_heartbeat_that_cannot_be_read_is_told(self, tablet: Tablet, word: dict[str, Any]) -> None:
        assert tablet.post("/api/devices/heartbeat", word).status_code == 400

    def test_nobody_is_heard_without_a_signature(self) -> None:
        answer = Client().post("/api/devices/heartbeat", {"pending": 1}, content_type=JSON)
        assert (answer.status_code, answer.json()["code"]) == (401, "request-not-signed")
        assert queries.last_words() == []

    def test_a_signature_serves_once(self, tablet: Tablet) -> None:
        authorization = tablet.authorization("GET", "/api/devices/bundle")
        headers = {"Authorization": authorization}
        assert tablet.client.get("/api/devices/bundle", headers=headers).status_code == 200
        assert tablet.client.get("/api/devices/bundle", headers=headers).status_code == 401

    def test_a_query_belongs_to_what_was_signed(self, tablet: Tablet) -> None:
        headers = {"Authorization": tablet.authorization("GET", "/api/devices/bundle")}
        assert tablet.client.get("/api/devices/bundle?site=79-0001", headers=headers).status_code == 401


class TestDays:
    def test_a_day_tells_its_lines_their_digest_and_what_is_unexplained(self, tablet: Tablet) -> None:
        answer = tablet.get("/api/devices/days/2021-09-13")
        assert answer.status_code == 200, answer.content
        told = answer.json()
        assert (told["lines"]["site"], told["lines"]["day"]) == (SITE, "2021-09-13")
        compact = json.dumps(told["lines"], separators=(",", ":"), ensure_ascii=False)
        assert told["hash"] == hashlib.sha256(compact.encode()).hexdigest()
        assert told["unexplained"] == {"vials": [], "draws": [], "differences": []}

    def test_no_day_is_told_to_a_stranger(self) -> None:
        assert Client().get("/api/devices/days/2021-09-13").status_code == 401

    def test_what_is_no_day_is_told_so(self, tablet: Tablet) -> None:
        assert tablet.get("/api/devices/days/2021-02-30").status_code == 400


@pytest.fixture
def morning_at_the_site(set_time: Callable[..., None]) -> Callable[[], UUID]:
    """Return a function that brings somebody to the site on a morning of the campaign."""

    def brought() -> UUID:
        set_time(scenery.MORNING + timedelta(minutes=30))
        return scenery.somebody_screened()

    return brought


@pytest.fixture
def called_to() -> Callable[..., tuple[UUID, UUID]]:
    """Return a function that calls somebody whom a ward wrote down to a site on 2021-09-13; tells appointment and person."""

    def called(site: str, *, number: str) -> tuple[UUID, UUID]:
        at = datetime(2021, 9, 12, 12, tzinfo=UTC)
        person, session, appointment = uuid7(at), uuid7(at), uuid7(at)
        block = PersonBlock(
            name="Nguyễn Thị Ánh Hằng",
            born="1987-03-02",
            sex="female",
            identifiers=[IdentifierTold(kind="personal-number", value=number)],
            commune=wards.WARD,
        )
        ward = ward_code(wards.WARD)
        with reaching(Reach(sites=frozenset({site, ward}), communes=frozenset({wards.WARD}))):
            fold_blocks([PersonTold(entry=uuid7(at), person=person, block=block, site=ward, recorded_at=at)])
            database.run(
                "insert into scheduling_session (site, id, opened_at, day, campaign, product, state, reason) "
                "values (%s, %s, %s, '2021-09-13', 'c', 'az', 'open', '')",
                [site, session, at],
            )
            database.run(
                "insert into scheduling_appointment (person_id, id, session, starts_at, booked_at, day, site, commune, "
                "campaign, product, reference, state) values (%s, %s, %s, '2021-09-13T01:00:00Z', %s, '2021-09-13', %s, %s, "
                "'c', 'az', 'K7M2XQP', 'booked')",
                [person, appointment, session, at, site, wards.WARD],
            )
        return appointment, person

    return called


def sent(tablet: Tablet, *entries: dict[str, Any], first: int = 1, previous: bytes | None = None) -> bytes:
    device = UUID(tablet.told["device"])
    lines = []
    for seq, entry in enumerate(entries, first):
        told = {
            "id": str(uuid7()),
            "schema": 1,
            "seq": seq,
            "at": datetime.now(tz=UTC).isoformat(timespec="milliseconds"),
            "offset_ms": 0,
            "site": SITE,
            "staff": str(uuid7()),
            **entry,
        }
        lines.append(json.dumps(told).encode())
    return wire.encode_batch(
        lines, device=device, first=first, previous=previous or wire.genesis(device), private_key=tablet.key
    )


def opened(vial: str, doses: int = 10) -> dict[str, Any]:
    return {"kind": "vial-opened", "lot": "ABX6412", "vial": vial, "doses": doses, "reason": None}


class TestBatches:
    def post(self, batch: bytes) -> Any:
        return Client().post("/api/devices/batches", batch, content_type="application/x-ndjson")

    def test_every_entry_is_answered_and_the_head_told(self, tablet: Tablet) -> None:
        batch = sent(tablet, opened("A"), opened("B"))
        answer = self.post(batch)
        assert answer.status_code == 200, answer.content
        told = answer.json()
        header, lines = wire.parse_batch(batch)
        assert (told["last_sequence"], told["head"]) == (2, wire.to_base64url(header.head))
        assert [entry["outcome"] for entry in told["answers"]] == ["kept", "kept"]
        assert [entry["id"] for entry in told["answers"]] == [json.loads(line)["id"] for line in lines]

    def test_a_batch_told_twice_is_known(self, tablet: Tablet) -> None:
        batch = sent(tablet, opened("A"))
        self.post(batch)
        assert [entry["outcome"] for entry in self.post(batch).json()["answers"]] == ["known"]

    def test_a_gap_is_answered_with_where_the_chain_stands(self, tablet: Tablet) -> None:
        self.post(sent(tablet, opened("A")))
        answer = self.post(sent(tablet, opened("C"), first=3, previous=bytes(32)))
        assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
        told = answer.json()
        assert (told["code"], told["last_sequence"]) == ("broken-chain", 1)
        assert len(wire.from_base64url(told["head"])) == 32

    def test_a_stranger_and_a_forged_signature_are_refused(self, tablet: Tablet) -> None:
        stranger = Tablet(vouched=False)
        stranger.enroll()
        assert self.post(sent(stranger, opened("A"))).json()["code"] == "unknown-sender"
        forged = Tablet()
        forged.told = tablet.told
        answer = self.post(sent(forged, opened("A")))
        assert (answer.status_code, answer.json()["code"]) == (401, "wrong-signature")

    @pytest.mark.parametrize("batch", [b"", b"{}\n", b"\xff\xfe\n", b"x" * 5000])
    def test_bytes_that_are_no_batch_are_told(self, batch: bytes) -> None:
        answer = self.post(batch)
        assert (answer.status_code, answer.json()["code"]) == (400, "batch-unreadable")

    def test_a_long_batch_is_refused_unread(self) -> None:
        answer = self.post(b" " * (wire.MAX_BATCH_BYTES + 1))
        assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")

    def sealed_from(self, batch: bytes, tablet: Tablet, *, first: int = 1) -> bytes:
        header, *lines = batch.rstrip(b"\n").split(b"\n")
        to = wire.load_public_key(wire.from_base64url(tablet.told["sealing_key"]))
        told = [
            wire.to_base64url(sealed.seal_entry(to, line, device=tablet.device, seq=seq)).encode()
            for seq, line in enumerate(lines, first)
        ]
        return b"\n".join([header, *told, b""])

    def post_as(self, body: bytes, *, kind: str = "application/x-ndjson", coding: str | None = None) -> Any:
        headers = {} if coding is None else {"Content-Encoding": coding}
        return Client().post("/api/devices/batches", body, content_type=kind, headers=headers)

    def test_a_deflated_batch_is_the_same_batch(self, tablet: Tablet) -> None:
        batch = sent(tablet, opened("A"), opened("B"))
        first = self.post_as(zlib.compress(batch), coding="deflate")
        assert [entry["outcome"] for entry in first.json()["answers"]] == ["kept", "kept"]
        assert [entry["outcome"] for entry in self.post(batch).json()["answers"]] == ["known", "known"]

    def test_a_batch_that_swells_is_refused_and_never_unpacked(self) -> None:
        bomb = zlib.compress(bytes(100_000_000))
        assert len(bomb) < wire.MAX_BATCH_BYTES
        tracemalloc.start()
        answer = self.post_as(bomb, coding="deflate")
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
        assert most < 8 * wire.MAX_BATCH_BYTES

    def test_a_stream_that_is_cut_off_or_of_an_unknown_coding_is_told(self, tablet: Tablet) -> None:
        whole = zlib.compress(sent(tablet, opened("A")))
        for body in (whole[:-3], whole + b"x", b"no stream"):
            answer = self.post_as(body, coding="deflate")
            assert (answer.status_code, answer.json()["code"]) == (400, "body-unreadable")
        assert self.post_as(whole, coding="br").status_code == 415
        assert self.post_as(whole, coding="deflate").status_code == 200

    def test_a_locked_tablet_sends_what_it_sealed_and_it_is_the_same_fact(self, tablet: Tablet) -> None:
        batch = sent(tablet, opened("A"), opened("B"))
        body = self.sealed_from(batch, tablet)
        assert b"ABX6412" not in body
        first = self.post_as(zlib.compress(body), kind=SEALED, coding="deflate")
        assert first.status_code == 200, first.content
        assert [entry["outcome"] for entry in first.json()["answers"]] == ["kept", "kept"]
        assert [entry["outcome"] for entry in self.post(batch).json()["answers"]] == ["known", "known"]

    def test_sealed_lines_that_were_swapped_or_sealed_to_others_are_refused_whole(self, tablet: Tablet) -> None:
        batch = sent(tablet, opened("A"), opened("B"))
        header, first, second, _ = self.sealed_from(batch, tablet).split(b"\n")
        foreign = self.sealed_from(batch, tablet, first=5).split(b"\n")[1]
        for lines in ([second, first], [first, foreign], [first, b"?"], [first, b"\xff"]):
            answer = self.post_as(b"\n".join([header, *lines, b""]), kind=SEALED)
            assert (answer.status_code, answer.json()["code"]) == (400, "batch-unreadable")
        assert self.post_as(self.sealed_from(batch, tablet), kind=SEALED).json()["last_sequence"] == 2

    def test_a_stranger_s_sealed_lines_are_not_even_opened(
        self, tablet: Tablet, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        forged = Tablet()
        forged.told = tablet.told
        body = self.sealed_from(sent(forged, opened("A")), tablet)
        monkeypatch.setattr(sealed, "unseal", None)
        assert self.post_as(body, kind=SEALED).json()["code"] == "wrong-signature"

    def test_a_batch_is_posted(self) -> None:
        assert Client().get("/api/devices/batches").status_code == 405


class TestBundle:
    def test_a_bundle_is_signed_by_the_key_named_at_enrollment(self, tablet: Tablet) -> None:
        rows = [{"id": str(uuid7()), "name": "Lê Thảo", "login": "thao", "roles": [{"role": "lead", "site": SITE}]}]
        actions.load_staff(rows, actor=SYSTEM, now=datetime.now(tz=UTC))
        answer = tablet.get("/api/devices/bundle")
        assert answer["Content-Type"] == "application/jose"
        content = tablet.believed(answer.content.decode())
        assert content["site"]["code"] == SITE
        assert content["staff"] == [{"id": rows[0]["id"], "name": "Lê Thảo", "roles": ["lead"], "credentials": []}]
        assert content["device"] == str(tablet.device)

    def test_a_bundle_holds_what_a_tablet_judges_by(self, tablet: Tablet, set_time: Callable[..., None]) -> None:
        load_organizations([{"code": "H1", "name": "Trạm y tế", "commune": "26734"}], actor=SYSTEM)
        load_sites([{"code": SITE, "name": "Nhà thi đấu", "organization": "H1", "commune": "26734"}], actor=SYSTEM)
        set_time(datetime(2021, 9, 13, 3, tzinfo=UTC))
        content = tablet.bundle()
        assert (content["site"]["name"], content["site"]["province_code"]) == ("Nhà thi đấu", "79")
        around = {one["code"]: one["name"] for one in content["communes"]}
        assert around["26734"].startswith("Phường")
        assert 5 < len(around) < 60, "a district's, not the country's"
        assert {product["code"] for product in content["products"]} >= {"az", "pfizer", "moderna"}
        assert [form["code"] for form in content["forms"]] == ["adult_4355", "consent_ours"]
        waits = {
            (*rule["previous"], *rule["next"]): rule["min_days"]
            for rule in content["rules"]
            if rule["condition"] is None
        }
        assert waits["az", "az"] == 56
        assert max(rule["starts_on"] for rule in content["rules"]) <= "2021-09-13"
        assert content["held_lots"] == []

    def test_who_came_is_found_by_the_number_on_the_card_and_the_list_is_as_short_as_may_be(
        self, tablet: Tablet, morning_at_the_site: Callable[[], UUID]
    ) -> None:
        visit = morning_at_the_site()
        first, second = (tablet.bundle()["list"] for _ in "12")
        (told,) = first["persons"]
        assert (told["visit"], told["ticket"], told["stage"]) == (str(visit), "31", "waiting-for-dose")
        assert (told["name"], told["born"], told["sex"]) == ("Nguyễn Thị Ánh Hằng", "1987", "female")
        assert told["last4"] == [{"kind": "personal-number", "end": "4417"}]

        def token(key: str, number: str) -> str:
            return wire.to_base64url(hmac.digest(wire.from_base64url(key), number.encode(), "sha256")[:16])

        assert told["tokens"] == [token(first["token_key"], "079187004417")]
        assert second["persons"][0]["tokens"] != told["tokens"]
        assert "079187004417" not in json.dumps(first)
        assert "1987-03-02" not in json.dumps(first)

    def test_who_is_called_stands_in_the_bundle_with_their_appointment(
        self, tablet: Tablet, set_time: Callable[..., None], called_to: Callable[..., tuple[UUID, UUID]]
    ) -> None:
        set_time(datetime(2021, 9, 13, 0, tzinfo=UTC))
        appointment, person = called_to(SITE, number="079187004417")
        called_to("79-0002", number="079187004418")
        bundle = tablet.bundle()
        (told,) = bundle["list"]["persons"]
        assert (told["visit"], told["appointment"], told["person"]) == (None, str(appointment), str(person))
        assert (told["reference"], told["name"], told["product"]) == ("K7M2XQP", "Nguyễn Thị Ánh Hằng", "az")
        assert (told["eligible"], told["reasons"], told["doses"]) == (True, [], [])
        key = wire.from_base64url(bundle["list"]["token_key"])
        assert told["tokens"] == [wire.to_base64url(hmac.digest(key, b"079187004417", "sha256")[:16])]
        assert datetime.fromisoformat(told["starts_at"]) == datetime(2021, 9, 13, 1, tzinfo=UTC)
        assert [(one["product"], one["state"]) for one in bundle["sessions"]] == [("az", "planned")]
        with reaching(Reach(sites=frozenset({SITE}))):
            assert database.rows("select person_id, actor_kind from journal_view") == [(person, "device")]

    def test_what_a_tablet_is_told_of_a_dose_is_judged_by_the_province_of_its_site(
        self,
        tablet: Tablet,
        set_time: Callable[..., None],
        called_to: Callable[..., tuple[UUID, UUID]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        load_organizations([{"code": "H1", "name": "Trạm y tế", "commune": "00001"}], actor=SYSTEM)
        load_sites([{"code": SITE, "name": "Nhà thi đấu", "organization": "H1", "commune": "00001"}], actor=SYSTEM)
        set_time(datetime(2021, 9, 13, 0, tzinfo=UTC))
        called_to(SITE, number="079187004417")
        asked: list[str | None] = []

        def judged(proposed: list[Proposed], *, on: date) -> list[list[Finding]]:
            del on
            asked.extend(one.province for one in proposed)
            return [[] for _ in proposed]

        monkeypatch.setattr(vaccines, "judged", judged)
        tablet.bundle()
        assert asked == ["01"], "they live in 79"

    def test_the_roster_of_a_bundle_costs_as_many_queries_for_many_as_for_one(self) -> None:
        def hire(count: int) -> None:
            rows = [
                {
                    "id": str(uuid7()),
                    "name": f"Nguyễn Thảo {n}",
                    "login": f"thao-{uuid7()}",
                    "roles": [{"role": "vaccinator", "site": SITE}],
                }
                for n in range(count)
            ]
            actions.load_staff(rows, actor=SYSTEM, now=datetime(2021, 9, 13, tzinfo=UTC))

        counts = []
        for count in (1, 4):
            hire(count)
            with CaptureQueriesContext(connection) as asked:
                assert len(bundle._staff(SITE)) == (1 if count == 1 else 5)
            counts.append(len(asked))
        assert counts[0] == counts[1]

    def test_doses_and_reactions_of_other_sites_go_along_without_site_lot_or_sign(
        self, tablet: Tablet, set_time: Callable[..., None], called_to: Callable[..., tuple[UUID, UUID]]
    ) -> None:
        set_time(datetime(2021, 9, 13, 3, tzinfo=UTC))
        _, person = called_to(SITE, number="079187004417")
        scenery.tell(
            DoseGiven(
                id=uuid7(), at=scenery.MORNING, person=person, product="az", lot=scenery.LOT, vaccinator=uuid7(),
                volume_ml=0.5, arm="left",
            ),
            Aefi(
                id=uuid7(), at=scenery.MORNING, onset=scenery.MORNING, person=person, severity="severe",
                signs=["urticaria"],
            ),
            site="79-0099",
        )  # fmt: skip
        (told,) = tablet.bundle()["list"]["persons"]
        assert told["doses"] == [{"product": "az", "given_on": "2021-09-13", "number": 1}]
        assert (told["eligible"], told["reasons"]) == (False, ["interval-too-short"])
        assert told["from_on"] == "2021-11-08"
        assert told["warnings"] == [{"severity": "severe", "on": "2021-09-13"}]
        assert not {"79-0099", scenery.LOT, "urticaria"} & set(json.dumps(told).split('"'))

    def test_stock_and_open_vials_go_along(self, tablet: Tablet, set_time: Callable[..., None]) -> None:
        set_time(scenery.MORNING + timedelta(minutes=30))
        scenery.stock()
        scenery.open_vial("LQ7-0412")
        bundle = tablet.bundle()
        (lot,), (vial,) = bundle["lots"], bundle["vials"]
        assert (lot["lot"], lot["product"], lot["expires_on"]) == (scenery.LOT, "az", "2021-12-31")
        assert (vial["lot"], vial["vial"], vial["doses"]) == (scenery.LOT, "LQ7-0412", 10)

    def test_a_fridge_beyond_its_limits_goes_along_until_it_is_within(
        self, tablet: Tablet, set_time: Callable[..., None]
    ) -> None:
        set_time(scenery.MORNING + timedelta(minutes=30))
        fridge = FridgeShown(site=SITE, code="TL-1", name="Tủ lạnh 1", low_c=2, high_c=8)
        supply.load_fridges([fridge], actor=SYSTEM)
        assert tablet.bundle()["fridges_outside"] == []
        for minutes, temp_c in [(5, 9.4), (20, 5.0)]:
            at = scenery.MORNING + timedelta(minutes=minutes)
            told = ReadingTold(id=uuid7(), site=SITE, fridge="TL-1", taken_at=at, temp_c=temp_c)
            supply.load_readings([told], actor=SYSTEM, now=at)
            seen = [(one["name"], one["temp_c"]) for one in tablet.bundle()["fridges_outside"]]
            assert seen == ([("Tủ lạnh 1", 9.4)] if temp_c > fridge.high_c else [])

    def test_whom_a_tablet_takes_along_is_logged(self, tablet: Tablet, morning_at_the_site: Callable[[], UUID]) -> None:
        morning_at_the_site()
        tablet.get("/api/devices/bundle")
        with reaching(Reach(sites=frozenset({SITE}))):
            seen = database.rows("select purpose, actor_kind, actor, site from journal_view")
        assert seen == [("care", "device", UUID(tablet.told["device"]), SITE)]

    def test_a_tablet_that_asks_is_heard(self, tablet: Tablet) -> None:
        assert queries.last_words() == []
        tablet.get("/api/devices/bundle")
        (word,) = queries.last_words()
        assert (word.site, word.devices, word.pending) == (SITE, 1, 0)

    def test_versions_of_a_site_only_rise(self, tablet: Tablet) -> None:
        versions = [tablet.bundle()["version"] for _ in "12"]
        assert versions == [1, 2]


def test_the_document_describes_every_address_with_an_example() -> None:
    document = Client().get("/api/devices/openapi.json").json()
    described = {(path, method) for path, methods in document["paths"].items() for method in methods}
    assert {
        ("/api/devices/enrollments", "post"),
        ("/api/devices/enrollments/{device}", "get"),
        ("/api/devices/batches", "post"),
        ("/api/devices/nonce", "get"),
        ("/api/devices/bundle", "get"),
        ("/api/devices/heartbeat", "post"),
        ("/api/devices/standby", "get"),
        ("/api/devices/standby", "post"),
        ("/api/devices/days/{day}", "get"),
        ("/api/devices/unlocks", "get"),
        ("/api/devices/unlocks", "post"),
        ("/api/devices/entries", "get"),
    } <= described
    for name in (
        "EnrollmentAsked",
        "EnrollmentTold",
        "NonceTold",
        "Heartbeat",
        "DayTold",
        "UnlockAsked",
        "UnlocksTold",
        "EntriesTold",
        "Problem",
        "ReceiptTold",
    ):
        assert document["components"]["schemas"][name]["example"], name
