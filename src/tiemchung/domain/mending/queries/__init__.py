"""What mending tells: kinds of complaint, how one stands, the queue of cases, each case for those who work it, and repairs."""

from __future__ import annotations

from tiemchung.domain.mending.queries.candidates import candidates_of
from tiemchung.domain.mending.queries.cases import (
    case,
    cases_decided,
    cases_waiting,
    decided_by_nobody,
    phone_of_complaint,
    slip,
    standing_of_requests,
    steps_of,
)
from tiemchung.domain.mending.queries.complaints import (
    complaint_by_number,
    complaint_kinds,
    complaints_of_phone,
    open_complaints,
    phone_hash,
    reject_reasons,
    speed,
)
from tiemchung.domain.mending.queries.repairs import MOST_OF_A_LOT, repair, repaired, repairs

__all__ = [
    "MOST_OF_A_LOT",
    "candidates_of",
    "case",
    "cases_decided",
    "cases_waiting",
    "complaint_by_number",
    "complaint_kinds",
    "complaints_of_phone",
    "decided_by_nobody",
    "open_complaints",
    "phone_hash",
    "phone_of_complaint",
    "reject_reasons",
    "repair",
    "repaired",
    "repairs",
    "slip",
    "speed",
    "standing_of_requests",
    "steps_of",
]
