"""The commands that fill the platform before its first day: `tiemchung load reference`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

from django.db import transaction

from tiemchung.domain.declarations import engine as forms_engine
from tiemchung.domain.declarations.actions import load_forms
from tiemchung.domain.places import engine as places_engine
from tiemchung.domain.places.actions import ZONE_COLUMNS, ZONE_FILE, load_units, load_zones
from tiemchung.domain.places.errors import UnitInUse
from tiemchung.domain.vaccines import engine as vaccines_engine
from tiemchung.domain.vaccines.actions import load_book
from tiemchung.kernel.actor import SYSTEM
from tiemchung.plumbing.reference import Changes
from tiemchung.plumbing.rows import BadRow, SourceRow, read_csv

CARRIED: Traversable = files("tiemchung.reference")
"""The data files of this version."""


@transaction.atomic
def load_reference_data(folder: Traversable) -> dict[str, Changes]:
    """Make the reference rows of every room those of the folder's files, all or nothing; return what each changed.

    Raises `BadRow` at the first row that cannot be taken, `UnitInUse` if a unit vanished under a site. Told twice, nothing changes.
    """
    return {
        "places": load_units(_csv_files(folder, places_engine.COLUMNS), actor=SYSTEM),
        "zones": load_zones(_csv_files(folder, {ZONE_FILE: ZONE_COLUMNS})[ZONE_FILE], actor=SYSTEM),
        "vaccines": load_book(_csv_files(folder, vaccines_engine.COLUMNS), actor=SYSTEM),
        "declarations": load_forms((folder / forms_engine.FILE).read_bytes(), actor=SYSTEM),
    }


def load_reference(_arguments: argparse.Namespace) -> int:
    """Load the reference data that this version carries, as the database's owner; 1 and the bad row if one stops it."""
    try:
        loaded = load_reference_data(CARRIED)
    except BadRow as refused:
        print(f"Nothing was loaded. {refused}", file=sys.stderr)  # noqa: T201 - a command speaks to whoever typed it
        return 1
    except UnitInUse as refused:
        unit = f"unit {refused.facts['unit']} of {refused.facts['era']}"
        print(f"Nothing was loaded. A site stands in {unit}, which the files no longer have.", file=sys.stderr)  # noqa: T201 - same
        return 1
    for room, changes in loaded.items():
        told = f"{changes.added} added, {changes.altered} altered, {changes.removed} removed"
        print(f"{room}: {told}")  # noqa: T201 - same
    return 0


def _csv_files(folder: Traversable, columns: Mapping[str, Sequence[str]]) -> dict[str, list[SourceRow]]:
    return {name: read_csv(name, (folder / name).read_bytes(), columns=header) for name, header in columns.items()}
