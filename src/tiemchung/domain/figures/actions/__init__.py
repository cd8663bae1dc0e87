"""Counting: what a dose is counted as, the shadow that checks it, and how the reactions stand."""

from __future__ import annotations

from tiemchung.domain.figures.actions.counting import count_as, stand_at
from tiemchung.domain.figures.actions.pace import count_minutes
from tiemchung.domain.figures.actions.shadow import adopt_shadow, compare_shadow, counted_of, shadow
from tiemchung.domain.figures.actions.states import note_lags, publish_state, skip_entry, take_back

__all__ = [
    "adopt_shadow",
    "compare_shadow",
    "count_as",
    "count_minutes",
    "counted_of",
    "note_lags",
    "publish_state",
    "shadow",
    "skip_entry",
    "stand_at",
    "take_back",
]
