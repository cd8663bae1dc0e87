"""One contract for whatever stands behind the register's interface: the simulated one, as a process too, and a real one.

A real one is named by TIEMCHUNG_CONTRACT_REGISTER, a file as docs/operations/population-register.md describes it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.domain.people.register_at_hand import OURS
from tiemchung.domain.people.errors import RegisterSilent
from tiemchung.domain.people.gateways import Register
from tiemchung.domain.people.gateways.http import HttpRegister
from tiemchung.domain.people.values import Exchanged
from tiemchung.kernel import wire
from tiemchung.kernel.register import (
    MOST_PERSONS,
    Asked,
    Change,
    Field,
    Ground,
    Grounds,
    Verdict,
    is_answered_by,
    is_asked_by,
    read_authorization,
)
from tiemchung_world.register.command import open_register, parsed

LIST = Grounds(ground=Ground.SIGNED_LIST, reference="list 7", told_by="26734-cb")
PRESENT = Grounds(ground=Ground.PRESENT, reference="visit 12", told_by="79-0001-ld")
PEOPLE = """number,old_number,name,born,sex,commune
079187004417,271234567,Nguyễn Thị Ánh Hằng,1987-03-02,female,26734
079090001234,,Trần Văn Ấm,1990-11-30,male,26734
079170004321,,Lê Thị Út,1970,female,26734
"""
CHANGES = """day,what,number,becomes
2021-10-01,moved,079187004417,26740
2021-10-02,died,079170004321,
2021-10-03,renumbered,079187004417,079187009999
"""


class Known(msgspec.Struct, frozen=True):
    """What a register is known to say: somebody who is right, a number that nobody has, somebody to whom `changes` happened.

    The changes are those of `changed` alone, in order; their sequences are the register's own. Something happened to
    `unasked` too, about whom this client never asked.
    """

    right: Asked
    nobody: str
    changed: Asked
    changes: list[tuple[str, str, str]]
    unasked: str


class Named(msgspec.Struct, frozen=True):
    """A register of flesh and blood: where it is, under which code and key file it is asked, which point signs."""

    url: str
    client: str
    key: str
    register_key: str
    known: Known


class Contracted(msgspec.Struct, frozen=True):
    """A register that is held to the contract, the keys of both sides, and what it is known to say."""

    register: Register
    ours: ec.EllipticCurvePublicKey
    theirs: ec.EllipticCurvePublicKey
    known: Known


SIMULATED = Known(
    right=Asked(ref="", number="079090001234", name="Trần Văn Ấm", born="1990-11-30", sex="male"),
    nobody="079187004418",
    changed=Asked(ref="", number="271234567", name="Nguyễn Thị Ánh Hằng", born="1987-03-02", sex="female"),
    changes=[("moved", "2021-10-01", "26740"), ("renumbered", "2021-10-03", "079187009999")],
    unasked="079170004321",
)
REGISTERS = ("at hand", "as a process", *(["named"] if os.environ.get("TIEMCHUNG_CONTRACT_REGISTER") else []))


@pytest.fixture(params=REGISTERS, scope="module")
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Contracted]:
    if request.param == "named":
        yield _named(Path(os.environ["TIEMCHUNG_CONTRACT_REGISTER"]))
        return
    words = _files(tmp_path_factory.mktemp("register"))
    if request.param == "at hand":
        server = open_register(parsed(words))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield _contracted(server.url, server.service.public_key)
        server.shutdown()
        server.server_close()
        return
    program = "from tiemchung_world.register.command import main; raise SystemExit(main())"
    with subprocess.Popen([sys.executable, "-c", program, *words], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline().strip() for _ in range(4)]
        point = wire.load_public_key(wire.from_base64url(said[2].split()[-1]))
        yield _contracted(said[3].split()[0], point)
        process.terminate()


def _files(folder: Path) -> list[str]:
    point = wire.to_base64url(wire.dump_public_key(OURS.public_key()))
    client = {"code": "tiemchung", "key": point, "persons_a_minute": 60_000, "fields": True}
    (folder / "plan.json").write_bytes(msgspec.json.encode({"clients": [client]}))
    (folder / "register.csv").write_text(PEOPLE, encoding="utf-8")
    (folder / "changes.csv").write_text(CHANGES, encoding="utf-8")
    files = {
        "database": "r.db",
        "plan": "plan.json",
        "key": "k.pem",
        "people": "register.csv",
        "changes": "changes.csv",
    }
    return [*(word for name, file in files.items() for word in (f"--{name}", str(folder / file))), "--port", "0"]


def _contracted(url: str, point: ec.EllipticCurvePublicKey) -> Contracted:
    register = HttpRegister(url, client="tiemchung", key=OURS, register_key=point)
    return Contracted(register, OURS.public_key(), point, SIMULATED)


def _named(file: Path) -> Contracted:
    named = msgspec.json.decode(file.read_bytes(), type=Named)
    key = serialization.load_pem_private_key(Path(named.key).read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    point = wire.load_public_key(wire.from_base64url(named.register_key))
    register = HttpRegister(named.url, client=named.client, key=key, register_key=point)
    return Contracted(register, key.public_key(), point, named.known)


def check(told: Contracted, *persons: Asked, grounds: Grounds | None = None, exchange: UUID | None = None) -> Exchanged:
    return told.register.check(persons, grounds=grounds, exchange=exchange or uuid4(), at=datetime.now(tz=UTC))


def asked(person: Asked, **changes: str) -> Asked:
    return msgspec.structs.replace(person, **changes)


def verdicts(exchanged: Exchanged) -> list[Verdict]:
    return [answer.verdict for answer in exchanged.answers]


def test_right_or_wrong_is_said_of_each_in_the_order_of_the_question(told: Contracted) -> None:
    right = told.known.right
    persons = [
        asked(right, ref="a"),
        asked(right, ref="b", born="1901-01-01"),
        asked(right, ref="c", number=told.known.nobody),
    ]
    exchanged = check(told, *persons)
    assert [answer.ref for answer in exchanged.answers] == ["a", "b", "c"]
    assert verdicts(exchanged) == [Verdict.RIGHT, Verdict.WRONG, Verdict.WRONG]
    assert [answer.fields for answer in exchanged.answers] == [[], [], []]


def test_which_field_is_wrong_is_told_on_grounds_alone_and_nothing_of_what_is_right(told: Contracted) -> None:
    right = told.known.right
    other = "female" if right.sex == "male" else "male"
    persons = [
        right,
        asked(right, name="Người Khác"),
        asked(right, born="1901-01-01", sex=other),
        asked(right, number=told.known.nobody),
    ]
    fields = [[], [Field.NAME], [Field.BORN, Field.SEX], [Field.NUMBER]]
    assert [answer.fields for answer in check(told, *persons, grounds=LIST).answers] == fields
    for person, wrong in zip(persons, fields, strict=True):
        exchanged = check(told, person, grounds=PRESENT)
        assert [answer.fields for answer in exchanged.answers] == [wrong]
        assert set(msgspec.json.decode(exchanged.answer)["answers"][0]) <= {"ref", "verdict", "fields"}


def test_more_than_one_person_cannot_stand_at_a_desk(told: Contracted) -> None:
    with pytest.raises(RegisterSilent, match="status-403") as silent:
        check(told, told.known.right, told.known.changed, grounds=PRESENT)
    assert silent.value.groundless


def test_ten_thousand_are_one_question_and_more_or_none_are_refused(told: Contracted) -> None:
    many = [asked(told.known.right, ref=str(place)) for place in range(MOST_PERSONS)]
    assert verdicts(check(told, *many)) == [Verdict.RIGHT] * MOST_PERSONS
    for wrong in ([], [*many, told.known.right]):
        with pytest.raises(RegisterSilent) as silent:
            check(told, *wrong)
        assert silent.value.refused


def test_an_exchange_is_one_question_whose_lost_answer_is_told_again(told: Contracted) -> None:
    exchange = uuid4()
    first = check(told, told.known.right, exchange=exchange)
    assert check(told, told.known.right, exchange=exchange).answer == first.answer
    with pytest.raises(RegisterSilent, match="status-409"):
        check(told, asked(told.known.right, born="1901-01-01"), exchange=exchange)


def test_what_was_exchanged_can_be_shown_to_a_third(told: Contracted) -> None:
    kept = check(told, told.known.right)
    signed = read_authorization(kept.asked_by)
    assert signed is not None
    assert signed.exchange == kept.exchange
    target = {"method": "POST", "target": "/v1/checks"}
    assert is_asked_by(told.ours, signed, body=kept.question, **target)
    assert not is_asked_by(told.ours, signed, body=kept.question + b" ", **target)
    for body, believed in ((kept.answer, True), (kept.answer + b" ", False)):
        status = HTTPStatus.OK
        assert (
            is_answered_by(told.theirs, kept.answered_by, exchange=kept.exchange, status=status, body=body) is believed
        )


def test_the_feed_tells_what_became_of_whom_we_asked_about_in_the_words_we_used(told: Contracted) -> None:
    assert verdicts(check(told, told.known.changed)) == [Verdict.RIGHT]
    changes = _all(told)
    ours = [change for change in changes if change.number == told.known.changed.number]
    assert [(change.what.value, change.day, change.becomes) for change in ours] == told.known.changes
    assert told.known.unasked not in {change.number for change in changes}
    last = changes[-1].sequence
    nothing = told.register.changes(last, exchange=uuid4(), at=datetime.now(tz=UTC))
    assert (nothing.changes, nothing.more) == ([], False)


def _all(told: Contracted) -> list[Change]:
    changes: list[Change] = []
    while True:
        after = changes[-1].sequence if changes else 0
        page = told.register.changes(after, exchange=uuid4(), at=datetime.now(tz=UTC))
        changes += page.changes
        if not page.more:
            return changes
