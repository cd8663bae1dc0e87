"""What can be done in movement: declare a journey, check what a traveler shows, keep that somebody passed, forget."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tiemchung.domain.certificates import actions as certificates
from tiemchung.domain.certificates.values import Word
from tiemchung.domain.movement import engine, policy, queries
from tiemchung.domain.movement.errors import DeclarationIncomplete
from tiemchung.domain.movement.events import Passed
from tiemchung.domain.movement.values import Checked, CheckWhy, Decision, Declared, Live
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Checkpoint, Era
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.events import Kept
from tiemchung.kernel.finding import Finding
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database, keys, sealing

DECLARATION_KEY = "movement-declarations-1"
LIVE_KEY = "movement-live-1"
AHEAD = timedelta(days=7)
"""How long before a journey it may be declared. Ours."""
TOO_SOON = timedelta(minutes=15)
"""Within this time nobody is at two checkpoints: a code seen at both was copied. Ours, to be set by the road."""
FORGOTTEN_AFTER_DAYS = 14
"""After so many days passages are removed and the keys of their day destroyed. Ours: the length of a contact trace."""
_FORGETS_BACK_DAYS = 30
_OLDEST = 120

_INSERT = """
insert into movement_passage (id, occurred_at, day, site, checkpoint, commune, verdict, rule, bearer)
select * from unnest(%b::uuid[], %b::timestamptz[], %b::date[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[],
    %b::text[])
on conflict do nothing
"""


Told: TypeAlias = tuple[Era, str]
"""A unit as a traveler names it: a province, a district or a commune, by era and code."""


def declare(*, name: str, born_year: int, origin: Told, destination: Told, day: date, now: datetime) -> str:
    """Return the text of a new declaration's code. Nothing is stored: the code carries what was declared, signed."""
    today = business_day(now)
    initials = engine.initials(name)
    known = all(places.unit(era, code) is not None for era, code in (origin, destination))
    possible = today.year - _OLDEST <= born_year <= today.year and today <= day <= today + AHEAD
    if not initials or not known or not possible:
        raise DeclarationIncomplete
    declared = Declared(
        identifier=str(uuid7(now)),
        initials=initials,
        born_year=born_year,
        origin=origin[1],
        destination=destination[1],
        day=day,
        origin_era=origin[0],
        destination_era=destination[0],
    )
    key = keys.signing_key(DECLARATION_KEY)
    return engine.sign(declared, kid=_kid(key.public_key()), key=key, issued_at=now)


def declared(text: str) -> Declared | None:
    """Return what a declaration of ours says; None for any other text."""
    public = keys.signing_key(DECLARATION_KEY).public_key()
    return engine.read(text, kid=_kid(public), key=public)


def _kid(public: ec.EllipticCurvePublicKey) -> bytes:
    return hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()[:8]


def turning(text: str, *, real_now: datetime) -> str:
    """Return a certificate's or declaration's text with the code of this half minute, for its bearer's screen."""
    return engine.wrap(text, secret=keys.secret(LIVE_KEY), at=real_now)


def check(shown: str, *, checkpoint: Checkpoint, actor: Actor, now: datetime, real_now: datetime) -> Checked:
    """Say what an officer is told about what a traveler shows. Nothing is stored.

    Refuses who may not check here (`not-permitted`). `real_now` is the machine's clock, by which codes turn.
    """
    if not policy.may_check(actor, checkpoint):
        raise NotPermitted(site=checkpoint.code)
    text, live = engine.unwrap(shown.strip(), secret=keys.secret(LIVE_KEY), at=real_now)
    told = declared(text)
    found = _declaration(told, now=now) if told else _certificate(text, checkpoint=checkpoint, now=now)
    return _look_closer(found, live, checkpoint=checkpoint, now=now)


def _certificate(text: str, *, checkpoint: Checkpoint, now: datetime) -> Checked:
    verdict = certificates.verify(text, now=now)
    token = _token(verdict.bearer.identifier, now=now) if verdict.bearer else ""
    if verdict.word is Word.PASS and (zone := _zone_asking(checkpoint, now=now)):
        why = CheckWhy.ZONE_HERE
        return Checked(word=Word.LOOK, why=why, rule=why, token=token, certificate=verdict, zone=zone)
    return Checked(word=verdict.word, why=verdict.why, rule=verdict.why, token=token, certificate=verdict)


def _zone_asking(checkpoint: Checkpoint, *, now: datetime) -> str:
    """Return the level of the zone that the checkpoint lies in and whose decision asks for a look at certificates too."""
    met = places.zones_met(checkpoint.era, checkpoint.commune_code, business_day(now))
    return next((each.zone.level for each in met if each.whole and each.zone.asks_certificates), "")


def _declaration(told: Declared, *, now: datetime) -> Checked:
    token = _token(told.identifier, now=now)
    if told.day != business_day(now):
        why = CheckWhy.DECLARED_OTHER_DAY
        return Checked(word=Word.STOP, why=why, rule=why, token=token, declared=told)
    ends = ((told.origin_era, told.origin), (told.destination_era, told.destination))
    closed = [met for era, code in ends for met in places.zones_met(era, code, told.day) if met.zone.closed]
    met = min(closed, key=lambda met: not met.whole, default=None)
    if met is not None:
        why = CheckWhy.ZONE_CLOSED if met.whole else CheckWhy.ZONE_WITHIN
        return Checked(word=Word.LOOK, why=why, rule=why, token=token, declared=told, zone=met.zone.level)
    why = CheckWhy.DECLARED
    return Checked(word=Word.PASS, why=why, rule=why, token=token, declared=told)


def _token(identifier: str, *, now: datetime) -> str:
    return engine.token(identifier, secret=keys.secret(_token_key(business_day(now))))


def _token_key(day: date) -> str:
    return f"bearer-{day.isoformat()}"


def _look_closer(found: Checked, live: Live, *, checkpoint: Checkpoint, now: datetime) -> Checked:
    """Ask for a look where the signature is right and yet it may be somebody else's."""
    why: CheckWhy | None = None
    if live is Live.OLD:
        why = CheckWhy.OLD_CODE
    elif found.token and queries.seen_elsewhere(found.token, since=now - TOO_SOON, checkpoint=checkpoint.code):
        why = CheckWhy.SEEN_ELSEWHERE
    if why is None or found.word is Word.STOP:
        return _with(found, live=live)
    return _with(found, live=live, word=Word.LOOK, why=why)


def _with(found: Checked, *, live: Live, word: Word | None = None, why: CheckWhy | None = None) -> Checked:
    return Checked(
        word=word or found.word,
        why=why or found.why,
        rule=why or found.rule,
        token=found.token,
        live=live,
        certificate=found.certificate,
        declared=found.declared,
        zone=found.zone,
    )


def passage(
    identifier: UUID, *, checkpoint: Checkpoint, decision: Decision, rule: str, token: str, actor: Actor, now: datetime
) -> Passed:
    """Return the fact that somebody was checked, for intake. Refuses who may not check here (`not-permitted`)."""
    if not policy.may_check(actor, checkpoint):
        raise NotPermitted(site=checkpoint.code)
    return Passed(id=identifier, at=now, checkpoint=checkpoint.code, verdict=decision, rule=rule, bearer=token)


def fold(kept: Sequence[Kept[Passed]]) -> list[Finding]:
    """Keep passages; told twice, nothing changes."""
    if not kept:
        return []
    found = {code: places.checkpoint(code) for code in {one.event.checkpoint for one in kept}}
    communes = {code: known.commune_code if known else "" for code, known in found.items()}
    database.run(
        _INSERT,
        [
            arrays.uuids([one.event.id for one in kept]),
            arrays.instants([one.occurred_at for one in kept]),
            arrays.dates([business_day(one.occurred_at) for one in kept]),
            arrays.texts([one.site or "" for one in kept]),
            arrays.texts([one.event.checkpoint for one in kept]),
            arrays.texts([communes[one.event.checkpoint] for one in kept]),
            arrays.texts([one.event.verdict for one in kept]),
            arrays.texts([one.event.rule for one in kept]),
            arrays.texts([one.event.bearer for one in kept]),
        ],
    )
    return []


def forget(*, now: datetime) -> int:
    """Remove passages whose days are over and destroy their keys; returns how many passages. The chains stay whole."""
    last = business_day(now) - timedelta(days=FORGOTTEN_AFTER_DAYS)
    gone = database.run("delete from movement_passage where day < %s", [last])
    for back in range(1, _FORGETS_BACK_DAYS + 1):
        day = last - timedelta(days=back)
        keys.destroy(_token_key(day))
        keys.destroy(sealing.key_name("passed", day))
    return gone
