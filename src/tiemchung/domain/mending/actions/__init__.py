"""What can be done in mending: file a complaint, open cases of what is asked or found, and work them to their end."""

from __future__ import annotations

from tiemchung.domain.mending.actions.complaints import confirm_phone, file_complaint
from tiemchung.domain.mending.actions.deciding import Decided, agree, decide, disagree
from tiemchung.domain.mending.actions.doubting import Doubted, doubt_links
from tiemchung.domain.mending.actions.finding import escalate, found
from tiemchung.domain.mending.actions.linking import Kept, keep_pairs
from tiemchung.domain.mending.actions.objecting import object_to_join
from tiemchung.domain.mending.actions.opening import (
    Asked,
    follow_decisions,
    open_after_death,
    open_correction,
    open_doubts,
    open_requests,
)
from tiemchung.domain.mending.actions.repairing import (
    Agreed,
    agree_to_repair,
    drop_repair,
    propose_repair,
    stood_for,
    take_back_repair,
)
from tiemchung.domain.mending.actions.scans import (
    forget_scans,
    keep_scan,
    lay_back,
    scan_entered,
    set_scan_aside,
    take_next_scan,
    take_scan,
)
from tiemchung.domain.mending.actions.speed import count_speed
from tiemchung.domain.mending.actions.tying import ask_if_one, tie_missing
from tiemchung.domain.mending.actions.working import hand_on, note, take

__all__ = [
    "Agreed",
    "Asked",
    "Decided",
    "Doubted",
    "Kept",
    "agree",
    "agree_to_repair",
    "ask_if_one",
    "confirm_phone",
    "count_speed",
    "decide",
    "disagree",
    "doubt_links",
    "drop_repair",
    "escalate",
    "file_complaint",
    "follow_decisions",
    "forget_scans",
    "found",
    "hand_on",
    "keep_pairs",
    "keep_scan",
    "lay_back",
    "note",
    "object_to_join",
    "open_after_death",
    "open_correction",
    "open_doubts",
    "open_requests",
    "propose_repair",
    "scan_entered",
    "set_scan_aside",
    "stood_for",
    "take",
    "take_back_repair",
    "take_next_scan",
    "take_scan",
    "tie_missing",
]
