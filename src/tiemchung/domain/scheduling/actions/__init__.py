"""What is done in scheduling: open, fill and call off sessions; book, move, cancel and miss appointments; call people in."""

from __future__ import annotations

from tiemchung.domain.scheduling.actions.again import again_of, call_again
from tiemchung.domain.scheduling.actions.appointments import book, cancel, confirm, free, miss, move
from tiemchung.domain.scheduling.actions.approving import approve, put_forward, send_back
from tiemchung.domain.scheduling.actions.keeping import fulfill, miss_of_days, miss_past, reopen
from tiemchung.domain.scheduling.actions.moving import hand_over, move_to
from tiemchung.domain.scheduling.actions.sessions import Filled, call_off, fill, invite, open_session
from tiemchung.domain.scheduling.actions.standby import tell_standby

__all__ = [
    "Filled",
    "again_of",
    "approve",
    "book",
    "call_again",
    "call_off",
    "cancel",
    "confirm",
    "fill",
    "free",
    "fulfill",
    "hand_over",
    "invite",
    "miss",
    "miss_of_days",
    "miss_past",
    "move",
    "move_to",
    "open_session",
    "put_forward",
    "reopen",
    "send_back",
    "tell_standby",
]
