"""The way to the population register: what is asked, what comes back, and what counts as no answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings

from tiemchung.domain.people.errors import RegisterSilent
from tiemchung.domain.people.gateways.http import TIMEOUT_S, HttpRegister
from tiemchung.domain.people.values import Exchanged, FeedPage
from tiemchung.kernel import wire
from tiemchung.kernel.register import Asked, Grounds
from tiemchung.plumbing import keys

KEY = "population-register"
"""The key file under which questions are signed; `tiemchung register` prints its public half for the register."""


class Register(Protocol):
    """Whatever stands behind the interface of `tiemchung.kernel.register`, a real one or the simulated.

    Both raise `RegisterSilent` for anything but an answer that can be read and believed.
    """

    def check(self, persons: Sequence[Asked], *, grounds: Grounds | None, exchange: UUID, at: datetime) -> Exchanged:
        """Ask about persons, with grounds for the wrong fields as well. The same exchange again is the same question."""

    def changes(self, after: int, *, exchange: UUID, at: datetime) -> FeedPage:
        """Return the next page of the feed: what became, after this place, of those whom we asked about."""


def chosen(*, patience_s: float = TIMEOUT_S) -> Register | None:
    """Return the register of this deployment, that may take so long over an exchange; None where none is set."""
    if not settings.TIEMCHUNG_REGISTER_URL:
        return None
    return HttpRegister(
        settings.TIEMCHUNG_REGISTER_URL,
        client=settings.TIEMCHUNG_REGISTER_CLIENT,
        key=keys.signing_key(KEY),
        register_key=wire.load_public_key(wire.from_base64url(settings.TIEMCHUNG_REGISTER_KEY)),
        timeout_s=patience_s,
    )


def check_patiently(
    register: Register,
    persons: Sequence[Asked],
    *,
    grounds: Grounds | None,
    exchange: UUID,
    now: Callable[[], datetime],
    waits_s: Sequence[float],
    sleep: Callable[[float], None],
) -> Exchanged:
    """Ask, and once more after each of these waits, under one exchange, while nothing is known about the answer.

    What the register says itself, that it may be asked again only later or not at all, is believed at once.
    """
    for wait_s in waits_s:
        try:
            return register.check(persons, grounds=grounds, exchange=exchange, at=now())
        except RegisterSilent as silent:
            if not silent.may_pass:
                raise
        sleep(wait_s)
    return register.check(persons, grounds=grounds, exchange=exchange, at=now())
