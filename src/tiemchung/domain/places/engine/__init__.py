"""The directory of places: read from rows, each checked, and asked in memory for paths, subtrees, heirs and points."""

from __future__ import annotations

from tiemchung.domain.places.engine.gazetteer import Gazetteer
from tiemchung.domain.places.engine.reading import (
    COLUMNS,
    read_organizations,
    read_pairs,
    read_sites,
    read_units,
    read_zone,
)

__all__ = ["COLUMNS", "Gazetteer", "read_organizations", "read_pairs", "read_sites", "read_units", "read_zone"]
