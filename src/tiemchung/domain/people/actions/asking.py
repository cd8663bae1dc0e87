"""Asking the population register: who is to be asked about, the questions in batches, and what becomes of the answers.

Nothing here stands in anybody's way: what is not answered is *not verified yet*.
"""

from __future__ import annotations

import hashlib
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from django.db import transaction

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people import queries
from tiemchung.domain.people.actions.following import follow
from tiemchung.domain.people.engine import asking
from tiemchung.domain.people.engine.circuit import FAILURES, Circuit, waits_s
from tiemchung.domain.people.errors import RegisterSilent
from tiemchung.domain.people.events import RegisterAsked, RegisterFailed
from tiemchung.domain.people.gateways import Register, check_patiently
from tiemchung.domain.people.values import Exchanged, Verification, bits_of
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.register import MOST_PERSONS, Answered, Asked, Ground, Grounds, Verdict
from tiemchung.plumbing import arrays, database, sealing

KEPT = timedelta(days=90)
"""How long question and answer can be shown; digests and signatures stay in the journal. Ours."""
TOO_MANY_WRONG: Final = "too-many-turned-wrong"
ACCEPTED: Final = "accepted"
FEW_TURNED: Final = 20
"""So many who were right may turn wrong within one batch without a question. Ours."""
ONE_IN: Final = 5
"""Of those of a batch who were right, so many may turn wrong (decision 30); more is an error before it is the truth."""

_QUEUE = """
insert into people_register_state (person_id, site, commune, due_at)
select p.id, p.site, p.commune, %s from people_person p where p.id = any(%b::uuid[])
order by p.id
on conflict (person_id) do update set commune = excluded.commune, due_at = case
    when people_register_state.due_at is null and people_register_state.state in (0, 3) then excluded.due_at
    else people_register_state.due_at end
where (people_register_state.due_at is null and people_register_state.state in (0, 3))
   or people_register_state.commune <> excluded.commune
"""
# Nobody is written anew for whom nothing has changed: most who come were asked about before.
_QUEUE_AGAIN = """
insert into people_register_state (person_id, site, commune, due_at)
select p.id, p.site, p.commune, %s from people_person p where p.id = any(%b::uuid[])
order by p.id
on conflict (person_id) do update set due_at = excluded.due_at, commune = excluded.commune
"""
_QUEUE_NEW = """
insert into people_register_state (person_id, site, commune, due_at)
select p.id, p.site, p.commune, %s from people_person p where p.id = any(%b::uuid[])
order by p.id on conflict do nothing
"""
_DUE = """
select s.person_id, s.due_at, s.asked_about, s.state, s.fields, l.id, l.sent_by
from people_register_state s
left join people_register_list l on l.id = s.list and l.signed_at is null
where s.due_at is not null order by s.due_at, s.person_id limit %s
"""
# A list that was signed as mended is no ground any more.
_SETTLE = """
update people_register_state s set state = x.state, asked_about = x.about, fields = x.fields, due_at = null,
    answered_at = coalesce(%s, s.answered_at), exchange = coalesce(%s, s.exchange)
from unnest(%b::uuid[], %b::timestamptz[], %b::int2[], %b::bytea[], %b::int2[]) as x(person, due, state, about, fields)
where s.person_id = x.person and s.due_at = x.due
"""
# Who was corrected while the question was under way has another due time, and stays in the queue.
_TO_THE_END = """
update people_register_state s set due_at = %s
from unnest(%b::uuid[], %b::timestamptz[]) as x(person, due) where s.person_id = x.person and s.due_at = x.due
"""
_LINE = """
insert into people_register_line (id, failures, pause_s, until, answered_at, failed_at, reason)
values (1, %s, %s, %s, %s, %s, %s)
on conflict (id) do update set failures = excluded.failures, pause_s = excluded.pause_s, until = excluded.until,
    answered_at = coalesce(excluded.answered_at, people_register_line.answered_at),
    failed_at = coalesce(excluded.failed_at, people_register_line.failed_at), reason = excluded.reason
"""


class _Due(NamedTuple):
    person: UUID
    due_at: datetime
    about: bytes
    was: Verification
    question: Asked
    list: UUID | None
    sent_by: UUID | None


class _Settled(NamedTuple):
    person: UUID
    due_at: datetime
    state: Verification
    about: bytes
    fields: int = 0


def queue_for_register(persons: Collection[UUID], *, corrected: Collection[UUID], now: datetime) -> None:
    """Let the register be asked about those who are new, had no usable number, or are told otherwise (`corrected`)."""
    met = sorted(set(persons) - set(corrected))
    if met:
        database.run(_QUEUE, [now, arrays.uuids(met)])
    if corrected:
        database.run(_QUEUE_AGAIN, [now, arrays.uuids(sorted(corrected))])


def queue_everybody(*, now: datetime) -> int:
    """Let the register be asked about everybody who is here and was never asked about; return how many.

    For the day on which a register is set, by the owner: some thousands at a time, so that nobody waits for it.
    """
    queued, after = 0, UUID(int=0)
    while True:
        persons = [
            person
            for (person,) in database.rows(
                "select id from people_person where id > %s order by id limit %s", [after, MOST_PERSONS]
            )
        ]
        if not persons:
            return queued
        queued += database.run(_QUEUE_NEW, [now, arrays.uuids(persons)])
        after = persons[-1]


class Asking:
    """One run of the asking job: the register, the clocks, and chance."""

    def __init__(self, register: Register, *, now: datetime, sleep: Callable[[float], None] = time.sleep) -> None:
        self._register = register
        self._now = now
        self._sleep = sleep
        self._chance = Random()  # noqa: S311 - it spreads callers over time and guards nothing

    def ask_due(self) -> int:
        """Ask about the next of those who wait; return how many were dealt with, 0 when there is nothing more to do now.

        While a batch waits for somebody to look at it, nobody is asked about.
        """
        circuit, held = queries.circuit(), queries.register_line().held
        if held == TOO_MANY_WRONG or not circuit.may_ask(_real()):
            return 0
        # After a pause one question shows how the register is.
        rows = database.rows(_DUE, [1 if circuit.failures >= FAILURES else MOST_PERSONS])
        by_list: defaultdict[UUID | None, list[_Due]] = defaultdict(list)
        for one in self._sorted_out(rows):
            by_list[one.list].append(one)
        for due in by_list.values():
            if not self._ask(due, grounds=_grounds_of(due[0])):
                return 0
        if held == ACCEPTED:
            _hold("", instead_of=ACCEPTED)
        return len(rows)

    def _sorted_out(self, rows: Sequence[tuple[Any, ...]]) -> list[_Due]:
        """Return those about whom there is something to ask, and write the state of the others."""
        persons = {person.person: person for person in queries.to_check([row[0] for row in rows])}
        due: list[_Due] = []
        settled: list[_Settled] = []
        for person, due_at, about, state, fields, list_id, sent_by in rows:
            question = (
                asking.question_of(persons[person], ref=str(len(due))) if person in persons else Verification.NOT_YET
            )
            if isinstance(question, Verification):
                settled.append(_Settled(person, due_at, question, b""))
                continue
            hashed = sealing.lookup_hash("register", asking.told(question))
            if about is not None and bytes(about) == hashed:
                settled.append(_Settled(person, due_at, Verification(state), hashed, fields))
            else:
                due.append(_Due(person, due_at, hashed, Verification(state), question, list_id, sent_by))
        with transaction.atomic():
            _settle(settled, told=None, at=self._now)
            _follow_right(settled, at=self._now)
        return due

    def _ask(self, due: Sequence[_Due], *, grounds: Grounds | None) -> bool:
        """Ask about these and write what came of it; tell whether the register can be asked on."""
        exchange, began = uuid7(self._now), time.monotonic()
        try:
            told = check_patiently(
                self._register,
                [one.question for one in due],
                grounds=grounds,
                exchange=exchange,
                now=_real,
                waits_s=waits_s(self._chance),
                sleep=self._sleep,
            )
        except RegisterSilent as silent:
            if silent.refused:
                return self._part(due, grounds=grounds)
            if silent.groundless and grounds is not None:
                return self._ask(due, grounds=None)
            self._failed(due, exchange=exchange, silent=silent)
            return False
        took_ms = round(1000 * (time.monotonic() - began))
        fact = fact_of(told, grounds=grounds, at=self._now, took_ms=took_ms)
        settled = [
            _Settled(one.person, one.due_at, *said(answer, about=one.about))
            for one, answer in zip(due, told.answers, strict=True)
        ]
        turned = _turned_wrong(due, settled)
        if turned and queries.register_line().held != ACCEPTED:
            with transaction.atomic():
                write_line(Circuit().after_answer(), answered_at=_real())
                _hold(TOO_MANY_WRONG, instead_of="")
                keep_exchange(told.exchange, question=told.question, answer=told.answer, at=self._now)
                refused = RegisterFailed(id=told.exchange, at=self._now, persons=turned, reason=TOO_MANY_WRONG)
                journal.append([refused], actor=SYSTEM, recorded_at=self._now)
            return False
        with transaction.atomic():
            _settle(settled, told=told.exchange, at=self._now)
            _follow_right(settled, at=self._now)
            write_line(Circuit().after_answer(), answered_at=_real())
            keep_exchange(told.exchange, question=told.question, answer=told.answer, at=self._now)
            journal.append([fact], actor=SYSTEM, recorded_at=self._now)
        return True

    def _part(self, due: Sequence[_Due], *, grounds: Grounds | None) -> bool:
        """Find by halves about whom the register takes no question: they stay unasked until they are told otherwise."""
        if len(due) > 1:
            half = len(due) // 2
            return self._ask(due[:half], grounds=grounds) and self._ask(due[half:], grounds=grounds)
        settled = [_Settled(one.person, one.due_at, Verification.NOT_YET, one.about) for one in due]
        _settle(settled, told=None, at=self._now)
        return True

    def _failed(self, due: Sequence[_Due], *, exchange: UUID, silent: RegisterSilent) -> None:
        real = _real()
        circuit = queries.circuit()
        after = circuit.after_word(real, wait_s=silent.wait_s) if silent.wait_s else circuit.after_failure(real)
        fact = RegisterFailed(id=exchange, at=self._now, persons=len(due), reason=silent.reason)
        with transaction.atomic():
            write_line(after, failed_at=real, reason=silent.reason)
            # Others are asked about first, next time: no question stands in everybody's way.
            packed = [arrays.uuids([one.person for one in due]), arrays.instants([one.due_at for one in due])]
            database.run(_TO_THE_END, [self._now, *packed])
            journal.append([fact], actor=SYSTEM, recorded_at=self._now)


def accept_wrong() -> bool:
    """Have the batch in which too many turned wrong asked about again and believed: somebody has looked.

    False where none waits.
    """
    return _hold(ACCEPTED, instead_of=TOO_MANY_WRONG)


def _hold(held: str, *, instead_of: str) -> bool:
    return bool(database.run("update people_register_line set held = %s where held = %s", [held, instead_of]))


def _turned_wrong(due: Sequence[_Due], settled: Sequence[_Settled]) -> int:
    """Return how many of those who were right are told to be wrong, if they are too many to be believed; 0 otherwise."""
    now = [after.state for one, after in zip(due, settled, strict=True) if one.was is Verification.RIGHT]
    turned = now.count(Verification.WRONG)
    return turned if turned > FEW_TURNED and turned * ONE_IN > len(now) else 0


def _grounds_of(one: _Due) -> Grounds | None:
    """Return on what grounds fields are asked of whoever stands on a signed list; None of anybody else."""
    if one.list is None:
        return None
    return Grounds(ground=Ground.SIGNED_LIST, reference=str(one.list), told_by=str(one.sent_by))


def said(answer: Answered, *, about: bytes) -> tuple[Verification, bytes, int]:
    """Return what an answer makes of a person: the state, what it was asked about, and the bits of the fields that differ."""
    state = Verification.RIGHT if answer.verdict is Verdict.RIGHT else Verification.WRONG
    return state, about, bits_of(answer.fields)


def fact_of(told: Exchanged, *, grounds: Grounds | None, at: datetime, took_ms: int) -> RegisterAsked:
    """Return the fact of an exchange that was answered."""
    right = sum(one.verdict is Verdict.RIGHT for one in told.answers)
    return RegisterAsked(
        id=told.exchange,
        at=at,
        persons=len(told.answers),
        right=right,
        wrong=len(told.answers) - right,
        question=hashlib.sha256(told.question).hexdigest(),
        asked_by=told.asked_by,
        answer=hashlib.sha256(told.answer).hexdigest(),
        answered_by=told.answered_by,
        took_ms=took_ms,
        ground=grounds.ground.value if grounds else "",
        reference=grounds.reference if grounds else "",
    )


def _follow_right(settled: Sequence[_Settled], *, at: datetime) -> None:
    """Follow what was told before of those who are right now: somebody may have been corrected after it was told."""
    follow([one.person for one in settled if one.state is Verification.RIGHT], now=at)


def _settle(settled: Sequence[_Settled], *, told: UUID | None, at: datetime) -> None:
    """Write states; `told` is the exchange in which the register said them, None where nobody was asked."""
    if not settled:
        return
    # In one order, as everybody who writes these rows: so no two wait for one another.
    settled = sorted(settled, key=lambda one: one.person)
    database.run(
        _SETTLE,
        [
            None if told is None else at,
            told,
            arrays.uuids([one.person for one in settled]),
            arrays.instants([one.due_at for one in settled]),
            arrays.smallints([one.state for one in settled]),
            arrays.binaries([one.about for one in settled]),
            arrays.smallints([one.fields for one in settled]),
        ],
    )


def forget_exchanges(*, now: datetime) -> int:
    """Erase what was exchanged with the register long ago; return how many exchanges."""
    return database.run("delete from people_register_exchange where at < %s", [now - KEPT])


def shown_exchange(identifier: UUID) -> Mapping[str, str] | None:
    """Return question and answer of an exchange, as both sides signed them; None when they are forgotten."""
    row = database.row("select sealed from people_register_exchange where id = %s", [identifier])
    if row is None:
        return None
    clear = zlib.decompress(sealing.unseal(bytes(row[0]), identifier.bytes))
    return msgspec.json.decode(clear, type=dict[str, str])


def keep_exchange(exchange: UUID, *, question: bytes, answer: bytes, at: datetime) -> None:
    """Keep question and answer, sealed, so that a dispute can be shown."""
    said = msgspec.json.encode({"question": question.decode(), "answer": answer.decode()})
    sealed = sealing.seal("identity", at.date(), zlib.compress(said), exchange.bytes)
    database.run("insert into people_register_exchange (id, at, sealed) values (%s, %s, %b)", [exchange, at, sealed])


def write_line(
    circuit: Circuit, *, answered_at: datetime | None = None, failed_at: datetime | None = None, reason: str = ""
) -> None:
    """Write how the line to the register is now, for all processes."""
    database.run(_LINE, [circuit.failures, circuit.pause_s, circuit.until, answered_at, failed_at, reason])


def _real() -> datetime:
    """Return the time on the wall: registers and pauses know no other."""
    return datetime.now(tz=UTC)
