"""What can be done to stock: the chair's lines are kept whatever the balance says, a release may be refused."""

from __future__ import annotations

from tiemchung.domain.supply.actions.chair import draw, fold
from tiemchung.domain.supply.actions.counting import count_shelves
from tiemchung.domain.supply.actions.deciding import agree, propose, withdraw
from tiemchung.domain.supply.actions.holds import (
    answer_recall,
    hold_here,
    hold_lot,
    recall_lot,
)
from tiemchung.domain.supply.actions.lines import counted, lot_held_here, vial_opened, vial_returned, vial_wasted
from tiemchung.domain.supply.actions.logger import read_logger
from tiemchung.domain.supply.actions.papers import keep_paper
from tiemchung.domain.supply.actions.receiving import load_fridges, load_stores, receive_consignment
from tiemchung.domain.supply.actions.shipping import (
    cancel_shipment,
    dispatch_shipment,
    pick_return,
    pick_shipment,
    take_in,
)
from tiemchung.domain.supply.actions.stores import load_issues, load_lots, load_receipts
from tiemchung.domain.supply.actions.temperature import load_readings, read_temperature, shelve_lot

__all__ = [
    "agree",
    "answer_recall",
    "cancel_shipment",
    "count_shelves",
    "counted",
    "dispatch_shipment",
    "draw",
    "fold",
    "hold_here",
    "hold_lot",
    "keep_paper",
    "load_fridges",
    "load_issues",
    "load_lots",
    "load_readings",
    "load_receipts",
    "load_stores",
    "lot_held_here",
    "pick_return",
    "pick_shipment",
    "propose",
    "read_logger",
    "read_temperature",
    "recall_lot",
    "receive_consignment",
    "shelve_lot",
    "take_in",
    "vial_opened",
    "vial_returned",
    "vial_wasted",
    "withdraw",
]
