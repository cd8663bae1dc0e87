"""The operator that the demo has: it delivers to nobody and keeps every message for the outbox page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from tiemchung.domain.notices.values import Outcome, Outgoing, Receipt
from tiemchung.plumbing import arrays, database, sealing

NATIONAL_DIGITS = 10
_KEEP = """
insert into notices_outbox (id, at, channel, contact_hash, sealed)
select x.i, %s, x.c, x.h, x.s from unnest(%b::uuid[], %b::text[], %b::bytea[], %b::bytea[]) as x(i, c, h, s)
on conflict do nothing
"""


class OutboxGateway:
    """Takes what a real operator would: a national number of ten digits; any other is refused as not in use."""

    def deliver(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Keep each message once, whatever is told again."""
        now = datetime.now(tz=UTC)
        good = [message for message in batch if _in_use(message.to)]
        day = now.date()
        sealed = [sealing.seal("identity", day, msgspec.json.encode(one), one.id.bytes) for one in good]
        database.run(
            _KEEP,
            [
                now,
                arrays.uuids([one.id for one in good]),
                arrays.texts([one.channel.value for one in good]),
                arrays.binaries([sealing.lookup_hash("phone", one.to) for one in good]),
                arrays.binaries(sealed),
            ],
        )
        return [
            Receipt(id=message.id, outcome=Outcome.DELIVERED)
            if _in_use(message.to)
            else Receipt(id=message.id, outcome=Outcome.REFUSED, reason="number-not-in-use")
            for message in batch
        ]


def _in_use(number: str) -> bool:
    return number.isascii() and number.isdigit() and len(number) == NATIONAL_DIGITS and number.startswith("0")
