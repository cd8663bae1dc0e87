"""Reading the register's changes: page after page behind a cursor of their own, each page an exchange that is kept."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people import queries
from tiemchung.domain.people.actions.asking import keep_exchange, write_line
from tiemchung.domain.people.actions.following import follow_kept, keep_changes
from tiemchung.domain.people.engine.circuit import Circuit
from tiemchung.domain.people.engine.news import Believed, believed
from tiemchung.domain.people.errors import RegisterSilent
from tiemchung.domain.people.events import FeedRead, RegisterFailed
from tiemchung.domain.people.gateways import Register
from tiemchung.domain.people.values import FeedPage
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era, Level
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.register import What
from tiemchung.plumbing import database

TOO_MANY_DEATHS: Final = "too-many-deaths"
ACCEPTED: Final = "accepted"
FEW_DEATHS: Final = 20
"""So many deaths on a page are read without a question. Ours."""
ONE_IN: Final = 50
"""Of those who are right so many may be told dead on one page; more is an error of the register's before it is the truth.

In the worst month of 2021 about one in a thousand people of Ho Chi Minh City died. Ours.
"""

_READ_TO = """
insert into people_register_feed (id, read_to, read_at, held) values (1, %s, %s, %s)
on conflict (id) do update set read_to = excluded.read_to, read_at = excluded.read_at, held = excluded.held
"""


def read_next(register: Register, *, now: datetime) -> bool:
    """Read the next page of changes and keep it; tell whether there is another to read now.

    A page on which too many have died is left, and nothing is read on, until somebody has it accepted.
    """
    stands, circuit = queries.feed(), queries.circuit()
    if stands.held == TOO_MANY_DEATHS or not circuit.may_ask(_real()):
        return False
    exchange, began = uuid7(now), time.monotonic()
    try:
        page = register.changes(stands.read_to, exchange=exchange, at=_real())
    except RegisterSilent as silent:
        real = _real()
        after = circuit.after_word(real, wait_s=silent.wait_s) if silent.wait_s else circuit.after_failure(real)
        with transaction.atomic():
            write_line(after, failed_at=real, reason=silent.reason)
            _fail(exchange=exchange, persons=0, reason=silent.reason, now=now)
        return False
    told = [one for change in page.changes if (one := believed(change, today=business_day(now))) and _is_somewhere(one)]
    deaths = sum(one.what is What.DIED for one in told)
    if deaths > FEW_DEATHS and stands.held != ACCEPTED and deaths * ONE_IN > _right(most=deaths * ONE_IN):
        with transaction.atomic():
            keep_exchange(page.exchange, question=page.question, answer=page.answer, at=now)
            database.run(_READ_TO, [stands.read_to, _real(), TOO_MANY_DEATHS])
            _fail(exchange=exchange, persons=deaths, reason=TOO_MANY_DEATHS, now=now)
        return False
    _take(page, told, read_to=stands.read_to, took_ms=round(1000 * (time.monotonic() - began)), now=now)
    return page.more


def accept_feed() -> bool:
    """Have the page on which too many have died read all the same, once: somebody has looked; False where none waits."""
    return bool(database.run("update people_register_feed set held = %s where held = %s", [ACCEPTED, TOO_MANY_DEATHS]))


def follow_changes(*, now: datetime) -> int:
    """Make what was read true of those who are right, some at a time; return how many changes were looked at."""
    looked = 0
    while True:
        with transaction.atomic():
            some = follow_kept(now=now)
        looked += some
        if not some:
            return looked


def _take(page: FeedPage, told: Sequence[Believed], *, read_to: int, took_ms: int, now: datetime) -> None:
    fact = FeedRead(
        id=page.exchange,
        at=now,
        after=page.after,
        changes=len(page.changes),
        odd=len(page.changes) - len(told),
        question=hashlib.sha256(page.question).hexdigest(),
        asked_by=page.asked_by,
        answer=hashlib.sha256(page.answer).hexdigest(),
        answered_by=page.answered_by,
        took_ms=took_ms,
    )
    with transaction.atomic():
        if told:
            keep_changes(told, exchange=page.exchange, now=now)
        last = page.changes[-1].sequence if page.changes else read_to
        database.run(_READ_TO, [last, _real(), ""])
        keep_exchange(page.exchange, question=page.question, answer=page.answer, at=now)
        write_line(Circuit().after_answer(), answered_at=_real())
        journal.append([fact], actor=SYSTEM, recorded_at=now)


def _fail(*, exchange: UUID, persons: int, reason: str, now: datetime) -> None:
    journal.append([RegisterFailed(id=exchange, at=now, persons=persons, reason=reason)], actor=SYSTEM, recorded_at=now)


def _is_somewhere(change: Believed) -> bool:
    """Tell whether the commune of a move is one; of anything else, yes."""
    if change.what is not What.MOVED:
        return True
    found = [unit for era in Era if (unit := places.unit(era, change.commune))]
    return any(unit.level is Level.COMMUNE for unit in found)


def _right(*, most: int) -> int:
    """Return how many persons are right, counted up to a bound."""
    ((right,),) = database.rows(
        "select count(*) from (select 1 from people_register_state where state = 1 limit %s) found", [most]
    )
    return int(right)


def _real() -> datetime:
    return datetime.now(tz=UTC)
