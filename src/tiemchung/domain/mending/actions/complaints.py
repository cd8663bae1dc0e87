"""Filing a complaint. Anybody may, without an account; somebody must answer it, and its case says who and until when."""

from __future__ import annotations

from datetime import datetime

import msgspec

from tiemchung.domain.access import policy as access
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.mending import queries, rules
from tiemchung.domain.mending.actions.opening import Opening, open_case
from tiemchung.domain.mending.errors import (
    ComplaintEmpty,
    ComplaintKindUnknown,
    ComplaintSentBefore,
    ComplaintTooLong,
    PhoneUnreadable,
)
from tiemchung.domain.mending.events import ComplaintReceived
from tiemchung.domain.mending.values import (
    CENTER,
    LONGEST_STORY,
    AskedIn,
    ComplaintFiled,
    ComplaintTold,
    Origin,
)
from tiemchung.domain.places import queries as places
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.plumbing import database, rowsecurity, sealing

_FILE = """
insert into mending_complaint (id, number_hash, kind, site, filed_at, due_at, state, sealed)
values (%s, %b, %s, %s, %s, %s, 'open', %b) on conflict (id) do nothing
"""


def file_complaint(told: ComplaintTold, *, actor: Actor, now: datetime) -> ComplaintFiled:
    """Keep a complaint, open its case, and return its number, under which it is asked for. Sent twice, it is filed once.

    Refuses an unknown kind, an empty or an overlong story and a phone that is none; a site nobody knows is left out,
    for the complaint matters more. The story and the phone are stored sealed, and the number by its keyed hash.
    """
    kind = queries.complaint_kinds().get(told.kind)
    if kind is None or kind.asked_in is not AskedIn.PORTAL:
        raise ComplaintKindUnknown(kind=told.kind)
    story = told.story.replace("\r\n", "\n").strip()
    if not story:
        raise ComplaintEmpty
    if len(story) > LONGEST_STORY:
        raise ComplaintTooLong(most=LONGEST_STORY, letters=len(story))
    phone = access.told_phone(told.phone)
    if told.phone and not phone:
        raise PhoneUnreadable
    site = told.site if told.site and places.site(told.site) else ""
    number, due_at = rules.new_number(), now + kind.answered_within
    body = msgspec.json.encode({"number": number, "story": story, "phone": phone})
    with rowsecurity.reaching(Reach(sites=frozenset({site or CENTER}))):
        values = [
            told.id,
            sealing.lookup_hash("complaint", number),
            kind.code,
            site,
            now,
            due_at,
            sealing.seal("health", now.date(), body, told.id.bytes),
        ]
        if not database.run(_FILE, values):
            return _filed_before(told, story=story, phone=phone)
        journal.append(
            [ComplaintReceived(id=told.id, at=now, topic=kind.code)], actor=actor, recorded_at=now, site=site
        )
        case = Opening(id=told.id, kind=kind, origin=Origin.PORTAL, number=number, due_at=due_at, site=site)
        open_case(case, actor=actor, now=now)
    return ComplaintFiled(number=number, due_at=due_at)


def _filed_before(told: ComplaintTold, *, story: str, phone: str | None) -> ComplaintFiled:
    """Return the receipt of a complaint that was filed under this id already, with these very words and no others."""
    found = database.row("select due_at, sealed from mending_complaint where id = %s", [told.id])
    if found is None:
        raise ComplaintSentBefore
    kept = msgspec.json.decode(sealing.unseal(bytes(found[1]), told.id.bytes))
    if (kept["story"], kept["phone"]) != (story, phone):
        raise ComplaintSentBefore
    return ComplaintFiled(number=kept["number"], due_at=found[0])
