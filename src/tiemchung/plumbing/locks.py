"""Turns: of several processes that could do one piece of work, one does it at a time.

A turn is an advisory lock of the database session. It survives the transactions done in it and dies with the session,
so that a killed process leaves nothing locked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.utils import InterfaceError, OperationalError

from tiemchung.plumbing import database

_TRY = "select pg_try_advisory_lock(hashtextextended(%s, 0))"
_WAIT = "select pg_advisory_lock(hashtextextended(%s, 0))"
_LEAVE = "select pg_advisory_unlock(hashtextextended(%s, 0))"


class TurnLostError(Exception):
    """The session that held the turn is gone, and somebody else may have taken it."""


class Turn:
    """A turn that is held by this thread's session."""

    def __init__(self, name: str, *, using: str) -> None:
        self.name = name
        self._using = using
        self._session: Any = connections[using].connection

    def insist(self) -> None:
        """Raise `TurnLostError` unless the session is still the one that took the turn."""
        if not self.held:
            raise TurnLostError(self.name)

    @property
    def held(self) -> bool:
        """Whether the session is still the one that took the turn."""
        session = connections[self._using].connection
        return session is self._session and not session.closed


@contextmanager
def turn(name: str, *, using: str = "default", wait: bool = False) -> Iterator[Turn | None]:
    """Take a turn for the length of the block; None if somebody else has it. With `wait`, wait until it is free.

    Whoever waits is served before those who only try again and again.
    """
    taken = database.row(_WAIT if wait else _TRY, [name], using=using)
    if not wait and taken == (False,):
        yield None
        return
    mine = Turn(name, using=using)
    try:
        yield mine
    finally:
        if mine.held:
            try:
                database.row(_LEAVE, [name], using=using)
            except (OperationalError, InterfaceError):
                # The lock went with the session.
                connections[using].close()
