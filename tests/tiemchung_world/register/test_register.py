from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tiemchung.kernel import wire
from tiemchung.kernel.register import (
    ANSWER_SIGNATURE,
    CHANGES,
    CHECKS,
    MOST_PERSONS,
    STATUS,
    Answer,
    Asked,
    Changes,
    Field,
    Ground,
    Grounds,
    Question,
    Verdict,
    authorization,
    is_answered_by,
    read_authorization,
)
from tiemchung_world.register.command import RegisterServer, main, signing_key
from tiemchung_world.register.limits import Client, Outage, Plan, Rates, load_plan
from tiemchung_world.register.service import Reply, Request, Service
from tiemchung_world.register.store import Store

NOW = datetime(2021, 10, 4, 2, 0, tzinfo=UTC)
HANG, AN = "079187004417", "079090001122"
PEOPLE = f"""number,old_number,name,born,sex,commune
{HANG},271234567,Nguyễn Thị Ánh Hằng,1987-03-02,female,26734
{AN},,Trần Văn An,1990-11-30,male,26737
001155000001,271234567,Lê Thị Bưởi,1955,female,26740
"""
MOVED_ON, RENUMBERED_ON = "2021-10-01", "2021-10-03"
NEW = "079187009999"
CHANGES_FILE = f"""day,what,number,becomes
{MOVED_ON},moved,{AN},26740
{RENUMBERED_ON},renumbered,{HANG},{NEW}
2021-12-01,died,{AN},
"""
KEY = ec.generate_private_key(ec.SECP256R1())
OURS, THEIRS, STRANGER = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
PRESENT = Grounds(ground=Ground.PRESENT, reference="visit 12", told_by="79-0001-ld")
LIST = Grounds(ground=Ground.SIGNED_LIST, reference="list 7", told_by="26734-cb")


def point(key: ec.EllipticCurvePrivateKey) -> str:
    return wire.to_base64url(wire.dump_public_key(key.public_key()))


def plan(**changes: Any) -> Plan:
    clients = [
        Client(code="tiemchung", key=point(OURS), persons_a_minute=600, fields=True),
        Client(code="school", key=point(THEIRS), persons_a_minute=600),
    ]
    return msgspec.structs.replace(Plan(clients=clients), **changes)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    people = tmp_path / "register.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    opened = Store(tmp_path / "register.db")
    assert opened.load(people) == opened.load(people) == 3
    yield opened
    opened.close()


@pytest.fixture
def service(store: Store) -> Service:
    return Service(store=store, plan=plan(), key=KEY, now=lambda: NOW)


def asked(**changes: str) -> Asked:
    told = {"ref": "1", "number": HANG, "name": "Nguyễn Thị Ánh Hằng", "born": "1987-03-02", "sex": "female"}
    return Asked(**(told | changes))


def request(
    body: bytes,
    *,
    method: str = "POST",
    target: str = CHECKS,
    client: str = "tiemchung",
    key: ec.EllipticCurvePrivateKey = OURS,
    at: datetime = NOW,
    exchange: UUID | None = None,
) -> Request:
    signed = authorization(
        key, client=client, exchange=exchange or uuid4(), at=at, method=method, target=target, body=body
    )
    return Request(method=method, target=target, authorization=signed, body=body)


def question(persons: Sequence[Asked], grounds: Grounds | None = None) -> bytes:
    return msgspec.json.encode(Question(persons=list(persons), grounds=grounds))


def answers(reply: Reply) -> Answer:
    assert reply.status is HTTPStatus.OK, reply.body
    return msgspec.json.decode(reply.body, type=Answer)


def code(reply: Reply) -> tuple[int, str]:
    return reply.status, json.loads(reply.body)["code"]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"name": "NGUYEN THI ANH HANG"}, []),
        ({"number": "271234567"}, []),
        ({"name": "Nguyễn Thị Ánh"}, [Field.NAME]),
        ({"born": "1987-02-03"}, [Field.BORN]),
        ({"born": "1987"}, [Field.BORN]),
        ({"sex": "male"}, [Field.SEX]),
        ({"sex": "male", "name": "An", "born": "1987"}, [Field.NAME, Field.BORN, Field.SEX]),
        ({"number": "079187004418"}, [Field.NUMBER]),
        ({"number": ""}, [Field.NUMBER]),
        ({"number": "001155000001", "name": "Lê Thị Bưởi", "born": "1955"}, []),
    ],
)
def test_a_person_is_right_or_wrong_and_the_field_only_for_a_reason(
    service: Service, changes: dict[str, str], fields: list[Field]
) -> None:
    verdict = Verdict.WRONG if fields else Verdict.RIGHT
    (bare,) = answers(service.reply(request(question([asked(**changes)])))).answers
    assert (bare.verdict, bare.fields) == (verdict, [])
    for grounds in (PRESENT, LIST):
        (told,) = answers(service.reply(request(question([asked(**changes)], grounds)))).answers
        assert (told.verdict, told.fields) == (verdict, fields)


def test_the_field_is_not_told_without_who_and_for_what_nor_to_everybody(service: Service) -> None:
    two = [asked(), asked(ref="2")]
    for body, who, key, refused in (
        (question([asked()], LIST), "school", THEIRS, "no-grounds"),
        (question([asked()], msgspec.structs.replace(LIST, told_by=" ")), "tiemchung", OURS, "no-grounds"),
        (question([asked()], msgspec.structs.replace(PRESENT, reference="")), "tiemchung", OURS, "no-grounds"),
        (question(two, PRESENT), "tiemchung", OURS, "one-person-at-a-desk"),
    ):
        assert code(service.reply(request(body, client=who, key=key))) == (403, refused)
    assert len(answers(service.reply(request(question(two, LIST)))).answers) == 2


def test_ten_thousand_are_answered_in_their_order_and_one_more_is_not(service: Service) -> None:
    many = [asked(ref=str(place), sex="female" if place % 3 else "male") for place in range(MOST_PERSONS)]
    found = answers(service.reply(request(question(many)))).answers
    assert [one.ref for one in found] == [one.ref for one in many]
    assert sum(one.verdict is Verdict.WRONG for one in found) == (MOST_PERSONS + 2) // 3
    assert code(service.reply(request(question([*many, asked()])))) == (413, "persons")
    assert code(service.reply(request(question([])))) == (400, "persons")
    assert code(service.reply(request(b"{"))) == (400, "unreadable")


def test_a_client_who_asks_too_fast_waits_and_the_same_question_again_is_free(service: Service) -> None:
    many = question([asked()] * MOST_PERSONS)
    first = request(many)
    assert service.reply(first).status is HTTPStatus.OK
    assert service.reply(first).status is HTTPStatus.OK
    refused = request(question([asked()] * 10))
    for _ in range(2):  # what was refused is not free when it comes again
        reply = service.reply(refused)
        assert code(reply) == (429, "too-many")
        assert reply.headers["Retry-After"] == "1"
    assert service.reply(request(question([asked()]), client="school", key=THEIRS)).status is HTTPStatus.OK


def test_what_a_client_may_ask_comes_back_with_time() -> None:
    rates, client = Rates(), Client(code="c", key="", persons_a_minute=60)
    assert rates.wait_s(client, MOST_PERSONS, now=NOW) == 0
    assert rates.wait_s(client, 30, now=NOW) == pytest.approx(30)
    assert rates.wait_s(client, 30, now=NOW + timedelta(seconds=29)) == pytest.approx(1)
    assert rates.wait_s(client, 30, now=NOW + timedelta(seconds=30)) == 0


def test_nobody_asks_under_anothers_name_or_with_a_changed_question(service: Service) -> None:
    body = question([asked()])
    good = request(body)
    for changed, refused in (
        (Request(method="POST", target=CHECKS, body=body), "unsigned"),
        (request(body, client="nobody"), "unknown-client"),
        (request(body, key=STRANGER), "wrong-signature"),
        (request(body, client="school"), "wrong-signature"),
        (Request(method="POST", target=CHECKS, authorization=good.authorization, body=body + b" "), "wrong-signature"),
        (Request(method="GET", target=f"{CHANGES}?after=0", authorization=good.authorization), "wrong-signature"),
        (request(body, at=NOW - timedelta(minutes=6)), "clock"),
        (request(body, at=NOW + timedelta(minutes=6)), "clock"),
    ):
        assert code(service.reply(changed)) == (401, refused)
    assert service.reply(good).status is HTTPStatus.OK


def test_an_exchange_is_one_question(service: Service) -> None:
    exchange = uuid4()
    assert service.reply(request(question([asked()]), exchange=exchange)).status is HTTPStatus.OK
    other = request(question([asked(sex="male")]), exchange=exchange)
    assert code(service.reply(other)) == (409, "exchange-reused")
    theirs = request(question([asked()]), exchange=exchange, client="school", key=THEIRS)
    assert code(service.reply(theirs)) == (409, "exchange-reused")


def test_every_answer_is_signed_for_its_exchange_a_refusal_too(service: Service) -> None:
    for sent in (request(question([asked()])), request(b"{"), request(question([asked()]), key=STRANGER)):
        reply = service.reply(sent)
        signed = read_authorization(sent.authorization)
        assert signed is not None
        signature = reply.headers[ANSWER_SIGNATURE]
        known: dict[str, Any] = {"exchange": signed.exchange, "status": reply.status, "body": reply.body}
        assert is_answered_by(KEY.public_key(), signature, **known)
        others: list[dict[str, Any]] = [{"exchange": uuid4()}, {"status": 201}, {"body": reply.body + b" "}]
        for changed in others:
            assert not is_answered_by(KEY.public_key(), signature, **(known | changed))
        assert not is_answered_by(STRANGER.public_key(), signature, **known)
        assert not is_answered_by(KEY.public_key(), "?", **known)


def test_a_planned_outage_is_told_beforehand_and_says_when_to_come_back(store: Store) -> None:
    outage = Outage(starts_at=NOW, ends_at=NOW + timedelta(hours=2), reason="bảo trì")
    clock = [NOW - timedelta(seconds=1)]
    service = Service(store=store, plan=plan(outages=[outage]), key=KEY, now=lambda: clock[0])
    status = Request(method="GET", target=STATUS)
    told = json.loads(service.reply(status).body)
    assert (told["state"], told["outages"][0]["reason"]) == ("open", "bảo trì")
    assert service.reply(request(question([asked()]))).status is HTTPStatus.OK
    clock[0] = NOW
    reply = service.reply(request(question([asked()])))
    assert code(reply) == (503, "outage")
    assert reply.headers["Retry-After"] == "7200"
    assert json.loads(service.reply(status).body)["state"] == "outage"
    clock[0] = outage.ends_at
    assert service.reply(request(question([asked()]), at=clock[0])).status is HTTPStatus.OK
    assert json.loads(service.reply(status).body)["outages"] == []


def page(service: Service, *, after: int = 0, client: str = "tiemchung", key: Any = OURS) -> Changes:
    reply = service.reply(request(b"", method="GET", target=f"{CHANGES}?after={after}", client=client, key=key))
    assert reply.status is HTTPStatus.OK, reply.body
    return msgspec.json.decode(reply.body, type=Changes)


def test_the_feed_tells_a_client_of_the_people_it_asked_about_and_got_right(
    service: Service, store: Store, tmp_path: Path
) -> None:
    feed = tmp_path / "changes.csv"
    feed.write_text(CHANGES_FILE, encoding="utf-8")
    answers(service.reply(request(question([asked()]))))
    wrong = asked(number=AN, name="Trần Văn Ấm", born="1990-11-30", sex="male")
    answers(service.reply(request(question([wrong], LIST))))
    assert store.take_changes(feed, until=date(2021, 10, 4)) == 2
    assert store.take_changes(feed, until=date(2021, 10, 4)) == 0
    (renumbered,) = page(service).changes
    assert (renumbered.day, renumbered.what, renumbered.number, renumbered.becomes) == (
        RENUMBERED_ON,
        "renumbered",
        HANG,
        NEW,
    )
    assert page(service, after=renumbered.sequence) == Changes(changes=[], more=False)
    assert page(service, client="school", key=THEIRS).changes == []
    for number in (HANG, NEW):
        (told,) = answers(service.reply(request(question([asked(number=number)])))).answers
        assert told.verdict is Verdict.RIGHT


def test_an_address_that_is_none_is_told_so(service: Service) -> None:
    for method, target in (("GET", CHECKS), ("GET", CHANGES), ("GET", f"{CHANGES}?after=-1"), ("POST", "/")):
        assert code(service.reply(request(b"", method=method, target=target))) == (404, "no-such-address")


def test_a_plan_is_read_and_a_bad_one_refused(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(msgspec.json.encode(plan(outages=[Outage(starts_at=NOW, ends_at=NOW, reason="x")])))
    assert load_plan(file).client("school") == plan().client("school")
    bad = {"code": "c", "key": point(OURS), "persons_a_minute": 0}
    for wrong in ({"clients": [bad]}, {"clients": [bad | {"persons_a_minute": 1, "key": "AAAA"}]}, {}):
        file.write_text(json.dumps(wrong), encoding="utf-8")
        with pytest.raises(ValueError, match=r"plan\.json"):
            load_plan(file)
    words = ["--database", str(tmp_path / "r.db"), "--plan", str(file), "--key", str(tmp_path / "key.pem")]
    assert main(words) == 2


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    made = signing_key(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert point(signing_key(file)) == point(made)


def test_it_answers_over_http(service: Service) -> None:
    server = RegisterServer(("127.0.0.1", 0), service)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        sent = request(question([asked()]))
        connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=30)
        connection.request("POST", CHECKS, body=sent.body, headers={"Authorization": sent.authorization})
        got = connection.getresponse()
        assert msgspec.json.decode(got.read(), type=Answer).answers[0].verdict is Verdict.RIGHT
        assert got.headers[ANSWER_SIGNATURE]
        connection.request("GET", STATUS)
        assert json.loads(connection.getresponse().read())["state"] == "open"
        connection.putrequest("POST", CHECKS)
        connection.putheader("Content-Length", str(10**9))
        connection.endheaders()
        assert connection.getresponse().status == 413
        connection.close()
    finally:
        server.shutdown()
        server.server_close()
