"""Going through a long list in transactions of many rows, and of fewer on a machine that has no time for as many."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import partial
from uuid import UUID

from django.db import DatabaseError, OperationalError

from tiemchung.kernel.refusal import Refusal

log = logging.getLogger(__name__)


def go_through(turn: Callable[[int], bool], *, most: int, least: int = 1) -> None:
    """Take turns until one says that nothing is left; each is told how much it may take at most.

    A turn whose transaction the database ended, as it ends one that lasts longer than five seconds, is taken again with
    half as much, and those after it too: begun again at the same size it would run into the same end for ever. What
    cannot be done with the least either is raised.
    """
    size = most
    while True:
        try:
            if not turn(size):
                return
        except OperationalError:
            if size <= least:
                raise
            size = max(size // 2, least)
            log.warning("a transaction of a list was ended by the database; %d at once from here on", size)


def go_through_each(lists: Iterable[UUID], turn: Callable[[UUID, int], bool], *, most: int) -> int:
    """Go through each of these lists; returns how many are done. One that cannot be now holds up none behind it."""
    finished = 0
    for identifier in lists:
        try:
            go_through(partial(turn, identifier), most=most)
        except (DatabaseError, Refusal):  # the next minute tries it again
            log.exception("list %s cannot be gone through now", identifier)
        else:
            finished += 1
    return finished
