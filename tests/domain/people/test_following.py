"""What the register tells of people afterwards is made true of those who are right, once, and of nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from tests.domain.people.register_at_hand import Unreliable
from tests.domain.people.test_asking import NUMBER, ask, entry, person, set_up, states
from tests.domain.people.test_persons import NOW
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.journal import queries as journal_queries
from tiemchung.domain.mending import reactions
from tiemchung.domain.people import actions, jobs, queries
from tiemchung.domain.people.actions.feed import FEW_DEATHS, TOO_MANY_DEATHS
from tiemchung.domain.people.errors import NewsSettled, RegisterSilent
from tiemchung.domain.people.gateways import KEY, Register
from tiemchung.domain.people.values import Exchanged, FeedPage, Verification
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.kernel.register import Asked, Change, Grounds, What
from tiemchung.plumbing import database, keys
from tiemchung_world.register.store import Store

__all__ = ["set_up"]

LATER = datetime(2021, 10, 20, 2, 0, tzinfo=UTC)
NEW, NEWER = "079187009999", "079187008888"
ASKED = Purpose.CORRECTION
HERE, THERE, FAR = "26734", "26740", "26737"
CLERK = Actor(
    id=uuid7(),
    kind=ActorKind.STAFF,
    powers=frozenset({Power.MEND}),
    reach=Reach(sites=frozenset({"79-0001"}), communes=frozenset({HERE})),
)


@pytest.fixture(autouse=True)
def _on_the_wall(worker_db: None, service: Unreliable) -> None:
    journal.forget_server_device()
    service._now = lambda: datetime.now(tz=UTC)


def change(sequence: int, what: What, day: str = "2021-10-03", *, becomes: str = "", number: str = NUMBER) -> Change:
    return Change(sequence=sequence, day=day, what=what, number=number, becomes=becomes)


class Telling:
    """A register that tells the pages it is given, and remembers after which place it was asked."""

    def __init__(self, *pages: Sequence[Change] | RegisterSilent) -> None:
        self.pages = list(pages)
        self.after: list[int] = []

    def check(self, persons: Sequence[Asked], *, grounds: Grounds | None, exchange: UUID, at: datetime) -> Exchanged:
        raise NotImplementedError  # it tells changes; nobody is looked up

    def changes(self, after: int, *, exchange: UUID, at: datetime) -> FeedPage:
        assert at.tzinfo
        self.after.append(after)
        page = self.pages.pop(0) if self.pages else []
        if isinstance(page, RegisterSilent):
            raise page
        return FeedPage(
            exchange=exchange,
            after=after,
            question=b"/v1/changes",
            asked_by="ours",
            answer=msgspec.json.encode(page),
            answered_by="theirs",
            changes=list(page),
            more=bool(self.pages),
        )


def read(*pages: Sequence[Change] | RegisterSilent, now: datetime = LATER) -> Telling:
    telling = Telling(*pages)
    while actions.read_next(telling, now=now):
        pass
    actions.follow_changes(now=now)
    return telling


def right(register: Register, **told: str) -> UUID:
    one = person(**told)
    ask(register)
    assert states(one) == [Verification.RIGHT]
    return one


def facts(like: str) -> list[str]:
    return [kind for (kind,) in database.rows("select kind from journal_entry where kind like %s", [like])]


def is_called(one: UUID) -> bool:
    phones, by_phone = queries.phones_of([one]), queries.with_phone([one])
    whole = queries.phones_to_call([one], purpose=Purpose.REGISTRATION, actor=CLERK, viewed_at=LATER)
    assert set(phones) == by_phone == set(whole)
    return one in phones


def open_moves(*communes: str) -> list[str]:
    return [one.commune for one in queries.news_of(communes or [HERE], What.MOVED, since=NOW, limit=9, purpose=ASKED)]


def numbers_of(one: UUID) -> dict[str, tuple[date | None, date | None]]:
    rows = database.rows("select valid_from, valid_to, kind from people_identifier where person_id = %s", [one])
    shown = queries.persons([one], purpose=Purpose.CARE, actor=CLERK, viewed_at=LATER)[one]
    assert len(rows) == len(shown.identifiers)
    return {number.value[-4:]: (number.valid_from, number.valid_to) for number in shown.identifiers}


def test_whoever_is_told_to_be_dead_is_neither_called_nor_written_to(register: Register) -> None:
    one, other = right(register), person(number="079187009998")
    assert is_called(one)
    read([change(1, What.DIED)])
    assert not is_called(one)
    assert is_called(other)
    assert queries.dead([one, other]) == {one: date(2021, 10, 3)}
    assert facts("person-died") == ["person-died"]
    read([change(2, What.DIED)], [change(3, What.DIED, day="2021-10-04")])
    assert facts("person-died") == ["person-died"], "one death, however often it is told"


def test_who_is_found_alive_stays_so_however_often_the_same_death_is_told(register: Register) -> None:
    one = right(register)
    read([change(1, What.DIED)])
    with pytest.raises(NotPermitted):
        actions.deny_death(one, actor=replace(CLERK, powers=frozenset({Power.PLAN})), now=LATER)
    assert actions.deny_death(one, actor=CLERK, now=LATER)
    assert not actions.deny_death(one, actor=CLERK, now=LATER)
    assert is_called(one)
    read([change(2, What.DIED)])
    assert is_called(one)
    assert facts("death-denied") == ["death-denied"]
    read([change(3, What.DIED, day="2021-10-09")])
    assert not is_called(one), "another day is another death"
    assert facts("person-died") == ["person-died"] * 2


def test_nothing_is_done_to_anybody_before_they_are_right(register: Register) -> None:
    one = person(born="1987-02-03")
    ask(register)
    read([change(1, What.DIED), change(2, What.MOVED, becomes=THERE)])
    assert states(one) == [Verification.WRONG]
    assert (is_called(one), open_moves()) == (True, [])
    database.run("update people_person set born_from = '1987-03-02', born_to = '1987-03-02' where id = %s", [one])
    actions.queue_for_register([], corrected=[one], now=LATER)
    read([])
    assert is_called(one)
    ask(register)
    assert states(one) == [Verification.RIGHT]
    assert (is_called(one), open_moves()) == (False, [THERE]), "what was told is followed when they are right"


def test_whoever_waits_to_be_asked_again_is_followed_afterwards(register: Register) -> None:
    one = right(register)
    actions.queue_for_register([], corrected=[one], now=LATER)
    read([change(1, What.DIED)])
    assert is_called(one)
    ask(register)
    assert not is_called(one)


def test_a_move_waits_for_the_ward_and_changes_where_somebody_lives_when_it_is_taken_over(register: Register) -> None:
    one = right(register)
    read([change(1, What.MOVED, becomes=THERE)])
    assert (open_moves(), facts("move-told")) == ([THERE], ["move-told"])
    assert queries.facts([one])[one].commune == HERE
    actions.settle_move(one, 1, taken=True, actor=CLERK, now=LATER)
    assert queries.facts([one])[one].commune == THERE
    assert facts("person-corrected") == ["person-corrected"]
    assert open_moves(HERE, THERE) == []
    with pytest.raises(NewsSettled):
        actions.settle_move(one, 1, taken=False, actor=CLERK, now=LATER)


def test_a_move_that_the_ward_left_is_not_asked_about_again(register: Register) -> None:
    one = right(register)
    read([change(1, What.MOVED, becomes=THERE)])
    actions.settle_move(one, 1, taken=False, actor=CLERK, now=LATER)
    read([change(2, What.MOVED, becomes=THERE)])
    assert (open_moves(), queries.facts([one])[one].commune) == ([], HERE)


def test_the_last_of_several_moves_is_open_in_whatever_order_they_are_told(register: Register) -> None:
    right(register)
    read([change(1, What.MOVED, "2021-10-08", becomes=THERE)], [change(2, What.MOVED, "2021-10-05", becomes=FAR)])
    assert open_moves() == [THERE]
    read([change(3, What.MOVED, "2021-10-12", becomes=FAR)])
    assert open_moves() == [FAR]


def test_no_move_is_proposed_that_is_older_than_what_the_person_told_or_leads_nowhere_new(register: Register) -> None:
    right(register)
    before = f"{NOW - timedelta(days=1):%Y-%m-%d}"
    read([change(1, What.MOVED, before, becomes=THERE), change(2, What.MOVED, becomes=HERE)])
    assert open_moves() == []


def test_a_new_number_holds_from_its_day_and_the_old_one_until_then(set_up: None, register: Register) -> None:
    del set_up
    one = right(register)
    read([change(1, What.RENUMBERED, becomes=NEW)])
    day = date(2021, 10, 3)
    assert numbers_of(one) == {"9999": (day, None), "4417": (None, day)}
    reactions.queue_questions([entry(one, "number-told")], now=LATER)
    assert queries.waiting_for_register() == 1, "asked about again, under the new number"
    read([change(2, What.RENUMBERED, becomes=NEW)])
    assert numbers_of(one) == {"9999": (day, None), "4417": (None, day)}
    assert facts("number-told") == ["number-told"]


def test_numbers_that_are_told_in_another_order_come_to_the_same(register: Register) -> None:
    one = right(register)
    read(
        [change(1, What.RENUMBERED, "2021-10-09", becomes=NEWER)],
        [change(2, What.RENUMBERED, "2021-10-03", becomes=NEW)],
    )
    first, second = date(2021, 10, 3), date(2021, 10, 9)
    assert numbers_of(one) == {"4417": (None, first), "9999": (first, second), "8888": (second, None)}


def test_an_old_card_gives_way_to_the_number_that_is_told(register: Register) -> None:
    one = right(register, kind="old-identity-card", number="271234567")
    read([change(1, What.RENUMBERED, becomes=NEW, number="271234567")])
    assert numbers_of(one) == {"9999": (date(2021, 10, 3), None), "4567": (None, date(2021, 10, 3))}


@pytest.mark.parametrize(
    "odd",
    [
        change(1, What.DIED, "2021-10-22"),
        change(1, What.DIED, "3. Oktober"),
        change(1, What.DIED, becomes=NEW),
        change(1, What.DIED, number="'; drop table"),
        change(1, What.MOVED),
        change(1, What.MOVED, becomes="99999"),
        change(1, What.RENUMBERED, becomes="12"),
        change(1, What.RENUMBERED, becomes=NUMBER),
    ],
)
def test_a_change_that_cannot_be_is_counted_and_left_aside_and_holds_up_nothing(
    register: Register, odd: Change
) -> None:
    one = right(register)
    assert read([odd, change(2, What.MOVED, becomes=THERE)]).after == [0]
    assert (is_called(one), open_moves(), numbers_of(one)) == (True, [THERE], {"4417": (None, None)})
    assert queries.feed().read_to == 2
    (body,) = bodies("feed-read")
    assert (body["changes"], body["odd"]) == (2, 1)


def bodies(kind: str) -> list[dict[str, object]]:
    found = database.rows("select id from journal_entry where kind = %s order by id", [kind])
    return [msgspec.json.decode(one.body) for one in journal_queries.entries([each for (each,) in found])]


def test_each_page_is_an_exchange_with_both_signatures_and_is_read_once(register: Register) -> None:
    right(register)
    telling = read([change(3, What.MOVED, becomes=THERE)], [change(9, What.MOVED, "2021-10-09", becomes=FAR)], [])
    assert telling.after == [0, 3, 9]
    assert read().after == [9]
    told = bodies("feed-read")
    assert [(one["after"], one["changes"], one["asked_by"], one["answered_by"]) for one in told] == [
        (0, 1, "ours", "theirs"),
        (3, 1, "ours", "theirs"),
        (9, 0, "ours", "theirs"),
        (9, 0, "ours", "theirs"),
    ]
    shown = actions.shown_exchange(UUID(str(told[0]["id"])))
    assert shown is not None
    assert NUMBER in shown["answer"]
    sealed = b"".join(bytes(one) for (one,) in database.rows("select sealed from people_register_exchange"))
    assert NUMBER.encode() not in sealed


def test_a_register_that_hangs_is_asked_for_the_same_page_again(register: Register) -> None:
    one = right(register)
    silent = RegisterSilent("TimeoutError", may_pass=True)
    for failed in range(1, 6):
        assert read(silent).after == [0]
        assert queries.register_line().circuit.failures == failed
    assert read([change(1, What.DIED)]).after == [], "the circuit is open for the feed as well"
    database.run("update people_register_line set until = now()")
    assert read([change(1, What.DIED)]).after == [0]
    assert not is_called(one)
    assert queries.register_line().circuit.failures == 0
    assert facts("register-failed") == ["register-failed"] * 5


def test_a_page_on_which_too_many_have_died_waits_for_somebody_to_look(register: Register) -> None:
    one = right(register)
    many = [change(1 + at, What.DIED, number=f"0791870{at:05}" if at else NUMBER) for at in range(FEW_DEATHS + 1)]
    assert read(many, [change(90, What.MOVED, becomes=THERE)]).after == [0]
    assert is_called(one)
    assert (queries.feed().held, queries.feed().read_to) == (TOO_MANY_DEATHS, 0)
    assert read(many).after == [], "nothing is read on"
    assert actions.accept_feed()
    assert not actions.accept_feed()
    assert read(many).after == [0]
    assert not is_called(one)
    assert (queries.feed().held, queries.feed().read_to) == ("", FEW_DEATHS + 1)


def test_the_job_reads_what_the_register_tells_of_whom_it_was_asked_about(
    set_up: None, service: Unreliable, store: Store, tmp_path: Path
) -> None:
    del set_up
    point = wire.to_base64url(wire.dump_public_key(keys.signing_key(KEY).public_key()))
    (client,) = service._plan.clients
    service._plan = msgspec.structs.replace(service._plan, clients=[msgspec.structs.replace(client, key=point)])
    told = tmp_path / "changes.csv"
    told.write_text(f"day,what,number,becomes\n2021-10-03,renumbered,{NUMBER},{NEW}\n2021-10-05,died,{NEW},\n", "utf-8")
    store.take_changes(told, until=date(2021, 10, 20))
    one = person()
    assert jobs.follow_register(now=LATER) == 0
    jobs.ask_register(now=LATER)
    assert jobs.follow_register(now=LATER) == 2
    assert jobs.follow_register(now=LATER) == 0
    assert queries.dead([one]) == {one: date(2021, 10, 5)}
    assert numbers_of(one)["9999"] == (date(2021, 10, 3), None)
