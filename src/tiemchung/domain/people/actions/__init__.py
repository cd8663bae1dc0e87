"""What is done about persons: made of a block, corrected, the use of their data restricted and opened again."""

from __future__ import annotations

from tiemchung.domain.people.actions.blocks import fold_blocks
from tiemchung.domain.people.actions.changes import correct, lift_restriction, restrict

__all__ = ["correct", "fold_blocks", "lift_restriction", "restrict"]
