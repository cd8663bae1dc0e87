from __future__ import annotations

import csv
import re
from importlib.resources import files
from importlib.resources.abc import Traversable

import pytest

REFERENCE, WORLD = files("tiemchung.reference"), files("tiemchung_world") / "data"


def data_files(folder: Traversable) -> set[str]:
    return {file.name for file in folder.iterdir() if file.name.endswith((".csv", ".json", ".geojson"))}


def told_rows(folder: Traversable) -> dict[str, str]:
    """Return the files that SOURCES.md names, each with the number of rows it tells."""
    told: dict[str, str] = {}
    for line in (folder / "SOURCES.md").read_text(encoding="utf-8").splitlines():
        if found := re.match(r"\| ([\w., ]+(?:csv|json)) \| ([^|]+) \|", line):
            told.update(zip(found[1].split(", "), re.split(r", (?=\d)", found[2]), strict=False))
    return told


def test_every_data_file_has_a_source() -> None:
    assert data_files(REFERENCE) == set(told_rows(REFERENCE))


def test_every_table_has_as_many_rows_as_its_source_says() -> None:
    for name, told in told_rows(REFERENCE).items():
        if name.endswith(".csv"):
            text = (REFERENCE / name).read_text(encoding="utf-8")
            assert len(list(csv.DictReader(text.splitlines()))) == int(told.replace(",", "")), name


@pytest.mark.parametrize("name", sorted(data_files(REFERENCE) & data_files(WORLD)))
def test_the_simulated_world_carries_the_same_copy(name: str) -> None:
    assert (REFERENCE / name).read_bytes() == (WORLD / name).read_bytes()


def test_no_province_has_decided_anything_yet() -> None:
    rows = (REFERENCE / "province_decisions.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1
