"""What a rehearsal stands on: products, rules and forms as they hold today, and nothing of any site, lot or person."""

from __future__ import annotations

from datetime import date
from typing import Any

from tiemchung.domain.declarations import queries as declarations
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.vaccines import queries as vaccines


def ground(on: date) -> dict[str, Any]:
    """Return what holds on a day, in the shapes of the site bundle (`faces/devices/bundle`)."""
    return {
        "products": list(vaccines.products().values()),
        "rules": vaccines.rule_book(on).rules,
        "decisions": [],
        "forms": declarations.forms_on(on),
        "openings": supply.opening_rules(on),
    }
