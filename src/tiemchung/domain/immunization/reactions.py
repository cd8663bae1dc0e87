"""What the record does on hearing that something around a dose changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.conf import settings

from tiemchung.domain.immunization import actions, queries
from tiemchung.domain.journal.values import Entry
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices.values import Channel, Message
from tiemchung.domain.supply.events import LotRegistered


def rejudge(entries: Sequence[Entry], *, now: datetime) -> None:
    """Number and judge again the doses of everybody these entries are about: a dose, an arrival, an amendment."""
    persons: set[UUID] = {entry.person for entry in entries if entry.person is not None}
    actions.rejudge(persons, now=now)
    # A lot registered while the dose was being folded was not seen there, and its own reaction did not see the dose.
    actions.rejudge_lots(queries.unknown_lots(persons), now=now)


def rejudge_lots(entries: Sequence[Entry], *, now: datetime) -> None:
    """Judge again the doses of lots that have just become known."""
    lots = {msgspec.json.decode(entry.body, type=LotRegistered).lot for entry in entries}
    actions.rejudge_lots(lots, now=now)


ASKED_TOGETHER_S = 1
"""How long these messages may wait for each other: nobody stands before a screen for them."""

ASKED_WITHIN = timedelta(hours=24)
"""How old a telling may be to be asked about: a reaction that reads the journal anew asks nobody about last year."""


def ask_was_it_you(entries: Sequence[Entry], *, now: datetime) -> None:
    """Tell everybody who had a dose that there is something new in their book: not theirs? They say so there.

    The message says nothing of a dose. Its id is the entry's, so that nobody is asked twice.
    """
    link = f"{settings.TIEMCHUNG_PUBLIC_URL}/so-suc-khoe/"
    notices.send(
        [
            Message(
                id=entry.id,
                channel=Channel.SMS,
                template="was-this-you",
                values={"link": link},
                to_person=entry.person,
                purpose="was-this-you",
                site=entry.site,
            )
            for entry in entries
            if entry.person is not None and now - entry.recorded_at < ASKED_WITHIN
        ],
        now=now,
        within_s=ASKED_TOGETHER_S,
    )
