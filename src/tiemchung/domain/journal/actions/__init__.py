"""Writing the journal. Every fact enters here once; the lock of a device's chain is the only lock taken."""

from __future__ import annotations

from tiemchung.domain.journal.actions.appending import (
    FEWEST_IN_A_BLOCK,
    append_entries,
    close_batch,
    lock_chain,
    lock_ids,
    mark,
)
from tiemchung.domain.journal.actions.aside import close_aside, mark_folded, mark_released, mark_unfolded, set_aside
from tiemchung.domain.journal.actions.keeping import advance, anchor, log_views, make_partition
from tiemchung.domain.journal.actions.own import (
    SERVER_KEY,
    append,
    forget_server_device,
    server_device,
    sign_lines,
)

__all__ = [
    "FEWEST_IN_A_BLOCK",
    "SERVER_KEY",
    "advance",
    "anchor",
    "append",
    "append_entries",
    "close_aside",
    "close_batch",
    "forget_server_device",
    "lock_chain",
    "lock_ids",
    "log_views",
    "make_partition",
    "mark",
    "mark_folded",
    "mark_released",
    "mark_unfolded",
    "server_device",
    "set_aside",
    "sign_lines",
]
