"""What is done about persons: made of a block, corrected, joined and parted, the use of their data restricted and opened."""

from __future__ import annotations

from tiemchung.domain.people.actions.asking import (
    Asking,
    accept_wrong,
    forget_exchanges,
    queue_everybody,
    queue_for_register,
    shown_exchange,
)
from tiemchung.domain.people.actions.blocks import fold_blocks
from tiemchung.domain.people.actions.changes import lift_restriction, restrict
from tiemchung.domain.people.actions.checking import send_list, sign_list
from tiemchung.domain.people.actions.correcting import check_correction, correct
from tiemchung.domain.people.actions.feed import accept_feed, follow_changes, read_next
from tiemchung.domain.people.actions.joining import join, part
from tiemchung.domain.people.actions.linking import linked, queue_to_link
from tiemchung.domain.people.actions.news import deny_death, settle_move
from tiemchung.domain.people.actions.present import ask_present

__all__ = [
    "Asking",
    "accept_feed",
    "accept_wrong",
    "ask_present",
    "check_correction",
    "correct",
    "deny_death",
    "fold_blocks",
    "follow_changes",
    "forget_exchanges",
    "join",
    "lift_restriction",
    "linked",
    "part",
    "queue_everybody",
    "queue_for_register",
    "queue_to_link",
    "read_next",
    "restrict",
    "send_list",
    "settle_move",
    "shown_exchange",
    "sign_list",
]
