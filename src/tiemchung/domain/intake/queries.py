"""What waits at a site for its lead, kept whole and not counted; and what a site's devices wrote, for one of them."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from tiemchung.domain.intake import engine
from tiemchung.domain.intake.errors import CursorUnreadable
from tiemchung.domain.intake.values import RELEASABLE, AsideShown, Pulled, ToldByOther
from tiemchung.domain.journal import actions as journal_actions
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.journal.values import HeldAside, Position
from tiemchung.domain.visits.events import Arrived
from tiemchung.kernel.actor import Actor, Power
from tiemchung.kernel.clock import business_day, business_day_bounds
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted

SHOWN = 100
"""Entries on the lead's page. Ours: who has more has other worries than reading them one by one."""


def set_aside(site: str, *, purpose: Purpose, actor: Actor, viewed_at: datetime) -> list[AsideShown]:
    """Return what is set aside at a site, the oldest first: which kind of entry, by whom, from which device, about whom, why.

    For the lead who holds it against stock and persons; the view is logged. Refuses who may not attest at the site.
    """
    if not actor.can(Power.ATTEST) or not actor.reaches(site):
        raise NotPermitted(site=site)
    held = journal.set_aside_of(site, limit=SHOWN)
    told = [engine.read(one.line, one.seq) for one in held]
    names = {event.person: event.block.name for event in told if isinstance(event, Arrived) and event.block}
    shown = []
    for one, event in zip(held, told, strict=True):
        if isinstance(event, engine.Unread):
            shown.append(_unread(one))
            continue
        person = engine.person_of(event)
        shown.append(
            AsideShown(
                id=one.id,
                device=one.device,
                reason=one.reason,
                recorded_at=one.recorded_at,
                kind=event.kind(),
                staff=event.staff,
                told_at=engine.occurred_at(event),
                releasable=one.reason in RELEASABLE,
                person=person,
                name=names.get(person, "") if person else "",
                lot=getattr(event, "lot", None) or "",
                vial=getattr(event, "vial", None) or "",
            )
        )
    journal_actions.log_views(
        sorted({one.person for one in shown if one.person}),
        actor=actor,
        purpose=purpose,
        viewed_at=viewed_at,
        site=site,
    )
    return shown


def count_aside(site: str, *, actor: Actor) -> int:
    """Return how many entries are set aside at a site and wait for its lead."""
    if not actor.can(Power.ATTEST) or not actor.reaches(site):
        raise NotPermitted(site=site)
    return journal.waits_aside_at(site)


def _unread(held: HeldAside) -> AsideShown:
    return AsideShown(
        id=held.id,
        device=held.device,
        reason=held.reason,
        recorded_at=held.recorded_at,
        kind=None,
        staff=None,
        told_at=None,
        releasable=False,
    )


PULLED_ENTRIES, PULLED_BYTES = 500, 256 * 1024
"""Entries and bytes of one stretch. Ours: a slow line has it in seconds, and a hall's morning is some dozen of them."""
_CURSOR = re.compile(r"([0-9]{1,19})-([0-9]{1,19})")
_LAST = 2**63 - 1


def told_by_others(
    site: str, *, device: UUID, after: str | None, purpose: Purpose, actor: Actor, viewed_at: datetime
) -> Pulled:
    """Return what a site's other devices and pages wrote after a place, for one of its devices; the views are logged.

    Without a place it begins with the business day. Entries come once they are settled, so that none is ever missed.
    What no tablet may send (a room's own facts) is left out. Refuses a cursor that is none of ours (`cursor-unreadable`).
    """
    place = _place(after)
    if place is None:
        place = journal.beginning_of(site, business_day_bounds(business_day(viewed_at))[0])
    window = journal.of_site_after(site, place, limit=PULLED_ENTRIES)
    others: list[ToldByOther] = []
    own: list[tuple[UUID, int]] = []
    seen: set[UUID] = set()
    room, end = PULLED_BYTES, window.end
    for entry in window.entries:
        if entry.device == device:
            own.append((entry.id, entry.seq))
        elif entry.kind in engine.CHAIR_KINDS:
            line = entry.body
            room -= len(line)
            if room < 0 and others:
                break
            event = engine.read(line, entry.seq)
            if not isinstance(event, engine.Unread):
                others.append(
                    ToldByOther(device=entry.device, seq=entry.seq, recorded_at=entry.recorded_at, event=event)
                )
                seen |= {entry.person} if entry.person else set()
        end = entry.position
    journal_actions.log_views(sorted(seen), actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
    return Pulled(
        after=f"{end.transaction}-{end.sequence}", more=window.full or end != window.end, others=others, own=own
    )


def _place(cursor: str | None) -> Position | None:
    if cursor is None:
        return None
    told = _CURSOR.fullmatch(cursor)
    if told is None or max(int(told[1]), int(told[2])) > _LAST:
        raise CursorUnreadable
    return Position(int(told[1]), int(told[2]))
