"""What follows from an arrival in the rooms below."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tiemchung.domain.immunization import actions as immunization
from tiemchung.domain.journal.values import Entry


def rejudge_arrived(entries: Sequence[Entry], *, now: datetime) -> None:
    """Judge the doses of those who arrived again: the arrival may tell who they are after another tablet told the dose."""
    immunization.rejudge({entry.person for entry in entries if entry.person is not None}, now=now)
