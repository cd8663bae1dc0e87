"""Within which time an incident should be resolved: a file of the reference data, read once."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib import resources

from tiemchung.domain.response.values import Weight


@cache
def deadlines() -> Mapping[Weight, timedelta]:
    """Return how long an incident of each weight may stay open before it is escalated."""
    with (resources.files("tiemchung.reference") / "incident_deadlines.csv").open(encoding="utf-8") as lines:
        return {Weight(row["weight"]): timedelta(minutes=int(row["due_minutes"])) for row in csv.DictReader(lines)}
