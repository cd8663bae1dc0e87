"""Who waits is asked about in batches; what the register says is kept as a state; what it does not say stops nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from msgspec import structs
from pytest_django import Settings

from tests.domain.people.register_at_hand import PEOPLE, THEIRS, Unreliable
from tests.domain.people.test_persons import NOW, told
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.journal.values import Entry, Position
from tiemchung.domain.mending import reactions
from tiemchung.domain.people import actions, jobs, queries
from tiemchung.domain.people.actions import asking
from tiemchung.domain.people.actions.asking import FEW_TURNED, ONE_IN, TOO_MANY_WRONG
from tiemchung.domain.people.errors import RegisterSilent
from tiemchung.domain.people.events import PersonCorrected
from tiemchung.domain.people.gateways import KEY, Register
from tiemchung.domain.people.rules import SEXES
from tiemchung.domain.people.values import Exchanged, FeedPage, IdentifierTold, Verification
from tiemchung.kernel import wire
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.register import Asked, Grounds
from tiemchung.plumbing import arrays, database, keys
from tiemchung_world.register.limits import Outage

HANG = {"name": "Nguyễn Thị Ánh Hằng", "born": "1987-03-02", "sex": "female"}
NUMBER = "079187004417"
assert NUMBER in PEOPLE


@pytest.fixture(autouse=True)
def _on_the_wall(worker_db: None, service: Unreliable) -> None:
    journal.forget_server_device()
    service._now = lambda: datetime.now(tz=UTC)


def person(*, kind: str = "personal-number", number: str = NUMBER, **changes: str) -> UUID:
    """Fold somebody like her into the record and let the register be asked about them."""
    one = told()
    numbers = [IdentifierTold(kind=kind, value=number)] if number else []
    block = structs.replace(one.block, identifiers=numbers, **{**HANG, **changes})
    actions.fold_blocks([structs.replace(one, block=block)])
    actions.queue_for_register([one.person], corrected=[], now=NOW)
    return one.person


def ask(register: Register) -> int:
    return actions.Asking(register, now=NOW, sleep=lambda _wait: None).ask_due()


def states(*persons: UUID) -> list[Verification]:
    found = queries.verifications(persons)
    return [found[one] for one in persons]


def waiting() -> int:
    return queries.waiting_for_register()


def test_each_of_the_four_states_is_reached_in_one_batch(register: Register) -> None:
    right, by_old_card = person(), person(kind="old-identity-card", number="271234567")
    untold = person(sex="unknown")
    wrong, stranger = person(born="1987-02-03"), person(number="079187009999")
    without, malformed, passport = (
        person(number=""),
        person(number="0791870044"),
        person(kind="passport-vn", number="B1234567"),
    )
    nothing_to_ask = person(born="")
    assert ask(register) == 9
    assert states(right, by_old_card, untold) == [Verification.RIGHT] * 3
    assert states(wrong, stranger) == [Verification.WRONG] * 2
    assert states(without, malformed, passport) == [Verification.NO_NUMBER] * 3
    assert states(nothing_to_ask, uuid4()) == [Verification.NOT_YET] * 2
    assert waiting() == 0
    assert ask(register) == 0


def test_an_exchange_is_a_fact_with_both_signatures_and_can_be_shown_for_ninety_days(register: Register) -> None:
    person()
    ask(register)
    ((exchange, kind),) = database.rows("select id, kind from journal_entry where kind like 'register-%%'")
    assert kind == "register-asked"
    shown = actions.shown_exchange(exchange)
    assert shown is not None
    assert NUMBER in shown["question"]
    assert "right" in shown["answer"]
    (sealed,) = database.row("select sealed from people_register_exchange") or (b"",)
    assert NUMBER.encode() not in bytes(sealed)
    actions.forget_exchanges(now=NOW + asking.KEPT)
    assert actions.shown_exchange(exchange) is not None
    actions.forget_exchanges(now=NOW + asking.KEPT + timedelta(seconds=1))
    assert actions.shown_exchange(exchange) is None


def test_in_a_planned_outage_nobody_is_asked_about_until_it_ends(register: Register, service: Unreliable) -> None:
    real = datetime.now(tz=UTC)
    outage = Outage(starts_at=real - timedelta(hours=1), ends_at=real + timedelta(hours=1), reason="bảo trì")
    service._plan = structs.replace(service._plan, outages=[outage])
    one = person()
    assert ask(register) == 0
    assert states(one) == [Verification.NOT_YET]
    line = queries.register_line()
    assert (line.reason, waiting(), line.circuit.failures) == ("told-to-wait", 1, 0)
    service._plan = structs.replace(service._plan, outages=[])
    assert ask(register) == 0, "its own word is followed"
    database.run("update people_register_line set until = now()")
    assert ask(register) == 1
    assert states(one) == [Verification.RIGHT]


class Failing:
    """A register that fails while it is told to, and counts the questions."""

    def __init__(self, register: Register, silent: RegisterSilent) -> None:
        self.register = register
        self.silent: RegisterSilent | None = silent
        self.asked: list[int] = []
        self.between: Callable[[], None] = lambda: None

    def check(self, persons: Sequence[Asked], *, grounds: Grounds | None, exchange: UUID, at: datetime) -> Exchanged:
        self.asked.append(len(persons))
        if self.silent is not None:
            raise self.silent
        answer = self.register.check(persons, grounds=grounds, exchange=exchange, at=at)
        self.between()
        return answer

    def changes(self, after: int, *, exchange: UUID, at: datetime) -> FeedPage:
        raise NotImplementedError  # it answers questions; no changes are followed


def test_five_failures_open_the_circuit_for_all_and_one_question_tries_first(register: Register) -> None:
    persons = [person() for _ in range(3)]
    failing = Failing(register, RegisterSilent("not-signed", may_pass=False))
    for _ in range(7):
        assert ask(failing) == 0
    assert failing.asked == [3] * 5
    failed = database.row("select count(*) from journal_entry where kind = 'register-failed'")
    assert failed == (5,)
    assert states(*persons) == [Verification.NOT_YET] * 3
    assert queries.register_line().circuit.failures == 5
    failing.silent = None
    database.run("update people_register_line set until = now()")
    assert ask(failing) == 1
    assert ask(failing) == 2
    assert failing.asked[5:] == [1, 2]
    assert states(*persons) == [Verification.RIGHT] * 3
    assert queries.register_line().circuit.failures == 0


def test_a_question_that_is_not_taken_holds_up_nobody_else(register: Register) -> None:
    persons = [person() for _ in range(4)]
    odd = person(number="079187001234")

    class Picky(Failing):
        def check(
            self, persons: Sequence[Asked], *, grounds: Grounds | None, exchange: UUID, at: datetime
        ) -> Exchanged:
            if any(one.number == "079187001234" for one in persons):
                raise RegisterSilent("status-400", may_pass=False, refused=True)
            return register.check(persons, grounds=grounds, exchange=exchange, at=at)

    assert ask(Picky(register, RegisterSilent("", may_pass=False))) == 5
    assert states(*persons, odd) == [*[Verification.RIGHT] * 4, Verification.NOT_YET]
    assert waiting() == 0


def test_who_is_corrected_while_the_question_is_under_way_is_asked_about_again(register: Register) -> None:
    one = person()
    under_way = Failing(register, RegisterSilent("", may_pass=False))
    under_way.silent = None
    under_way.between = lambda: actions.queue_for_register([one], corrected=[one], now=NOW + timedelta(seconds=1))
    assert ask(under_way) == 1
    assert states(one) == [Verification.NOT_YET]
    assert waiting() == 1
    assert ask(register) == 1
    assert states(one) == [Verification.RIGHT]


def asked_again(persons: Sequence[UUID], *, turned: int) -> None:
    """Let these be asked about again, so many of the first of them under a sex that the register calls wrong."""
    told_male = arrays.uuids(persons[:turned])
    database.run("update people_person set sex = %s where id = any(%b::uuid[])", [SEXES.index("male"), told_male])
    database.run("update people_register_state set asked_about = null")
    actions.queue_for_register(persons, corrected=persons, now=NOW)


def test_a_batch_in_which_too_many_turn_wrong_changes_nobody_until_somebody_has_looked(register: Register) -> None:
    persons = [person() for _ in range(FEW_TURNED + 1)]
    before = person(number="")
    ask(register)
    assert not actions.accept_wrong(), "nothing waits yet"
    asked_again(persons, turned=FEW_TURNED + 1)
    asking_anew = Failing(register, RegisterSilent("", may_pass=False))
    asking_anew.silent = None
    assert ask(asking_anew) == 0
    assert ask(asking_anew) == 0
    assert asking_anew.asked == [len(persons)], "nobody is asked about while it waits"
    assert states(*persons, before) == [*[Verification.RIGHT] * len(persons), Verification.NO_NUMBER]
    assert (waiting(), queries.register_line().held) == (len(persons), TOO_MANY_WRONG)
    ((exchange,),) = database.rows("select id from journal_entry where kind = 'register-failed'")
    shown = actions.shown_exchange(exchange)
    assert shown is not None
    assert "wrong" in shown["answer"], "somebody can look at what it said"
    assert actions.accept_wrong()
    assert ask(register) == len(persons)
    assert states(*persons) == [Verification.WRONG] * len(persons)
    assert (waiting(), queries.register_line().held) == (0, "")


@pytest.mark.parametrize(
    ("right", "turned"), [(FEW_TURNED, FEW_TURNED), ((FEW_TURNED + 1) * ONE_IN, FEW_TURNED + 1)], ids=["few", "a fifth"]
)
def test_a_few_and_just_a_fifth_are_believed(register: Register, right: int, turned: int) -> None:
    persons = [person() for _ in range(right)]
    ask(register)
    asked_again(persons, turned=turned)
    assert ask(register) == right
    assert states(*persons).count(Verification.WRONG) == turned
    assert queries.register_line().held == ""


def test_those_who_were_never_right_hold_no_batch(register: Register) -> None:
    persons = [person(sex="male") for _ in range(FEW_TURNED + 1)]
    assert ask(register) == len(persons)
    assert states(*persons) == [Verification.WRONG] * len(persons)


def entry(about: UUID, kind: str, body: bytes = b"{}") -> Entry:
    return Entry(
        id=uuid7(),
        kind=kind,
        position=Position(1, 1),
        device=uuid7(),
        seq=1,
        site="79-0001",
        person=about,
        occurred_at=NOW,
        recorded_at=NOW,
        written_at=NOW,
        open_body=lambda: body,
    )


def corrected(about: UUID, **changes: str) -> Entry:
    fact = PersonCorrected(id=uuid7(), at=NOW, person=about, decision=uuid7())
    return entry(about, "person-corrected", msgspec.json.encode(structs.replace(fact, **changes)))


@pytest.fixture
def set_up(settings: Settings, address: str) -> None:
    settings.TIEMCHUNG_REGISTER_URL = address
    settings.TIEMCHUNG_REGISTER_CLIENT = "tiemchung"
    settings.TIEMCHUNG_REGISTER_KEY = wire.to_base64url(wire.dump_public_key(THEIRS.public_key()))


def test_whoever_is_met_or_told_otherwise_is_queued_and_nobody_twice_for_one_answer(
    set_up: None, register: Register
) -> None:
    del set_up
    one = person()
    ask(register)
    for again in (entry(one, "arrived"), corrected(one, phone="0901234567"), corrected(one, commune="26737")):
        reactions.queue_questions([again], now=NOW)
        assert waiting() == 0
    reactions.queue_questions([entry(one, "arrived"), corrected(one, name="Nguyễn Thị Hằng")], now=NOW)
    assert waiting() == 1
    asked = Failing(register, RegisterSilent("", may_pass=False))
    assert ask(asked) == 1
    assert asked.asked == [], "the fields are those of the last answer"
    assert states(one) == [Verification.RIGHT]


def test_who_moves_is_counted_where_they_live_now(set_up: None, register: Register) -> None:
    del set_up
    one = person()
    ask(register)
    database.run("update people_person set commune = '26737' where id = %s", [one])
    reactions.queue_questions([corrected(one, commune="26737")], now=NOW)
    assert waiting() == 0
    assert queries.in_state(["26737"], Verification.RIGHT, after=None, limit=5) == [one]
    assert queries.verified_in(["26734"])[Verification.RIGHT] == 0


def test_who_had_no_number_is_asked_about_when_one_is_told(set_up: None, register: Register) -> None:
    del set_up
    one = told()
    block = structs.replace(one.block, identifiers=[], **HANG)
    one = structs.replace(one, block=block)
    actions.fold_blocks([one])
    reactions.queue_questions([entry(one.person, "arrived")], now=NOW)
    ask(register)
    assert states(one.person) == [Verification.NO_NUMBER]
    number = IdentifierTold(kind="personal-number", value=NUMBER)
    actions.fold_blocks([structs.replace(one, block=structs.replace(block, identifiers=[number]))])
    reactions.queue_questions([entry(one.person, "arrived")], now=NOW)
    ask(register)
    assert states(one.person) == [Verification.RIGHT]


def test_without_a_register_nobody_waits_and_on_the_day_it_is_set_everybody_can(
    settings: Settings, register: Register
) -> None:
    settings.TIEMCHUNG_REGISTER_URL = ""
    one = told()
    actions.fold_blocks([one, told()])
    reactions.queue_questions([entry(one.person, "arrived")], now=NOW)
    assert waiting() == 0
    assert jobs.ask_register(now=NOW) == 0
    asked = person()
    ask(register)
    assert actions.queue_everybody(now=NOW) == 2
    assert actions.queue_everybody(now=NOW) == 0
    assert (waiting(), states(asked)) == (2, [Verification.RIGHT])


def test_the_job_asks_under_the_key_that_the_register_knows_until_nobody_waits(
    set_up: None, service: Unreliable
) -> None:
    del set_up
    point = wire.to_base64url(wire.dump_public_key(keys.signing_key(KEY).public_key()))
    (client,) = service._plan.clients
    service._plan = structs.replace(service._plan, clients=[structs.replace(client, key=point)])
    one = person()
    assert jobs.ask_register(now=NOW) == 1
    assert jobs.ask_register(now=NOW) == 0
    assert states(one) == [Verification.RIGHT]
