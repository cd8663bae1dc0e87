"""What is done in campaigns: load them, register people, take in a ward's list. Intentions may be refused."""

from __future__ import annotations

from tiemchung.domain.campaigns.actions.demand import count_due
from tiemchung.domain.campaigns.actions.heading import forget_columns, remember_columns
from tiemchung.domain.campaigns.actions.leaving import take_off
from tiemchung.domain.campaigns.actions.lists import (
    check_list,
    drop_list,
    forget_lists,
    keep_list,
    keep_waiting,
    settle_row,
)
from tiemchung.domain.campaigns.actions.reading import READ, examine_list, pasted_file, read_list, waiting_to_be_read
from tiemchung.domain.campaigns.actions.registering import load_campaigns, move, register, register_at_desk, withdraw
from tiemchung.domain.campaigns.actions.returning import take_off_missing
from tiemchung.domain.campaigns.actions.taking import take_list
from tiemchung.domain.campaigns.actions.undoing import undo_list, undo_waiting

__all__ = [
    "READ",
    "check_list",
    "count_due",
    "drop_list",
    "examine_list",
    "forget_columns",
    "forget_lists",
    "keep_list",
    "keep_waiting",
    "load_campaigns",
    "move",
    "pasted_file",
    "read_list",
    "register",
    "register_at_desk",
    "remember_columns",
    "settle_row",
    "take_list",
    "take_off",
    "take_off_missing",
    "undo_list",
    "undo_waiting",
    "waiting_to_be_read",
    "withdraw",
]
