"""What can be done in visits: fold what the chair tells, tell it from a page, and close a site's day."""

from __future__ import annotations

from collections.abc import Sequence

from tiemchung.domain.visits.actions.chair import fold_sessions, fold_visits
from tiemchung.domain.visits.actions.changed import TOLD_AT_ONCE, ArrivedLate, find_changes, settle_changes
from tiemchung.domain.visits.actions.closing import close_day, fold_attestations, stand_for
from tiemchung.domain.visits.actions.desk import (
    arrived,
    deferred,
    identified,
    left,
    observed,
    released,
    released_on_paper,
    session_closed,
    session_opened,
    session_resumed,
    session_stopped,
)
from tiemchung.domain.visits.actions.voiding import fold_voids
from tiemchung.kernel.events import Event, Kept
from tiemchung.kernel.finding import Finding

__all__ = [
    "TOLD_AT_ONCE",
    "ArrivedLate",
    "arrived",
    "close_day",
    "deferred",
    "find_changes",
    "fold",
    "identified",
    "left",
    "observed",
    "released",
    "released_on_paper",
    "session_closed",
    "session_opened",
    "session_resumed",
    "session_stopped",
    "settle_changes",
    "stand_for",
]


def fold(kept: Sequence[Kept[Event]]) -> list[Finding]:
    """Fold a batch's entries into visits, campaign sessions and closed days; folded again, nothing changes.

    The kinds of other rooms that belong to a visit (consent, screening, dose) are read here for its stages, others are
    passed over, but that a void takes its dose's word back. Attestations come last: what the same batch tells of the day counts.
    """
    findings = fold_visits(kept)
    fold_voids(kept)
    fold_sessions(kept)
    return findings + fold_attestations(kept)
