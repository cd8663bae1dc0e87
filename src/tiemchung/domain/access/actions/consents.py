"""Consents of citizens: what another system may read of a book, until when, and taking that back at any moment.

Only for one's own book and a child's: whoever helps somebody opens the book for them and gives it to nobody else.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils.crypto import constant_time_compare

from tiemchung.domain.access import queries
from tiemchung.domain.access.errors import ConsentRefused, ConsentUnknown, GrantRefused
from tiemchung.domain.access.events import ConsentGiven, ConsentWithdrawn
from tiemchung.domain.access.queries.citizens import citizen_of
from tiemchung.domain.access.rules import codes
from tiemchung.domain.access.values import Relation
from tiemchung.domain.journal import actions as journal
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import database, sealing
from tiemchung.plumbing.rowsecurity import reaching

CODE_TERM = timedelta(minutes=10)
"""How long the code of a consent waits for its system, in real time: OAuth's own advice (RFC 6749, 4.1.2)."""
TERMS = (1, 30, 365)
"""For how many days access may be allowed. Ours; a year is the longest."""
_GIVES = frozenset({Relation.SELF, Relation.CHILD})

_KEEP = """
insert into access_consent (id, account, person, client, scopes, code_hash, code_ends_at, challenge, address, given_at, ends_at)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
on conflict (id) do update set code_hash = excluded.code_hash, code_ends_at = excluded.code_ends_at
where access_consent.account = excluded.account and access_consent.person = excluded.person
  and access_consent.client = excluded.client and access_consent.scopes = excluded.scopes
  and access_consent.spent_at is null and access_consent.withdrawn_at is null
returning (xmax = 0)
"""


def allow(
    account: UUID,
    link: UUID,
    *,
    client: str,
    scopes: Collection[str],
    days: int,
    consent: UUID,
    now: datetime,
    challenge: str = "",
    address: str = "",
) -> str:
    """Allow a registered system to read of the book behind a link of this account; return the code it takes that up with.

    Told again before the code was used, there is a new code and the one before holds no longer. Refuses a book that is
    not the account's own or its child's, and what the system may not ask a citizen for (`consent-refused`).
    """
    held = next((each for each in queries.links_of(account, purpose=Purpose.OWN, now=now) if each.id == link), None)
    partner = queries.partner(client)
    offered = partner.asks_citizens if partner else frozenset()
    wanted = sorted(set(scopes))
    if held is None or not held.proved or held.relation not in _GIVES:
        raise ConsentRefused
    if not wanted or not offered.issuperset(wanted) or days not in TERMS:
        raise ConsentRefused
    code, ends_at = codes.written(secrets.randbits(5 * codes.SLIP_LETTERS), codes.SLIP_LETTERS), now + timedelta(days)
    with reaching(Reach(account=account)):
        kept = database.row(
            _KEEP,
            [
                consent, account, held.person, client, wanted, _hash(code), datetime.now(tz=UTC) + CODE_TERM, challenge,
                address, now, ends_at,
            ],
        )  # fmt: skip
    if kept is None:
        raise ConsentRefused
    if kept[0]:
        given = ConsentGiven(
            id=uuid7(now),
            at=now,
            person=held.person,
            consent=consent,
            client=client,
            scopes=wanted,
            ends_on=business_day(ends_at),
        )
        _tell(given, account=account, person=held.person, now=now)
    return code


def withdraw_consent(account: UUID, consent: UUID, *, now: datetime) -> None:
    """Take a consent back: by whoever gave it, or whoever opens that book. From this moment its tokens open nothing."""
    with reaching(queries.citizen_actor(account, now=now).reach):
        ended = database.row(
            "update access_consent set withdrawn_at = %s where id = %s and withdrawn_at is null returning person",
            [now, consent],
        )
    if ended is None:
        raise ConsentUnknown
    told = ConsentWithdrawn(id=uuid7(now), at=now, person=ended[0], consent=consent)
    _tell(told, account=account, person=ended[0], now=now)


def take_up(code: str, *, client: str, verifier: str, address: str) -> UUID:
    """Spend a consent's code for the system that has proved to be this client; return the consent.

    Refuses alike a code that is unknown, used, expired or another client's, and one asked for by another request.
    """
    spent = database.row("select id, challenge, address from access_spend_consent(%s, %s)", [_hash(code), client])
    if spent is None:
        raise GrantRefused
    consent, challenge, asked_from = spent
    same = constant_time_compare(challenge, _challenge_of(verifier)) if challenge else not verifier
    if not same or asked_from != address:
        raise GrantRefused
    return UUID(str(consent))


def _challenge_of(verifier: str) -> str:
    """Return the challenge that a verifier answers (RFC 7636, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _hash(code: str) -> bytes:
    return sealing.lookup_hash("consent-code", codes.letters_of(code))


def _tell(event: Event, *, account: UUID, person: UUID, now: datetime) -> None:
    with reaching(Reach()):
        journal.append([event], actor=citizen_of(account), recorded_at=now, persons={event.id: person})
