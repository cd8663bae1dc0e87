"""The question at a desk: somebody stands there, and the register is asked about them with half a second's patience.

Nobody waits for the answer: without one they are *not verified yet*, and the queue asks again.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people import gateways, queries
from tiemchung.domain.people.actions.asking import fact_of, keep_exchange, said, write_line
from tiemchung.domain.people.engine import asking
from tiemchung.domain.people.engine.circuit import FAILURES, Circuit
from tiemchung.domain.people.errors import RegisterSilent
from tiemchung.domain.people.events import RegisterFailed
from tiemchung.domain.people.values import PresentSaid, Verification, fields_of
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.register import Ground, Grounds
from tiemchung.plumbing import database, sealing
from tiemchung.plumbing.rowsecurity import opening, reaching

PATIENCE_S = 0.5
"""How long a desk waits for the register. Ours (decision 30)."""

_ROW = """
select p.site, p.commune, s.state, s.fields, s.asked_about
from people_person p left join people_register_state s on s.person_id = p.id where p.id = %s
"""
_SAID = """
insert into people_register_state (person_id, site, commune, state, asked_about, fields, answered_at, exchange, due_at)
values (%s, %s, %s, %s, %b, %s, %s, %s, %s)
on conflict (person_id) do update set state = excluded.state, asked_about = excluded.asked_about,
    fields = excluded.fields, answered_at = excluded.answered_at, exchange = excluded.exchange,
    due_at = coalesce(people_register_state.due_at, excluded.due_at)
"""
# Who was asked about stands in the queue afterwards: the same fields are no question there, others are one, and what was
# told of them before is followed.


def ask_present(person: UUID, *, visit: UUID, site: str, actor: Actor, now: datetime) -> PresentSaid:
    """Ask about somebody who stands at this site's desk, and which fields differ; what was answered is not asked again.

    Opens transactions of its own: none is open while the register is waited for. The caller has made sure that the visit is
    here and of today.
    """
    with reaching(actor.reach), opening([person]):
        found, circuit = queries.to_check([person]), queries.circuit()
        row = database.row(_ROW, [person])
    question = asking.question_of(found[0], ref="0") if found else Verification.NOT_YET
    if row is None or isinstance(question, Verification):
        return PresentSaid(state=question if isinstance(question, Verification) else Verification.NOT_YET, fields=[])
    home, about = (row[0], row[1]), sealing.lookup_hash("register", asking.told(question))
    state, fields = Verification(row[2] or 0), fields_of(row[3] or 0)
    if row[4] is not None and bytes(row[4]) == about and (state is Verification.RIGHT or fields):
        return PresentSaid(state=state, fields=fields)
    register = gateways.chosen(patience_s=PATIENCE_S)
    if register is None or circuit.failures >= FAILURES or not circuit.may_ask(datetime.now(tz=UTC)):
        return PresentSaid(state=Verification.NOT_YET, fields=[])
    grounds = Grounds(ground=Ground.PRESENT, reference=str(visit), told_by=str(actor.id))
    exchange, began = uuid7(now), time.monotonic()
    try:
        told = register.check([question], grounds=grounds, exchange=exchange, at=datetime.now(tz=UTC))
    except RegisterSilent as silent:
        _note_failure(exchange, silent, site=site, actor=actor, now=now)
        return PresentSaid(state=Verification.NOT_YET, fields=[])
    asked = fact_of(told, grounds=grounds, at=now, took_ms=round(1000 * (time.monotonic() - began)))
    state, _, bits = said(told.answers[0], about=about)
    with transaction.atomic():
        with reaching(Reach(sites=frozenset({home[0]}), communes=frozenset({home[1]}))):
            database.run(_SAID, [person, *home, state, about, bits, now, exchange, now])
        keep_exchange(told.exchange, question=told.question, answer=told.answer, at=now)
        write_line(Circuit().after_answer(), answered_at=datetime.now(tz=UTC))
        with reaching(actor.reach):
            journal.append([asked], actor=actor, recorded_at=now, site=site)
    return PresentSaid(state=state, fields=fields_of(bits))


def _note_failure(exchange: UUID, silent: RegisterSilent, *, site: str, actor: Actor, now: datetime) -> None:
    """Write down that nobody answered. A desk's impatience alone does not open the circuit; the register's word to wait does."""
    fact = RegisterFailed(id=exchange, at=now, persons=1, reason=silent.reason)
    with reaching(actor.reach):
        if silent.wait_s:
            real = datetime.now(tz=UTC)
            write_line(queries.circuit().after_word(real, wait_s=silent.wait_s), failed_at=real, reason=silent.reason)
        journal.append([fact], actor=actor, recorded_at=now, site=site)
