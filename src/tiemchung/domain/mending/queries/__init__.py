"""What mending tells: kinds of complaint, how one stands, the queue of cases, each case for those who work it, and repairs."""

from __future__ import annotations

from tiemchung.domain.mending.queries.candidates import Candidate, candidates_of
from tiemchung.domain.mending.queries.cases import (
    case,
    cases_decided,
    cases_waiting,
    day_of_complaint,
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
from tiemchung.domain.mending.queries.missing import missing_at, missing_slip
from tiemchung.domain.mending.queries.proposed import joins_proposed, objected, proposed_pairs, to_be_joined
from tiemchung.domain.mending.queries.repairs import MOST_OF_A_LOT, repair, repaired, repairs
from tiemchung.domain.mending.queries.scans import days_with_scans, scan, scan_picture, scans_of
from tiemchung.domain.mending.queries.teams import MOST_TEAMS, TeamFitting, team_told, teams_fitting

__all__ = [
    "MOST_OF_A_LOT",
    "MOST_TEAMS",
    "Candidate",
    "TeamFitting",
    "candidates_of",
    "case",
    "cases_decided",
    "cases_waiting",
    "complaint_by_number",
    "complaint_kinds",
    "complaints_of_phone",
    "day_of_complaint",
    "days_with_scans",
    "decided_by_nobody",
    "joins_proposed",
    "missing_at",
    "missing_slip",
    "objected",
    "open_complaints",
    "phone_hash",
    "phone_of_complaint",
    "proposed_pairs",
    "reject_reasons",
    "repair",
    "repaired",
    "repairs",
    "scan",
    "scan_picture",
    "scans_of",
    "slip",
    "speed",
    "standing_of_requests",
    "steps_of",
    "team_told",
    "teams_fitting",
    "to_be_joined",
]
