"""What is done about persons: made of a block, corrected, joined and parted, the use of their data restricted and opened."""

from __future__ import annotations

from tiemchung.domain.people.actions.blocks import fold_blocks
from tiemchung.domain.people.actions.changes import lift_restriction, restrict
from tiemchung.domain.people.actions.correcting import check_correction, correct
from tiemchung.domain.people.actions.joining import join, part

__all__ = ["check_correction", "correct", "fold_blocks", "join", "lift_restriction", "part", "restrict"]
