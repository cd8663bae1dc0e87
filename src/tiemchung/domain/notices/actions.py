"""What is done in notices: queue messages, hand them to a gateway, keep count of what was spent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from tiemchung.domain.notices import engine, queries, rules
from tiemchung.domain.notices.errors import GatewayDown, MessageNotAllowed
from tiemchung.domain.notices.gateways import Gateway
from tiemchung.domain.notices.values import Channel, Message, Outcome, Outgoing, Receipt, State, Template
from tiemchung.domain.people import queries as people
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing import arrays, database, jobs, sealing

DELIVER = "notices.deliver"
"""The job that delivers; the timetable has it under this name."""
BATCH = 500
"""Messages handed over at once."""

_QUEUE = """
insert into notices_delivery (id, channel, kind, template, language, purpose, campaign, site, person, contact, told, state,
                              reason, tries, queued_at, due_at, expires_at)
select x.i, x.ch, x.k, x.t, x.l, x.pu, x.ca, x.si, x.pe, x.co, x.to, 'queued', '', 0, %s, now(), x.ex
from unnest(%b::uuid[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::uuid[],
            %b::bytea[], %b::bytea[], %b::timestamptz[]) as x(i, ch, k, t, l, pu, ca, si, pe, co, "to", ex)
on conflict do nothing
"""


def send(messages: Sequence[Message], *, now: datetime, within_s: int = 0) -> None:
    """Queue messages in one statement and wake the job that delivers. An id queued before changes nothing.

    Messages that nobody waits for may rest for `within_s` seconds, and go out together with what others queue meanwhile.

    Refuses the whole list if one message says more than its channel may carry (`message-not-allowed`).
    """
    if not messages:
        return
    found = [_allowed(message) for message in messages]
    day = now.date()
    with transaction.atomic(savepoint=False):
        database.run(
            _QUEUE,
            [
                now,
                arrays.uuids([m.id for m in messages]),
                arrays.texts([m.channel.value for m in messages]),
                arrays.texts([template.kind.value for template in found]),
                arrays.texts([m.template for m in messages]),
                arrays.texts([m.language for m in messages]),
                arrays.texts([m.purpose for m in messages]),
                arrays.texts([m.campaign for m in messages]),
                arrays.texts([m.site for m in messages]),
                arrays.uuids([m.to_person for m in messages]),
                arrays.binaries([_seal(day, m.to_contact, m.id) for m in messages]),
                arrays.binaries([_seal(day, msgspec.json.encode(m.values).decode(), m.id) for m in messages]),
                arrays.instants([m.expires_at for m in messages]),
            ],
        )
        jobs.soon(DELIVER, after_s=within_s)


def deliver(gateway: Gateway, *, limit: int = BATCH) -> int:
    """Hand the next messages to the gateway, codes first; returns how many were settled or put off. A worker's work.

    What the day's budget no longer covers stays queued; an expired code is refused. If the gateway is down, the batch
    rests and is told again under the same ids.
    """
    real = datetime.now(tz=UTC)
    settled = _expire(real)
    batch = _next(real, limit)
    if not batch:
        return settled
    outgoing, lost = _addressed(batch)
    _settle(dict.fromkeys(lost, (State.NO_CONTACT, "no-phone")), real)
    receipts = _handed_over(gateway, outgoing)
    _record(outgoing, receipts, real)
    return settled + len(batch)


def mark_printed(messages: Sequence[UUID]) -> int:
    """Note that these letters were printed and given out; returns how many stood waiting."""
    return database.run(
        "update notices_delivery set state = 'delivered', settled_at = now() "
        "where id = any(%b::uuid[]) and channel = 'print' and state = 'queued'",
        [arrays.uuids(messages)],
    )


# --- inside ------------------------------------------------------------------------------------------------------


def _allowed(message: Message) -> Template:
    template = engine.templates().get((message.template, message.channel))
    if template is None:
        raise MessageNotAllowed(why=f"{message.template}/{message.channel}")
    if (message.to_person is None) == (message.to_contact is None):
        raise MessageNotAllowed(why="to")
    if fault := rules.fault_of_values(template, message.values):
        raise MessageNotAllowed(why=fault)
    return template


def _seal(day: Any, clear: str | None, message: UUID) -> bytes | None:
    return None if clear is None else sealing.seal("identity", day, clear.encode(), message.bytes)


# What is not settled is queued: said so, it goes by an index of its own, and not through all that wait.
EXPIRE = """
update notices_delivery set state = 'refused', reason = 'expired', settled_at = %s, told = null
where settled_at is null and expires_at is not null and expires_at <= %s
"""


def _expire(real: datetime) -> int:
    return database.run(EXPIRE, [real, real])


# Each kind of each channel by its own stretch of the index of what is due.
NEXT = """
select d.id, d.channel, d.kind, d.template, d.language, d.person, d.contact, d.told, d.tries
from unnest(%b::text[], %b::text[], %b::int4[]) with ordinality as w(kind, channel, most, nth), lateral (
    select * from notices_delivery
    where state = 'queued' and channel <> 'print' and kind = w.kind and channel = w.channel and due_at <= %s
    order by due_at, id limit w.most
) d order by w.nth, d.due_at, d.id limit %s
"""


def _next(real: datetime, limit: int) -> list[tuple[Any, ...]]:
    left = sorted(queries.budget_left(business_day(real)).items(), key=lambda one: one[0][1])
    wanted = [(channel, kind, min(limit, most)) for (channel, kind), most in left if most > 0]
    return database.rows(
        NEXT,
        [
            arrays.texts([kind.value for _, kind, _ in wanted]),
            arrays.texts([channel.value for channel, _, _ in wanted]),
            arrays.integers([most for _, _, most in wanted]),
            real,
            limit,
        ],
    )


class _Addressed(msgspec.Struct, frozen=True, kw_only=True):
    message: Outgoing
    kind: str
    tries: int


def _addressed(batch: Sequence[tuple[Any, ...]]) -> tuple[list[_Addressed], list[UUID]]:
    phones = people.phones_of([person for *_, person, _, _, _ in batch if person is not None])
    ready, lost = [], []
    for identifier, channel, kind, code, language, person, contact, told, tries in batch:
        to = phones.get(person) if contact is None else sealing.unseal(bytes(contact), identifier.bytes).decode()
        if to is None:
            lost.append(identifier)
            continue
        template = engine.templates()[code, Channel(channel)]
        values = msgspec.json.decode(sealing.unseal(bytes(told), identifier.bytes), type=dict[str, str])
        text = rules.text_of(template, values, language=language)
        outgoing = Outgoing(id=identifier, channel=Channel(channel), to=to, text=text)
        ready.append(_Addressed(message=outgoing, kind=kind, tries=tries))
    return ready, lost


def _handed_over(gateway: Gateway, ready: Sequence[_Addressed]) -> dict[UUID, Receipt]:
    if not ready:
        return {}
    try:
        return {receipt.id: receipt for receipt in gateway.deliver([each.message for each in ready])}
    except GatewayDown as fault:
        later = Outcome.LATER
        return {each.message.id: Receipt(id=each.message.id, outcome=later, reason=f"down: {fault}") for each in ready}


@transaction.atomic
def _record(ready: Sequence[_Addressed], receipts: dict[UUID, Receipt], real: datetime) -> None:
    done: dict[UUID, tuple[State, str]] = {}
    rest: list[tuple[UUID, int, datetime, str]] = []
    for each in ready:
        message = each.message.id
        receipt = receipts.get(message, Receipt(id=message, outcome=Outcome.LATER, reason="no-receipt"))
        tries = each.tries + 1
        if receipt.outcome is Outcome.DELIVERED:
            done[message] = (State.DELIVERED, "")
        elif receipt.outcome is Outcome.REFUSED or tries >= rules.ATTEMPTS:
            done[message] = (State.REFUSED, receipt.reason[:60])
        else:
            rest.append((message, tries, real + rules.rest_before(tries), receipt.reason[:60]))
    _settle(done, real)
    if rest:
        database.run(
            "update notices_delivery d set tries = x.n, due_at = x.at, reason = x.why "
            "from unnest(%b::uuid[], %b::int2[], %b::timestamptz[], %b::text[]) as x(i, n, at, why) where d.id = x.i",
            [
                arrays.uuids([one[0] for one in rest]),
                arrays.smallints([one[1] for one in rest]),
                arrays.instants([one[2] for one in rest]),
                arrays.texts([one[3] for one in rest]),
            ],
        )
    _spend([each for each in ready if done.get(each.message.id, ("",))[0] == State.DELIVERED], real)


def _settle(done: dict[UUID, tuple[State, str]], real: datetime) -> None:
    if done:
        database.run(
            "update notices_delivery d set state = x.s, reason = x.why, settled_at = %s, tries = d.tries + 1, "
            # A code that was sent is of no more use to anybody here.
            "told = case when d.kind = 'code' then null else d.told end "
            "from unnest(%b::uuid[], %b::text[], %b::text[]) as x(i, s, why) where d.id = x.i",
            [
                real,
                arrays.uuids(list(done)),
                arrays.texts([state.value for state, _ in done.values()]),
                arrays.texts([why for _, why in done.values()]),
            ],
        )


def _spend(sent: Sequence[_Addressed], real: datetime) -> None:
    counts: dict[tuple[str, str], int] = {}
    for each in sent:
        key = (each.message.channel.value, each.kind)
        counts[key] = counts.get(key, 0) + 1
    for (channel, kind), count in sorted(counts.items()):
        database.run(
            "insert into notices_spent (day, channel, kind, count) values (%s, %s, %s, %s) "
            "on conflict (day, channel, kind) do update set count = notices_spent.count + excluded.count",
            [business_day(real), channel, kind, count],
        )
