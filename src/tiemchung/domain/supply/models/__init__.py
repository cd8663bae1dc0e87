"""Tables of supply: what the ledger holds, the stores and their fridges, what is on the road, what two persons decide."""

from __future__ import annotations

from tiemchung.domain.supply.models.deciding import Decision, RecallAnswer, Stocktake, StocktakeLine
from tiemchung.domain.supply.models.ledger import Balance, Count, Lot, Movement, SiteHold, Vial, VialHold
from tiemchung.domain.supply.models.papers import Paper
from tiemchung.domain.supply.models.stores import Consignment, Fridge, Reading, Shelf, Store
from tiemchung.domain.supply.models.transport import Arrival, Shipment, ShipmentLine

__all__ = [
    "Arrival",
    "Balance",
    "Consignment",
    "Count",
    "Decision",
    "Fridge",
    "Lot",
    "Movement",
    "Paper",
    "Reading",
    "RecallAnswer",
    "Shelf",
    "Shipment",
    "ShipmentLine",
    "SiteHold",
    "Stocktake",
    "StocktakeLine",
    "Store",
    "Vial",
    "VialHold",
]
