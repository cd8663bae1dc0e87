"""Scans of paper slips on a site's bench: kept, taken by one typist at a time, done with, and their pictures erased.

What is typed from one is a dose like any other and goes through intake; here stands only which slip it came from.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from uuid import UUID

from tiemchung.domain.mending import policy
from tiemchung.domain.mending.actions.slips import drawn
from tiemchung.domain.mending.errors import ScanTakenAlready
from tiemchung.domain.mending.values import ScanState, UnreadableWhy
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database, sealing
from tiemchung.plumbing.rowsecurity import reaching

HELD_FOR = timedelta(minutes=30)
"""How long a scan stays with a typist who says nothing more of it; then the next one may have it. Ours."""
SETTLED_KEPT_FOR, LEFT_KEPT_FOR = timedelta(days=30), timedelta(days=180)
"""How long the picture of a slip is kept once it is done with, time for the second person to look at it, and of one that
nobody came to. The paper itself is the file. Ours."""
_KEEP = """
insert into mending_scan (id, site, given_on, state, by, kept_at, digest, sealed)
values (%s, %s, %s, 'waiting', %s, %s, %b, %b) on conflict do nothing returning id
"""
_FREE = "(state = 'waiting' or state = 'typing' and (typist = %s or taken_at < %s))"
_NEXT = f"""
select id from mending_scan where site = %s and given_on = %s and {_FREE}
order by state = 'typing' and typist = %s desc, id limit 1
"""
_TAKE = f"""
update mending_scan set state = 'typing', typist = %s, taken_at = %s where id = %s and site = %s and {_FREE} returning id
"""
_MINE = "id = %s and site = %s and state = 'typing' and typist = %s"
_FORGET = """
update mending_scan set sealed = null
where sealed is not null and (settled_at < %s or settled_at is null and kept_at < %s)
"""


def keep_scan(content: bytes, *, site: str, given_on: date, actor: Actor, now: datetime) -> UUID | None:
    """Lay a photo of a slip into the queue of a site's day; None where the same picture lies there already.

    Refuses who neither types nor leads at the site, one above 5 MB (`slip-too-large`) and what is none (`slip-unreadable`).
    The picture is drawn before any transaction is opened: a phone's takes a second.
    """
    if not policy.may_bring_scans(actor, site):
        raise NotPermitted(site=site)
    picture, scan = drawn(content), uuid7(now)
    digest = sealing.lookup_hash("scan", hashlib.sha256(picture).hexdigest())
    sealed = sealing.seal("health", now.date(), picture, scan.bytes)
    with reaching(actor.reach):
        kept = database.row(_KEEP, [scan, site, given_on, actor.id, now, digest, sealed])
    return scan if kept else None


def take_next_scan(*, site: str, given_on: date, actor: Actor, now: datetime) -> UUID | None:
    """Take the first scan of the queue that nobody has in hand, one's own before any other; None once it is empty."""
    _insist_on_typing(actor, site)
    while (first := database.row(_NEXT, [site, given_on, actor.id, now - HELD_FOR, actor.id])) is not None:
        # Of two typists who saw the same one, the second finds it taken and looks for the next.
        if _taken(first[0], site=site, actor=actor, now=now):
            return UUID(str(first[0]))
    return None


def take_scan(scan: UUID, *, site: str, actor: Actor, now: datetime) -> None:
    """Take one scan in hand. Refuses one that somebody else types or that is done with (`scan-taken-already`)."""
    _insist_on_typing(actor, site)
    if not _taken(scan, site=site, actor=actor, now=now):
        raise ScanTakenAlready


def lay_back(scan: UUID, *, site: str, actor: Actor) -> None:
    """Lay a scan that one has in hand, or one that was set aside, back into the queue."""
    _insist_on_typing(actor, site)
    back = (
        "update mending_scan set state = 'waiting', typist = null, taken_at = null, settled_at = null, reason = null "
        "where id = %s and site = %s and (state = 'typing' and typist = %s or state in ('unreadable', 'duplicate')) "
        "returning id"
    )
    if database.row(back, [scan, site, actor.id]) is None:
        raise ScanTakenAlready


def set_scan_aside(scan: UUID, *, site: str, why: UnreadableWhy | None, actor: Actor, now: datetime) -> None:
    """Say of a scan that one has in hand that it cannot be read and why, or without a reason that it is a duplicate."""
    state = ScanState.UNREADABLE if why else ScanState.DUPLICATE
    _insist_on_typing(actor, site)
    settled = f"update mending_scan set state = %s, reason = %s, settled_at = %s where {_MINE} returning id"
    if database.row(settled, [state, why, now, scan, site, actor.id]) is None:
        raise ScanTakenAlready


def scan_entered(scan: UUID, *, site: str, visit: UUID, person: UUID, actor: Actor, now: datetime) -> None:
    """Say of a scan that one has in hand which visit was typed from it. Refuses any other (`scan-taken-already`)."""
    _insist_on_typing(actor, site)
    entered = f"update mending_scan set state = 'entered', visit = %s, person = %s, settled_at = %s where {_MINE} returning id"
    if database.row(entered, [visit, person, now, scan, site, actor.id]) is None:
        raise ScanTakenAlready


def forget_scans(*, now: datetime) -> None:
    """Erase the pictures of slips that were done with, or left lying, long ago. A worker's work."""
    database.run(_FORGET, [now - SETTLED_KEPT_FOR, now - LEFT_KEPT_FOR])


def _insist_on_typing(actor: Actor, site: str) -> None:
    if not policy.may_type_scans(actor, site):
        raise NotPermitted(site=site)


def _taken(scan: UUID, *, site: str, actor: Actor, now: datetime) -> bool:
    return database.row(_TAKE, [actor.id, now, scan, site, actor.id, now - HELD_FOR]) is not None
