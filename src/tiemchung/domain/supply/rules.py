"""Shelf clocks, temperature limits and first-expiry-first-out: what the products' data says, read and compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from tiemchung.domain.supply.values import Allowance, Band, Excursion, Logged, Picked, ReadingTold, ShelfLine, UseBefore

UNVERIFIED = "unverified"
_BETWEEN = re.compile(r"(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)")
_AT_MOST = re.compile(r"<=(-?\d+(?:\.\d+)?)")
_SPAN = re.compile(r"(\d+) (day|week|month)s?\b\s*(.*)")


def band_of(storage_c: str | None) -> Band | None:
    """Read the limits that a product's data gives (`2..8`, `<=-18 frozen`); None where it gives none."""
    text = (storage_c or "").strip()
    if found := _BETWEEN.match(text):
        return Band(low_c=float(found[1]), high_c=float(found[2]))
    if found := _AT_MOST.match(text):
        return Band(low_c=None, high_c=float(found[1]))
    return None


def allowance_of(shelf_2_8: str | None, *, basis: str = "") -> Allowance | None:
    """Read how long a product may lie at 2 to 8 °C; None where it is stored so, or where no number comes first.

    A cell's leading number is the value and the rest its mark; a product whose basis is unverified carries that mark too.
    """
    found = _SPAN.match((shelf_2_8 or "").strip())
    if found is None:
        return None
    count, unit, rest = int(found[1]), found[2], found[3]
    marks = [rest, *([UNVERIFIED] if UNVERIFIED in basis and UNVERIFIED not in rest else [])]
    return Allowance(
        days=count * {"day": 1, "week": 7, "month": 0}[unit],
        months=count if unit == "month" else 0,
        mark="; ".join(filter(None, marks)),
    )


def use_before(expires_on: date | None, thawed_on: date | None, allowance: Allowance | None) -> UseBefore:
    """Return the shortest of the clocks that run: the lot's expiry, and the days since it was thawed."""
    if thawed_on is None or allowance is None:
        return UseBefore(on=expires_on, thaw=False, mark="")
    thawed_until = allowance.ends_on(thawed_on)
    if expires_on is not None and expires_on <= thawed_until:
        return UseBefore(on=expires_on, thaw=False, mark="")
    return UseBefore(on=thawed_until, thaw=True, mark=allowance.mark)


def thaws(stored: Band | None, lies_in: Band) -> bool:
    """Tell whether a product that is stored frozen thaws in a fridge of these limits."""
    return stored is not None and stored.high_c < 0 < lies_in.high_c


def freezes(stored: Band | None, lies_in: Band) -> bool:
    """Tell whether a product that is stored above 0 °C would freeze in a fridge of these limits; what froze is spoiled."""
    return stored is not None and stored.low_c is not None and lies_in.high_c < 0 <= stored.low_c


def fit_to_send(line: ShelfLine, *, on: date) -> bool:
    """Tell whether doses of this line may be sent to be used: some are free, and their last day has not passed."""
    return line.free > 0 and (line.use_before is None or line.use_before >= on)


def pick(lines: Iterable[ShelfLine], doses: int, *, on: date) -> list[Picked]:
    """Choose doses by first expiry, first out; fewer than asked for if there are no more. Doses without a last day go last."""
    wanted, chosen = doses, list[Picked]()
    fit = [line for line in lines if fit_to_send(line, on=on)]
    for line in sorted(fit, key=lambda line: (line.use_before or date.max, line.lot)):
        taken = min(line.free, wanted)
        if taken > 0:
            chosen.append(Picked(lot=line.lot, doses=taken))
            wanted -= taken
    return chosen


def is_outside(reading: ReadingTold, band: Band) -> bool:
    """Tell whether a reading, or what its device saw since the one before, lies outside the limits."""
    seen = [reading.temp_c, reading.lowest_c, reading.highest_c]
    return bool(reading.minutes_outside) or any(temp is not None and not band.holds(temp) for temp in seen)


def excursions(readings: Sequence[ReadingTold], band: Band, *, now: datetime) -> list[Excursion]:
    """Return the times outside the limits that these readings, oldest first, tell of."""
    found: list[Excursion] = []
    before: datetime | None = None
    run: list[ReadingTold] = []
    for reading in readings:
        if is_outside(reading, band):
            run.append(reading)
            if band.holds(reading.temp_c):
                # It is over: the device saw it between two readings, and this one is inside again.
                found.append(_excursion(run, band, before=before, after=reading.taken_at))
                before, run = reading.taken_at, []
            continue
        if run:
            found.append(_excursion(run, band, before=before, after=reading.taken_at))
            run = []
        before = reading.taken_at
    if run:
        found.append(_excursion(run, band, before=before, after=None, now=now))
    return found


GAP = timedelta(hours=1)
"""A logger that was silent for longer has not said that it stayed as warm: no more than this is counted. Ours."""


def minutes_outside(points: Sequence[Logged], band: Band) -> int:
    """Return for how many minutes these points, in order, lie outside the limits: each until the one after it."""
    spans = (min(after.at - point.at, GAP) for point, after in pairwise(points) if not band.holds(point.temp_c))
    return round(sum(spans, timedelta(0)) / timedelta(minutes=1))


def limits_of_lot(stored: Band | None, *, thawed: bool) -> Band | None:
    """Return within which limits a lot may lie: its product's, and once thawed those of a fridge; None where none is told."""
    return THAWED if thawed and stored is not None else stored


THAWED = Band(low_c=2.0, high_c=8.0)
"""Where thawed vaccine lies, by the products' own allowance "at 2 to 8 °C"."""


def _excursion(
    run: Sequence[ReadingTold],
    band: Band,
    *,
    before: datetime | None,
    after: datetime | None,
    now: datetime | None = None,
) -> Excursion:
    seen = [temp for each in run for temp in (each.temp_c, each.lowest_c, each.highest_c) if temp is not None]
    told = [each.minutes_outside for each in run if each.minutes_outside is not None]
    outside = [each.taken_at for each in run if not band.holds(each.temp_c)]
    end = after or now or run[-1].taken_at
    return Excursion(
        begins_at=outside[0] if outside else (before or run[0].taken_at),
        ends_at=after,
        worst_c=max(seen, key=lambda temp: beyond(temp, band)),
        told_minutes=sum(told) if len(told) == len(run) else None,
        at_least=outside[-1] - outside[0] if outside else timedelta(0),
        at_most=end - (before or run[0].taken_at),
    )


def beyond(temp_c: float, band: Band) -> float:
    """Return how many degrees a temperature lies outside the limits; 0 within."""
    below = band.low_c - temp_c if band.low_c is not None else 0.0
    return max(temp_c - band.high_c, below, 0.0)
