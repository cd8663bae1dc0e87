"""Filing a complaint. Anybody may, without an account; somebody must answer it, and its case says who and until when."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from tiemchung.domain.access import policy as access
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.mending import queries, rules
from tiemchung.domain.mending.actions import slips
from tiemchung.domain.mending.actions.opening import Opening, open_case
from tiemchung.domain.mending.errors import (
    ComplaintEmpty,
    ComplaintKindUnknown,
    ComplaintSentBefore,
    ComplaintTooLong,
    PhoneUnreadable,
    SlipsTooMany,
)
from tiemchung.domain.mending.events import ComplaintReceived
from tiemchung.domain.mending.values import (
    CENTER,
    LONGEST_FACT,
    LONGEST_STORY,
    MISSING,
    MOST_SLIPS,
    AskedIn,
    ComplaintFiled,
    ComplaintTold,
    Origin,
    ToldFacts,
)
from tiemchung.domain.places import queries as places
from tiemchung.kernel.actor import Actor, ActorKind, Reach
from tiemchung.plumbing import database, rowsecurity, sealing

_FILE = """
insert into mending_complaint (id, number_hash, kind, site, filed_at, due_at, state, sealed)
values (%s, %b, %s, %s, %s, %s, 'open', %b) on conflict (id) do nothing
"""


def file_complaint(told: ComplaintTold, *, actor: Actor, now: datetime) -> ComplaintFiled:
    """Keep a complaint, open its case, and return its number, under which it is asked for. Sent twice, it is filed once.

    Refuses an unknown kind, an empty or an overlong story, a phone that is none, too many photos and one that cannot be read; a site
    nobody knows is left out, for the complaint matters more. A missing dose of a mobile team goes to the team, where exactly
    one fits what was told of it. What was told is stored sealed, the number by its keyed hash.
    """
    kind = queries.complaint_kinds().get(told.kind)
    if kind is None or kind.asked_in is not AskedIn.PORTAL:
        raise ComplaintKindUnknown(kind=told.kind)
    letter = _letter(told)
    if len(told.slips) > MOST_SLIPS:
        raise SlipsTooMany(most=MOST_SLIPS)
    drawn = [slips.drawn(content) for content in told.slips]
    site = told.site if told.site and places.site(told.site) else ""
    if not site and kind.code in MISSING and told.dose is None:
        site = queries.team_told(ToldFacts(**{name: letter.get(name, "") for name in ToldFacts.__struct_fields__}))
    commune = "" if site else told.commune
    number, due_at = rules.new_number(), now + kind.answered_within
    body = msgspec.json.encode({"number": number, **letter})
    reach = Reach(sites=frozenset({site or CENTER}), communes=frozenset({commune} - {""}))
    with rowsecurity.reaching(reach):
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
            return _filed_before(told, letter)
        journal.append(
            [ComplaintReceived(id=told.id, at=now, topic=kind.code)], actor=actor, recorded_at=now, site=site
        )
        case = Opening(
            id=told.id,
            kind=kind,
            origin=_origin(told, actor),
            number=number,
            due_at=due_at,
            site=site,
            commune=commune,
            person=told.person,
            dose=told.dose,
            phone=letter["phone"],
            confirmed=bool(letter["phone"]) and letter["phone"] == access.told_phone(told.account_phone),
        )
        open_case(case, actor=actor, now=now)
        slips.keep(told.id, drawn, now=now)
    return ComplaintFiled(number=number, due_at=due_at)


def confirm_phone(case: UUID, *, phone: str, is_theirs: bool, now: datetime) -> bool:
    """Note that whoever is signed in by this phone sent a complaint, or that they did not: then it is their phone's no more.

    False if the complaint names another phone, or if they said before that they sent it.
    """
    found = database.row(
        "select mending_confirm_phone(%s, %b, %s, %s)", [case, queries.phone_hash(phone), is_theirs, now]
    )
    return bool(found and found[0])


def _letter(told: ComplaintTold) -> dict[str, str]:
    """Return what is kept of a complaint's words. Refuses what cannot be answered: no story, too long a one, no phone."""
    story = told.story.replace("\r\n", "\n").strip()
    if not story:
        raise ComplaintEmpty
    if len(story) > LONGEST_STORY:
        raise ComplaintTooLong(most=LONGEST_STORY, letters=len(story))
    phone = access.told_phone(told.phone)
    if told.phone and not phone:
        raise PhoneUnreadable
    facts = {name: " ".join(getattr(told, name).split())[:LONGEST_FACT] for name in ToldFacts.__struct_fields__}
    return {"story": story, "phone": phone, **{name: said for name, said in facts.items() if said}}


def _origin(told: ComplaintTold, actor: Actor) -> Origin:
    if actor.kind is ActorKind.STAFF:
        return Origin.DESK
    return Origin.ACCOUNT if told.person else Origin.PORTAL


def _filed_before(told: ComplaintTold, letter: dict[str, str]) -> ComplaintFiled:
    """Return the receipt of a complaint that was filed under this id already, with these very words and no others."""
    found = database.row("select due_at, sealed from mending_complaint where id = %s", [told.id])
    if found is None:
        raise ComplaintSentBefore
    kept = msgspec.json.decode(sealing.unseal(bytes(found[1]), told.id.bytes))
    if {name: said for name, said in kept.items() if name != "number"} != letter:
        raise ComplaintSentBefore
    return ComplaintFiled(number=kept["number"], due_at=found[0])
