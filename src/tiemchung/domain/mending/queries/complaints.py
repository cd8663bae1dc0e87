"""Which kinds of mending there are, and how the complaint of a number stands, for whoever holds the number."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from functools import cache
from importlib import resources

from tiemchung.domain.mending import rules
from tiemchung.domain.mending.values import AskedIn, CaseState, ComplaintKind, ComplaintStanding, Outcome
from tiemchung.plumbing import database, sealing


@cache
def complaint_kinds() -> dict[str, ComplaintKind]:
    """Return what may be asked to be mended, by code, in the order of the reference file."""
    with (resources.files("tiemchung.reference") / "complaint_kinds.csv").open(encoding="utf-8") as lines:
        return {
            row["code"]: ComplaintKind(
                code=row["code"],
                label_vi=row["label_vi"],
                label_en=row["label_en"],
                answered_within=timedelta(hours=int(row["default_sla_h"])),
                asked_in=AskedIn(row["asked_in"]),
                deciders=int(row["deciders"]),
            )
            for row in csv.DictReader(lines)
        }


def complaint_by_number(text: str) -> ComplaintStanding | None:
    """Return how the complaint of this number stands; None if there is none.

    The number is a secret of whoever filed it, so this asks for no reach; it tells nothing of what was written, by either.
    """
    number = rules.read_number(text)
    if number is None:
        return None
    found = database.row(
        "select kind, filed_at, due_at, state, outcome from mending_standing_of(%b)",
        [sealing.lookup_hash("complaint", number)],
    )
    if found is None:
        return None
    kind, filed_at, due_at, state, outcome = found
    return ComplaintStanding(
        number=number,
        kind=kind,
        filed_at=filed_at,
        due_at=due_at,
        state=CaseState(state),
        outcome=Outcome(outcome) if outcome else None,
    )


def open_complaints(*, now: datetime) -> tuple[int, int]:
    """Return how many cases of the whole country wait for a decision, and how many of them are overdue."""
    found = database.row("select waiting, overdue from mending_open(%s)", [now])
    return (found[0], found[1]) if found else (0, 0)
