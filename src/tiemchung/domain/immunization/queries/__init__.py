"""What the record tells: of persons to whoever serves them, of doses to counters, and what waits for a second person."""

from __future__ import annotations

from tiemchung.domain.immunization.queries.counted import (
    dose_facts,
    first_standing,
    persons_awaited,
    unknown_lots,
    visits_of_voided,
)
from tiemchung.domain.immunization.queries.judged import by_book, if_joined, worse_if_joined
from tiemchung.domain.immunization.queries.of_site import (
    flagged_doses,
    given_at,
    given_of_lot,
    hands_of,
    late_of_day,
    persons_dosed,
    stands,
    unconfirmed_of,
)
from tiemchung.domain.immunization.queries.record import ahead, history, prospects, timelines, told_anywhere
from tiemchung.domain.immunization.queries.waiting import PAGE as WAITING_PAGE
from tiemchung.domain.immunization.queries.waiting import left_to_others, waiting_at, waiting_count
from tiemchung.domain.immunization.queries.who_is_due import dosed_after_sql, due, due_for_any, due_sql

__all__ = [
    "WAITING_PAGE",
    "ahead",
    "by_book",
    "dose_facts",
    "dosed_after_sql",
    "due",
    "due_for_any",
    "due_sql",
    "first_standing",
    "flagged_doses",
    "given_at",
    "given_of_lot",
    "hands_of",
    "history",
    "if_joined",
    "late_of_day",
    "left_to_others",
    "persons_awaited",
    "persons_dosed",
    "prospects",
    "stands",
    "timelines",
    "told_anywhere",
    "unconfirmed_of",
    "unknown_lots",
    "visits_of_voided",
    "waiting_at",
    "waiting_count",
    "worse_if_joined",
]
