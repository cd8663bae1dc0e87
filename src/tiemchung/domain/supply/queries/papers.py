"""Papers of consignments, and what a logger's points mean for each lot that lies in its fridge."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from tiemchung.domain.supply import rules
from tiemchung.domain.supply.queries.stock import shelves
from tiemchung.domain.supply.values import FridgeShown, Logged, LotOutside, Media, PaperShown
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.plumbing import arrays, database


def papers_of(consignments: Collection[UUID]) -> list[PaperShown]:
    """Return the papers of these consignments, the first kept first."""
    return [
        PaperShown(
            id=row[0],
            consignment=row[1],
            name=row[2],
            media=Media(row[3]),
            size=row[4],
            sha256=row[5],
            told_by=row[6],
            kept_at=row[7],
        )
        for row in database.rows(
            "select id, consignment, name, media, size, sha256, told_by, kept_at from supply_paper "
            "where consignment = any(%b::uuid[]) order by kept_at, id",
            [arrays.uuids(list(consignments))],
        )
    ]


def paper(identifier: UUID, *, site: str) -> tuple[Media, str, bytes] | None:
    """Return kind, name and bytes of a paper kept at this place; None if there is none there."""
    found = database.row(
        "select media, name, content from supply_paper where id = %s and site = %s", [identifier, site]
    )
    return (Media(found[0]), found[1], bytes(found[2])) if found else None


def lots_outside(fridge: FridgeShown, points: Sequence[Logged]) -> list[LotOutside]:
    """Return for each lot in a fridge how long these points, in order, lie outside its own product's limits.

    The product's data judges, not the fridge's. A lot whose product tells no limits is left out.
    """
    products = vaccines.products()
    found = []
    for line in shelves(fridge.site):
        known = products.get(line.product or "")
        stored = rules.band_of(known.notes.get("storage_c")) if known else None
        band = rules.limits_of_lot(stored, thawed=line.thawed_on is not None)
        if line.fridge != fridge.code or known is None or band is None:
            continue
        minutes = rules.minutes_outside(points, band)
        outside = [point.temp_c for point in points if not band.holds(point.temp_c)]
        worst = max(outside, key=lambda temp: rules.beyond(temp, band), default=None)
        found.append(
            LotOutside(
                lot=line.lot, product=known.code, low_c=band.low_c, high_c=band.high_c, minutes=minutes, worst_c=worst
            )
        )
    return sorted(found, key=lambda each: (-each.minutes, each.lot))
