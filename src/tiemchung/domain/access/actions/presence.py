"""Presence: whoever stands at a desk opens their record to those who serve them there, for a quarter of an hour.

A book's signed code opens the record. A card or a typed number is no proof that its holder stands there: it opens doses,
days and warnings. Each opening is a fact, the looks are logged as all looks are, and the person is told.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction

from tiemchung.domain.access.actions.asking import count_up
from tiemchung.domain.access.errors import CodeSpent, LookUpsSpent, PresenceRefused
from tiemchung.domain.access.events import PresenceOpened
from tiemchung.domain.access.policy import may_serve
from tiemchung.domain.access.queries import citizens
from tiemchung.domain.access.queries.presence import presence as presence_at
from tiemchung.domain.access.rules import presence
from tiemchung.domain.access.values import Presence, ShownHow
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices.values import Channel, Message
from tiemchung.domain.places import queries as places
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database, keys
from tiemchung.plumbing.rowsecurity import reaching

PRESENCE_TERM = timedelta(minutes=15)
"""How long a presence opens the record, in real time (DESIGN, Trust)."""
LOOK_UPS_A_DAY = 400
"""Persons whom one member of the staff may look up in a day: twice what a busy reception sees. Ours."""
CODE_KEY = "presence"
_TOLD = UUID("0190b3f6-7f34-7cc2-8d53-2f6a6f0d9b11")
"""Under which a message of one person, site and day has one id, so that nobody is told twice."""


def code_of_book(account: UUID, link: UUID) -> str:
    """Return the code of this half minute by which a desk opens the book of one of this account's proved links."""
    with reaching(Reach(account=account)):
        held = citizens.own_link(account, link)
    if not held.proved:
        raise PresenceRefused
    return presence.code_of(link, secret=keys.secret(CODE_KEY), at=datetime.now(tz=UTC))


@transaction.atomic
def open_by_code(text: str, *, by: Actor, site: str, now: datetime) -> Presence:
    """Open the record of whoever showed their book's code at this desk. Refuses alike a code that is old, ended or no code.

    A code is spent by its first scan: scanned here again, it is the presence that it opened; elsewhere it is refused
    (`presence-code-spent`), for nobody stands at two sites within a minute.
    """
    if not may_serve(by, site=site):
        raise NotPermitted(site=site)
    link = presence.link_in(text, secret=keys.secret(CODE_KEY), at=datetime.now(tz=UTC))
    found = None if link is None else database.row("select person from access_shown_link(%s)", [link])
    if found is None:
        raise PresenceRefused
    identifier = uuid7(datetime.now(tz=UTC))
    spent_at, spent_for = _spend(presence.letters_of(text), site=site, presence_id=identifier)
    if spent_at != site:
        raise CodeSpent
    if spent_for != identifier:
        standing = presence_at(spent_for, site=site, actor=by, purpose=Purpose.CARE)
        if standing is None:
            raise PresenceRefused
        return standing
    opened = {found[0]: identifier}
    return _open(opened, how=ShownHow.CODE, visit=None, by=by, site=site, now=now)[0]


def _spend(letters: str, *, site: str, presence_id: UUID) -> tuple[str, UUID]:
    """Return at which site a code was scanned first, and which presence it opened there; this may be now and here."""
    hashed = hmac.digest(keys.secret(CODE_KEY), b"tc/presence-spent/1" + letters.encode(), "sha256")
    # Another desk's scan that is not committed yet is waited for.
    database.run(
        "insert into access_spentcode (code_hash, presence, site, expires_at) values (%b, %s, %s, now() + interval '5 minutes') "
        "on conflict do nothing",
        [hashed, presence_id, site],
    )
    return database.rows("select site, presence from access_spentcode where code_hash = %b", [hashed])[0]


@transaction.atomic
def open_as_told(
    persons: Collection[UUID], *, how: ShownHow, visit: UUID, by: Actor, site: str, now: datetime
) -> list[Presence]:
    """Open doses, days and warnings of those who were found by what was shown or told, for one visit; they are told by message."""
    if not may_serve(by, site=site):
        raise NotPermitted(site=site)
    real = datetime.now(tz=UTC)
    opened = _open({one: uuid7(real) for one in sorted(persons)}, how=how, visit=visit, by=by, site=site, now=now)
    place = places.site(site)
    notices.send(
        [
            Message(
                id=uuid5(_TOLD, f"{one.person}\0{site}\0{business_day(now)}"),
                channel=Channel.SMS,
                template="number-shown",
                values={
                    "place": (place.name if place else site)[:60],
                    "link": f"{settings.TIEMCHUNG_PUBLIC_URL}/so-suc-khoe/",
                },
                to_person=one.person,
                purpose="number-shown",
                site=site,
            )
            for one in opened
        ],
        now=now,
    )
    return opened


def count_look_up(by: Actor) -> None:
    """Count one more person whom this member of the staff looks up today; beyond the day's budget it is refused."""
    if by.id is not None and count_up("look-up", str(by.id)) > LOOK_UPS_A_DAY:
        raise LookUpsSpent(most=LOOK_UPS_A_DAY)


def _open(
    persons: Mapping[UUID, UUID], *, how: ShownHow, visit: UUID | None, by: Actor, site: str, now: datetime
) -> list[Presence]:
    """Open the record of each of these persons under the presence's id."""
    if not persons:
        return []
    real = datetime.now(tz=UTC)
    opened = [
        Presence(id=identifier, person=person, site=site, how=how, visit=visit, ends_at=real + PRESENCE_TERM)
        for person, identifier in persons.items()
    ]
    database.run(
        "insert into access_presence (person_id, id, site, how, visit, by, opened_at, ends_at) "
        "select p, i, %s, %s, %s, %s, %s, %s from unnest(%b::uuid[], %b::uuid[]) as x(p, i)",
        [
            site,
            how,
            visit,
            by.id,
            real,
            real + PRESENCE_TERM,
            arrays.uuids([one.person for one in opened]),
            arrays.uuids([one.id for one in opened]),
        ],
    )
    events = [PresenceOpened(id=one.id, at=now, person=one.person, how=how) for one in opened]
    journal.append(events, actor=by, recorded_at=now, site=site, persons={one.id: one.person for one in opened})
    return opened
