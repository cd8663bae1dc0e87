"""When the next vial is opened: an advice at the chair, read once from the reference data. Nothing refuses by it."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from importlib import resources

from tiemchung.domain.supply.values import OpeningRule


def opening_rules(on: date) -> list[OpeningRule]:
    """Return the rule of each product that holds on a day, the newest of each; `any` stands for all without one of their own."""
    newest: dict[str, OpeningRule] = {}
    for rule in sorted(_rules(), key=lambda rule: rule.valid_from):
        if rule.valid_from <= on:
            newest[rule.product] = rule
    return list(newest.values())


@cache
def _rules() -> list[OpeningRule]:
    with (resources.files("tiemchung.reference") / "vial_openings.csv").open(encoding="utf-8") as lines:
        return [
            OpeningRule(
                product=row["product"],
                waiting_percent=int(row["waiting_percent"]),
                valid_from=date.fromisoformat(row["valid_from"]),
                source=row["source"],
            )
            for row in csv.DictReader(lines)
        ]
