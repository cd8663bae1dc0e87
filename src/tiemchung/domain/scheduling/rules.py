"""How slots are laid out and filled. Values in, values out."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from tiemchung.domain.scheduling.values import FARTHEST, REFERENCE_LETTERS, SLOT, SessionTold, Slot, Wanted
from tiemchung.kernel.clock import VIET_NAM

MOST_PLACES = 500
"""Places of one slot: above any hall. Ours."""
NOON, EVENING = time(12), time(17)
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """Return a reference that is read aloud easily. It opens nothing, so that it need not be a secret."""
    # One number for all letters: a session's references are drawn at once, and each draw asks the kernel.
    drawn, letters = secrets.randbelow(len(LETTERS) ** REFERENCE_LETTERS), ""
    for _ in range(REFERENCE_LETTERS):
        drawn, place = divmod(drawn, len(LETTERS))
        letters += LETTERS[place]
    return letters


def fault_of(told: SessionTold, *, today: date) -> str | None:
    """Return the field of a session that cannot be opened, or None."""
    if not today <= told.day <= today + FARTHEST:
        return "day"
    if not 1 <= told.capacity <= MOST_PLACES:
        return "capacity"
    return None if slots_of(told) else "hours"


def slots_of(told: SessionTold) -> list[Slot]:
    """Return the slots of a session: as many whole quarters of an hour as fit between its hours."""
    starts_at, end = _at(told.day, told.starts), _at(told.day, told.ends)
    slots = []
    while starts_at + SLOT <= end:
        slots.append(Slot(starts_at=starts_at, capacity=told.capacity, taken=0))
        starts_at += SLOT
    return slots


def places_for(wanted: Sequence[Wanted], slots: Sequence[Slot]) -> list[datetime | None]:
    """Give each in turn a place: the slot asked for or none, else the first free one at the wished time, else the first.

    The order of `wanted` is the order of who is served first. None is who found no place.
    """
    free = {slot.starts_at: slot.free for slot in sorted(slots, key=lambda slot: slot.starts_at)}
    given: list[datetime | None] = []
    for one in wanted:
        if one.starts_at is not None:
            choices = [one.starts_at] if free.get(one.starts_at, 0) > 0 else []
        else:
            open_slots = [slot for slot, places in free.items() if places > 0]
            choices = [slot for slot in open_slots if _suits(slot, one.times)][:1] or open_slots[:1]
        place = choices[0] if choices else None
        if place is not None:
            free[place] -= 1
        given.append(place)
    return given


def _suits(slot: datetime, times: Sequence[str]) -> bool:
    local = slot.astimezone(VIET_NAM)
    part = "morning" if local.time() < NOON else "afternoon" if local.time() < EVENING else "evening"
    return not times or part in times or ("weekend" in times and local.isoweekday() > 5)  # noqa: PLR2004 - ISO: 6, 7


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=VIET_NAM).astimezone(UTC)
