"""Gathers one batch's stock lines into the few rows that change, each once and in the order of the locks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tiemchung.domain.supply.events import VialOpened, VialReturned, VialWasted
from tiemchung.domain.supply.values import Draw, MovementKind
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.events import Event, Kept

NO_LABEL = ""
"""The vial that collects draws which named none."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the ledger. `entries` are the facts behind it, in the order in which they happened."""

    site: str
    lot: str
    source: UUID
    kind: MovementKind
    doses: int
    day: date | None = None
    vial: str | None = None
    reason: str = ""
    entries: tuple[UUID, ...] = ()


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """The opening of one vial: the earliest of those told for its label."""

    site: str
    lot: str
    vial: str
    opened_at: datetime
    opened_on: date | None
    doses: int
    reason: str
    entry: UUID


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """What the line (`source`, `kind`) took from one vial; it counts only if that line is new."""

    site: str
    lot: str
    vial: str
    source: UUID
    kind: MovementKind
    drawn: int = 0
    spent: int = 0


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """All that one batch says about stock. `second_openings` lost against an earlier line in the same batch."""

    lines: list[Line]
    uses: list[Use]
    openings: list[Opening]
    second_openings: list[UUID]


def gather(draws: Iterable[Draw], kept: Iterable[Kept[Event]], *, batch: UUID) -> Gathered:
    """Sum up the draws by lot and by vial, and turn every other stock line into its movement."""
    lines, uses = _drawn(draws, batch)
    openings: dict[tuple[str, str, str], Opening] = {}
    second_openings: list[UUID] = []
    for one in kept:
        if isinstance(one.event, VialOpened):
            opening = _opening(one, one.event)
            label = (opening.site, opening.lot, opening.vial)
            first, second = sorted([openings.get(label, opening), opening], key=_rank)
            openings[label] = first
            if first.entry != second.entry:
                second_openings.append(second.entry)
        elif isinstance(one.event, VialWasted | VialReturned):
            line = _spent(one, one.event)
            lines.append(line)
            if line.vial:
                uses.append(
                    Use(
                        site=line.site,
                        lot=line.lot,
                        vial=line.vial,
                        source=line.source,
                        kind=line.kind,
                        spent=-line.doses,
                    )
                )
    return Gathered(
        lines=sorted(lines, key=lambda line: (line.site, line.lot, line.source)),
        uses=uses,
        openings=list(openings.values()),
        second_openings=second_openings,
    )


def _opening(kept: Kept[Event], event: VialOpened) -> Opening:
    return Opening(
        site=kept.site or "",
        lot=event.lot,
        # Two vials without a label are still two vials: each is named by its own line.
        vial=event.vial or str(event.id),
        opened_at=kept.occurred_at,
        opened_on=_day(kept),
        doses=event.doses,
        reason=event.reason or "",
        entry=event.id,
    )


def _spent(kept: Kept[Event], event: VialWasted | VialReturned) -> Line:
    return Line(
        site=kept.site or "",
        lot=event.lot,
        source=event.id,
        kind=MovementKind.WASTED if isinstance(event, VialWasted) else MovementKind.RETURNED,
        doses=-event.doses,
        day=_day(kept),
        vial=event.vial,
        reason=event.reason,
        entries=(event.id,),
    )


def _drawn(draws: Iterable[Draw], batch: UUID) -> tuple[list[Line], list[Use]]:
    by_lot: dict[tuple[str, str], list[Draw]] = defaultdict(list)
    by_vial: dict[tuple[str, str, str], int] = defaultdict(int)
    for draw in draws:
        by_lot[draw.site, draw.lot].append(draw)
        by_vial[draw.site, draw.lot, draw.vial or NO_LABEL] += draw.doses
    lines = [
        Line(
            site=site,
            lot=lot,
            source=batch,
            kind=MovementKind.DRAWN,
            doses=-sum(draw.doses for draw in of_lot),
            entries=tuple(draw.entry for draw in sorted(of_lot, key=lambda draw: (draw.occurred_at, draw.entry))),
        )
        for (site, lot), of_lot in by_lot.items()
    ]
    uses = [
        Use(site=site, lot=lot, vial=vial, source=batch, kind=MovementKind.DRAWN, drawn=drawn)
        for (site, lot, vial), drawn in by_vial.items()
    ]
    return lines, uses


def beyond_stock(lines: Sequence[Line], balances: dict[tuple[str, str], int]) -> Iterator[UUID]:
    """Yield the entries that took the last doses of a lot whose balance is now negative, one for each missing dose."""
    missing = {place: -doses for place, doses in balances.items() if doses < 0}
    for line in reversed(lines):
        place = (line.site, line.lot)
        for entry in reversed(line.entries):
            if missing.get(place, 0) > 0 and line.doses < 0:
                yield entry
                missing[place] -= max(1, -line.doses // len(line.entries))


def _rank(opening: Opening) -> tuple[datetime, int, str]:
    return opening.opened_at, opening.doses, opening.reason


def _day(kept: Kept[Event]) -> date | None:
    """Return the business day, or None: what happened at an impossible instant counts in no day."""
    return business_day(kept.occurred_at) if kept.plausible else None
