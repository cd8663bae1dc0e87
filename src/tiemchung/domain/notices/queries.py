"""What notices tell: where messages stand, what is left of the day's budget, and the demo's outbox."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

import msgspec

from tiemchung.domain.notices import engine
from tiemchung.domain.notices.values import Channel, Kind, OutboxLine, Outgoing, Standing, State
from tiemchung.plumbing import arrays, database, sealing

SHOWN = 50
"""Messages on the outbox page."""


def states_of(messages: Collection[UUID]) -> dict[UUID, Standing]:
    """Return where each of these messages stands; one that was never queued is absent. No contact is told."""
    return {
        message: Standing(state=State(state), reason=reason, channel=Channel(channel), queued_at=queued_at)
        for message, state, reason, channel, queued_at in database.rows(
            "select id, state, reason, channel, queued_at from notices_told(%b::uuid[])",
            [arrays.uuids(list(messages))],
        )
    }


def budget_left(day: date) -> dict[tuple[Channel, Kind], int]:
    """Return how many messages of each channel and kind may still go out on this day (real time)."""
    spent = {
        (channel, kind): count
        for channel, kind, count in database.rows(
            "select channel, kind, count from notices_spent where day = %s", [day]
        )
    }
    return {key: most - spent.get((key[0].value, key[1].value), 0) for key, most in engine.budgets().items()}


OUTBOX_OF = """
select m.id, m.at, m.sealed from unnest(%b::bytea[]) as asked(contact) cross join lateral (
    select id, at, sealed from notices_outbox where contact_hash = asked.contact order by at desc limit %s
) m order by m.at desc, m.id desc
"""


def outbox(contacts: Collection[str] = ()) -> list[OutboxLine]:
    """Return what the demo's operator received last, of each of these numbers or of all, newest first. Empty outside the demo."""
    found = (
        database.rows(
            OUTBOX_OF,
            [arrays.binaries([sealing.lookup_hash("phone", contact) for contact in sorted(set(contacts))]), SHOWN],
        )
        if contacts
        else database.rows("select id, at, sealed from notices_outbox order by id desc limit %s", [SHOWN])
    )
    lines = []
    for identifier, at, sealed in found:
        told = msgspec.json.decode(sealing.unseal(bytes(sealed), identifier.bytes), type=Outgoing)
        lines.append(OutboxLine(at=at, channel=told.channel, to=told.to, text=told.text))
    return lines
