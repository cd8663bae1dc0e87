"""What can be done to stock: the chair's lines are kept whatever the balance says, a release may be refused."""

from __future__ import annotations

from tiemchung.domain.supply.actions.chair import draw, fold
from tiemchung.domain.supply.actions.holds import hold_lot, release_here, release_lot
from tiemchung.domain.supply.actions.lines import lot_held_here, vial_opened, vial_returned, vial_wasted
from tiemchung.domain.supply.actions.stores import adjust_stock, load_issues, load_lots, load_receipts

__all__ = [
    "adjust_stock",
    "draw",
    "fold",
    "hold_lot",
    "load_issues",
    "load_lots",
    "load_receipts",
    "lot_held_here",
    "release_here",
    "release_lot",
    "vial_opened",
    "vial_returned",
    "vial_wasted",
]
