"""The way to the population register: what is asked, what comes back, and what counts as no answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from tiemchung.domain.people.errors import RegisterSilent
from tiemchung.kernel.register import Answered, Asked, Changes, Grounds


class Exchanged(msgspec.Struct, frozen=True, kw_only=True):
    """One question with its answer, as both sides signed them: what is kept to show later what the register said.

    `asked_by` is the value of the Authorization header, `answered_by` the register's signature.
    """

    exchange: UUID
    question: bytes
    asked_by: str
    answer: bytes
    answered_by: str
    answers: list[Answered]


class Register(Protocol):
    """Whatever stands behind the interface of `tiemchung.kernel.register`, a real one or the simulated.

    Both raise `RegisterSilent` for anything but an answer that can be read and believed.
    """

    def check(self, persons: Sequence[Asked], *, grounds: Grounds | None, exchange: UUID, at: datetime) -> Exchanged:
        """Ask about persons, with grounds for the wrong fields as well. The same exchange again is the same question."""

    def changes(self, after: int, *, exchange: UUID, at: datetime) -> Changes:
        """Return the next page of the feed."""


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
