"""What is done in campaigns: load them, register people, take in a ward's list. Intentions may be refused."""

from __future__ import annotations

from tiemchung.domain.campaigns.actions.demand import count_due
from tiemchung.domain.campaigns.actions.lists import (
    drop_list,
    examine_list,
    forget_lists,
    keep_list,
    keep_waiting,
    settle_row,
)
from tiemchung.domain.campaigns.actions.registering import load_campaigns, move, register, withdraw

__all__ = [
    "count_due",
    "drop_list",
    "examine_list",
    "forget_lists",
    "keep_list",
    "keep_waiting",
    "load_campaigns",
    "move",
    "register",
    "settle_row",
    "withdraw",
]
