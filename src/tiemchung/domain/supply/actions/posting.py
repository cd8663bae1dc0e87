"""Lines of the ledger outside the chair, the locks under which they are written, and how a place's facts are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.places import queries as places
from tiemchung.domain.supply.actions.chair import post
from tiemchung.domain.supply.actions.gathering import Gathered, Line
from tiemchung.domain.supply.errors import PlaceUnknown, ReasonNeeded, StockShort
from tiemchung.domain.supply.values import MovementKind
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.events import Event
from tiemchung.plumbing import arrays, database
from tiemchung.plumbing.rowsecurity import reaching


def plain(lines: list[Line]) -> Gathered:
    """Return lines that touch no vial, as they are written."""
    return Gathered(lines=lines, uses=[], openings=[], second_openings=[])


def stock_line(
    source: UUID, kind: MovementKind, *, site: str, lot: str, doses: int, at: datetime, reason: str = ""
) -> Line:
    """Return a line of the ledger behind which one fact stands."""
    return Line(
        site=site,
        lot=lot,
        source=source,
        kind=kind,
        doses=doses,
        day=business_day(at),
        reason=reason,
        entries=(source,),
    )


def move(lines: Sequence[Line]) -> None:
    """Write lines and balances, in the order in which everybody locks balances."""
    post(plain(sorted(lines, key=lambda line: (line.site, line.lot))))


def tell(events: Sequence[Event], *, site: str, actor: Actor, now: datetime) -> None:
    """Append facts of a place. The action has asked the policy; the place may lie beyond what the session reads."""
    with reaching(Reach(sites=frozenset({site}))):
        journal.append(events, actor=actor, recorded_at=now, site=site)


def insist_on_reason(text: str, **facts: object) -> str:
    """Return the reason without blanks around it, or refuse one that says nothing."""
    reason = text.strip()
    if not reason:
        raise ReasonNeeded(**facts)
    return reason


def insist_on_place(site: str) -> None:
    """Refuse a code that is no site and no store."""
    if places.site(site) is None:
        raise PlaceUnknown(place=site)


def lock_balances(site: str, lots: Sequence[str]) -> dict[str, int]:
    """Lock what a place has of these lots until the transaction ends, and return the doses by lot."""
    return dict(
        database.rows(
            "select lot, doses from supply_balance where site = %s and lot = any(%b::text[]) order by lot for update",
            [site, arrays.texts(sorted(lots))],
        )
    )


def lock_lots(lots: Sequence[str]) -> None:
    """Keep anybody from holding or releasing these lots until the transaction ends; a hold under way is waited for."""
    database.rows(
        "select number from supply_lot where number = any(%b::text[]) order by number for share",
        [arrays.texts(sorted(lots))],
    )


def insist_on_stock(site: str, lot: str, *, wanted: int, free: int) -> None:
    """Refuse to take more than is free."""
    if wanted > free:
        raise StockShort(site=site, lot=lot, wanted=wanted, free=max(free, 0))
