"""The way out: an operator who takes messages over HTTP, or in the demo one that keeps them for everybody to see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.conf import settings

from tiemchung.domain.notices.gateways.http import HttpGateway
from tiemchung.domain.notices.gateways.outbox import OutboxGateway
from tiemchung.domain.notices.values import Outgoing, Receipt


class Gateway(Protocol):
    """Takes a batch and answers for each message. Told twice under one id, it delivers once.

    Raises `GatewayDown` if nothing is known about the batch. A message it does not answer for counts as `later`.
    """

    def deliver(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Hand over a batch."""


def chosen() -> Gateway | None:
    """Return the gateway of this deployment; None where none is set, and then messages wait."""
    if settings.TIEMCHUNG_MESSAGE_GATEWAY_URL:
        return HttpGateway(settings.TIEMCHUNG_MESSAGE_GATEWAY_URL)
    return OutboxGateway() if settings.TIEMCHUNG_DEMO else None
