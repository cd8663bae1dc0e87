from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

import pytest

from tiemchung.domain.places import engine, queries
from tiemchung.domain.places.engine import Gazetteer
from tiemchung.plumbing.rows import SourceRow, read_csv


@pytest.fixture(scope="session")
def unit_files() -> dict[str, list[SourceRow]]:
    folder = files("tiemchung.reference")
    return {
        name: read_csv(name, (folder / name).read_bytes(), columns=columns) for name, columns in engine.COLUMNS.items()
    }


@pytest.fixture(scope="session")
def gazetteer(unit_files: dict[str, list[SourceRow]]) -> Gazetteer:
    units = engine.read_units(unit_files)
    return Gazetteer(units, engine.read_pairs(unit_files["vn_commune_crosswalk_2025.csv"], units))


@pytest.fixture
def _fresh_memory() -> Iterator[None]:
    """What a test writes and rolls back must not stay in this process's memory."""
    queries.UNITS.forget()
    yield
    queries.UNITS.forget()
