"""The operator that the demo has: it delivers to nobody and keeps every message for the outbox page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from tiemchung.domain.notices import models
from tiemchung.domain.notices.values import Outcome, Outgoing, Receipt
from tiemchung.plumbing import sealing

NATIONAL_DIGITS = 10


class OutboxGateway:
    """Takes what a real operator would: a national number of ten digits; any other is refused as not in use."""

    def deliver(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Keep each message once, whatever is told again."""
        now = datetime.now(tz=UTC)
        good = [message for message in batch if _in_use(message.to)]
        models.Outbox.objects.bulk_create(
            [
                models.Outbox(
                    id=message.id,
                    at=now,
                    channel=message.channel,
                    contact_hash=sealing.lookup_hash("phone", message.to),
                    sealed=sealing.seal("identity", now.date(), msgspec.json.encode(message), message.id.bytes),
                )
                for message in good
            ],
            ignore_conflicts=True,
        )
        return [
            Receipt(id=message.id, outcome=Outcome.DELIVERED)
            if _in_use(message.to)
            else Receipt(id=message.id, outcome=Outcome.REFUSED, reason="number-not-in-use")
            for message in batch
        ]


def _in_use(number: str) -> bool:
    return number.isascii() and number.isdigit() and len(number) == NATIONAL_DIGITS and number.startswith("0")
