"""How a dose lies in its table, and the dose that a screen shows of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tiemchung.domain.immunization.values import DoseShown, DoseStatus, codes_of

ARMS = ("left", "right")
"""By the number in the table."""

SHOWN = """id, person_id, occurred_at, given_on, site, product, lot, vial, volume_ml, arm, dose_number, dose_number_told,
    vaccinator, recorder, status, findings, visit"""
"""The columns of which `dose_shown` makes a dose."""


def dose_shown(row: Sequence[Any]) -> DoseShown:
    """Return a dose as a screen shows it, of a row that begins with the columns of `SHOWN`."""
    return DoseShown(
        id=row[0],
        person=row[1],
        occurred_at=row[2],
        given_on=row[3],
        site=row[4],
        product=row[5],
        lot=row[6],
        vial=row[7],
        volume_ml=row[8],
        arm=ARMS[row[9]],
        dose_number=row[10],
        dose_number_told=row[11],
        vaccinator=row[12],
        recorder=row[13],
        status=DoseStatus(row[14]),
        findings=codes_of(row[15]),
        visit=row[16],
    )
