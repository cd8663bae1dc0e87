"""The door for facts from the chair: check the batch, append it, have each room fold its own, in one transaction."""

from __future__ import annotations

from tiemchung.domain.intake.actions.keeping import AWAITS, ROOM_TO_COME
from tiemchung.domain.intake.actions.receiving import receive
from tiemchung.domain.intake.actions.recording import RELEASED_AT_ONCE, close, record, record_from_paper, release

__all__ = ["AWAITS", "RELEASED_AT_ONCE", "ROOM_TO_COME", "close", "receive", "record", "record_from_paper", "release"]
