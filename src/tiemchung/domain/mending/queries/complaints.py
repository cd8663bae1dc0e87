"""Which kinds of mending there are, and how the complaint of a number stands, for whoever holds the number."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from functools import cache
from importlib import resources

import msgspec

from tiemchung.domain.access import policy as access
from tiemchung.domain.mending import rules
from tiemchung.domain.mending.values import (
    AskedIn,
    CaseState,
    ComplaintKind,
    ComplaintStanding,
    Outcome,
    OwnComplaint,
    RejectReason,
    Rung,
    SpeedShown,
)
from tiemchung.kernel.purpose import Purpose
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
                needs_photo=row["needs_photo"] == "yes",
            )
            for row in csv.DictReader(lines)
        }


@cache
def reject_reasons() -> dict[str, RejectReason]:
    """Return by which reasons a correction is turned down, by code, in the order of the reference file."""
    with (resources.files("tiemchung.reference") / "reject_reasons.csv").open(encoding="utf-8") as lines:
        return {
            row["code"]: RejectReason(
                code=row["code"], label_vi=row["label_vi"], label_en=row["label_en"], source=row["source"]
            )
            for row in csv.DictReader(lines)
        }


def phone_hash(phone: str) -> bytes:
    """Return the keyed hash under which the complaints of a phone are found."""
    return sealing.lookup_hash("complaint-phone", access.told_phone(phone))


def complaints_of_phone(phone: str, *, purpose: Purpose) -> list[OwnComplaint]:
    """Return the complaints that name this phone, the latest first, for whoever has just proved to hold it.

    Of one that they have not said to be theirs the answer is left out: somebody may have typed their number.
    """
    del purpose
    return [
        OwnComplaint(
            id=row[0],
            standing=ComplaintStanding(
                number=msgspec.json.decode(sealing.unseal(bytes(row[8]), row[0].bytes))["number"],
                kind=row[1],
                filed_at=row[2],
                due_at=row[3],
                state=CaseState(row[4]),
                outcome=Outcome(row[5]) if row[5] else None,
                reason=row[6] or "",
                has_phone=True,
            ),
            confirmed=row[7] is not None,
            answer="" if row[9] is None else sealing.unseal(bytes(row[9]), row[0].bytes).decode(),
        )
        for row in database.rows(
            "select id, kind, filed_at, due_at, state, outcome, reason, confirmed_at, sealed, answer "
            "from mending_of_phone(%b)",
            [phone_hash(phone)],
        )
    ]


def complaint_by_number(text: str) -> ComplaintStanding | None:
    """Return how the complaint of this number stands; None if there is none.

    The number is a secret of whoever filed it, so this asks for no reach; it tells nothing of what was written, by either.
    """
    number = rules.read_number(text)
    if number is None:
        return None
    found = database.row(
        "select kind, filed_at, due_at, state, outcome, reason, phone, level from mending_standing_of(%b)",
        [sealing.lookup_hash("complaint", number)],
    )
    if found is None:
        return None
    kind, filed_at, due_at, state, outcome, reason, has_phone, level = found
    return ComplaintStanding(
        number=number,
        kind=kind,
        filed_at=filed_at,
        due_at=due_at,
        state=CaseState(state),
        outcome=Outcome(outcome) if outcome else None,
        reason=reason or "",
        has_phone=has_phone,
        level=Rung(level),
    )


def open_complaints(*, now: datetime) -> tuple[int, int]:
    """Return how many cases of the whole country wait for a decision, and how many of them are overdue."""
    found = database.row("select waiting, overdue from mending_open(%s)", [now])
    return (found[0], found[1]) if found else (0, 0)


def speed() -> list[SpeedShown]:
    """Return how fast complaints are answered, a row for each province where there were any in the last month."""
    return [
        SpeedShown(**dict(zip(SpeedShown.__struct_fields__, row, strict=True)))
        for row in database.rows(
            "select province, as_of, filed, decided, in_time, overdue, median_minutes from mending_speed order by province"
        )
    ]
