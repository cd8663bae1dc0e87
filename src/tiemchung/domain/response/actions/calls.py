"""Citizens' calls. An incident is opened for a caller by possession: who holds the number is who is called back there.

Nobody is told anything about anybody on the telephone before that, and a caller's word alone opens nothing.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.crypto import constant_time_compare

from tiemchung.domain.access import policy as access
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices.values import Channel, Message
from tiemchung.domain.response import policy
from tiemchung.domain.response.actions import incidents
from tiemchung.domain.response.actions.telling import tell
from tiemchung.domain.response.errors import (
    CallCodeGone,
    CallCodesSpent,
    CallCodeWrong,
    CallNotDialed,
    CallUnknown,
    NumberUnreadable,
    WordsMissing,
)
from tiemchung.domain.response.events import CallCodeSent, CallDialed, CallDropped, CallerConfirmed, CallNoted
from tiemchung.domain.response.values import CODE_MINUTES, CODE_TRIES, CODES_A_DAY, CallHow
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database, sealing

DIGITS = 6
A_DAY = timedelta(days=1)


class _Locked(msgspec.Struct, frozen=True, kw_only=True):
    site: str
    words: str
    number: str
    number_hash: bytes
    dialed_by: UUID | None
    incident: UUID | None
    open: bool


def note_call(identifier: UUID, *, number: str, site: str, words: str, actor: Actor, now: datetime) -> None:
    """Note who called and what they said; the site is empty if they named none. The id of the form is the key.

    Refuses what is no number (`number-unreadable`), no words (`words-missing`), and who may not respond there.
    """
    if not policy.may_respond(actor, site):
        raise NotPermitted(site=site)
    digits, said = access.told_phone(number), words.strip()[: incidents.LONGEST_TEXT]
    if not digits:
        raise NumberUnreadable
    if not said:
        raise WordsMissing
    with transaction.atomic():
        fresh = database.run(
            "insert into response_call (id, noted_by, noted_at, site, number, number_hash, words) "
            "values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
            [
                identifier,
                actor.id,
                now,
                site,
                sealing.seal("identity", now.date(), digits.encode(), identifier.bytes),
                sealing.lookup_hash("phone", digits),
                sealing.seal("health", now.date(), said.encode(), identifier.bytes),
            ],
        )
        if fresh:
            tell(
                [CallNoted(id=uuid7(now), at=now, site=site or None, call=identifier, words=said)], actor=actor, now=now
            )


def dial(call: UUID, *, actor: Actor, purpose: Purpose, now: datetime) -> str:
    """Return a caller's whole number, to be called back; that it was shown is a fact of the journal.

    Refuses a call that is not there or no longer waits (`call-unknown`).
    """
    with transaction.atomic():
        found = _locked(call, actor=actor)
        if not found.open:
            raise CallUnknown(call=call)
        database.run("update response_call set dialed_by = %s where id = %s", [actor.id, call])
        tell(
            [CallDialed(id=uuid7(now), at=now, site=found.site or None, call=call, purpose=purpose)],
            actor=actor,
            now=now,
        )
        return found.number


def confirm_called_back(call: UUID, *, actor: Actor, now: datetime) -> UUID:
    """Open the incident of a caller who answered when called back, and return it; told again, the same one.

    Refuses a call whose number nobody has had shown (`call-not-dialed`).
    """
    with transaction.atomic():
        found = _locked(call, actor=actor)
        if found.incident is not None:
            return found.incident
        if found.dialed_by is None:
            raise CallNotDialed(call=call)
        return _confirm(call, found, how=CallHow.CALLED_BACK, actor=actor, now=now)


def send_code(call: UUID, *, actor: Actor, now: datetime) -> None:
    """Send six digits to a caller's number, to be read out on the line. Only the latest code counts; it stands 10 minutes.

    Refuses a sixth code for one number within a day (`call-codes-spent`).
    """
    with transaction.atomic():
        found = _locked(call, actor=actor)
        if not found.open:
            raise CallUnknown(call=call)
        # Of two calls in one number's name only one counts at a time.
        database.row("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [found.number_hash.hex()])
        sent = database.row(
            "select coalesce(sum(codes_sent), 0) from response_call where number_hash = %s and noted_at > %s",
            [found.number_hash, now - A_DAY],
        )
        if sent is not None and sent[0] >= CODES_A_DAY:
            raise CallCodesSpent
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        ends_at = datetime.now(tz=UTC) + timedelta(minutes=CODE_MINUTES)
        database.run(
            "update response_call set code = %s, code_ends_at = %s, tries = 0, codes_sent = codes_sent + 1 where id = %s",
            [_hashed(call, code), ends_at, call],
        )
        notices.send(
            [
                Message(
                    id=uuid7(),
                    channel=Channel.SMS,
                    template="call-code",
                    values={"code": code, "minutes": str(CODE_MINUTES)},
                    to_contact=found.number,
                    purpose="call",
                    site=found.site or None,
                    expires_at=ends_at,
                )
            ],
            now=now,
        )
        tell([CallCodeSent(id=uuid7(now), at=now, site=found.site or None, call=call)], actor=actor, now=now)


def confirm_code_read(call: UUID, *, code: str, actor: Actor, now: datetime) -> UUID:
    """Open the incident of a caller who has read out the code that was sent to their number, and return it.

    Refuses wrong digits (`call-code-wrong`); after the fifth time, or its ten minutes, the code is gone
    (`call-code-gone`).
    """
    with transaction.atomic():
        found = _locked(call, actor=actor)
        if found.incident is not None:
            return found.incident
        left = _tries_left(call)
        told = "".join(character for character in code if character.isdecimal())
        if left > 0 and constant_time_compare(_hashed(call, told), _code_of(call)):
            return _confirm(call, found, how=CallHow.CODE_READ, actor=actor, now=now)
        database.run("update response_call set tries = least(tries + 1, %s) where id = %s", [CODE_TRIES, call])
    # Only now, so that the try counts.
    raise CallCodeGone(call=call) if left <= 1 else CallCodeWrong(left=left - 1)


def _tries_left(call: UUID) -> int:
    found = database.row(
        "select case when code is not null and code_ends_at > now() then %s - tries else 0 end from response_call "
        "where id = %s",
        [CODE_TRIES, call],
    )
    return int(found[0]) if found else 0


def _code_of(call: UUID) -> bytes:
    found = database.row("select code from response_call where id = %s", [call])
    return bytes(found[0]) if found and found[0] is not None else b""


def _hashed(call: UUID, code: str) -> bytes:
    return sealing.lookup_hash("call-code", f"{call}:{code}")


def drop_call(call: UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """Lay a call aside: nobody holds the number, or there is nothing in it. Told again, nothing changes."""
    said = reason.strip()[: incidents.LONGEST_TEXT]
    if not said:
        raise WordsMissing
    with transaction.atomic():
        found = _locked(call, actor=actor)
        if found.open:
            database.run("update response_call set closed_at = %s where id = %s", [now, call])
            tell(
                [CallDropped(id=uuid7(now), at=now, site=found.site or None, call=call, reason=said)],
                actor=actor,
                now=now,
            )


def _confirm(call: UUID, found: _Locked, *, how: CallHow, actor: Actor, now: datetime) -> UUID:
    if not found.open:
        raise CallUnknown(call=call)
    incident = incidents.open_by_call(uuid7(now), call=call, site=found.site, subject=found.words, by=actor, now=now)
    database.run(
        "update response_call set how = %s, incident = %s, closed_at = %s, code = null where id = %s",
        [how, incident, now, call],
    )
    tell([CallerConfirmed(id=uuid7(now), at=now, site=found.site or None, call=call, how=how)], actor=actor, now=now)
    return incident


def _locked(call: UUID, *, actor: Actor) -> _Locked:
    row = database.row(
        "select site, words, dialed_by, incident, closed_at is null, number, number_hash from response_call where id = %s for update",
        [call],
    )
    if row is None or not policy.may_see(actor, row[0]):
        raise CallUnknown(call=call)
    if not policy.may_respond(actor, row[0]):
        raise NotPermitted(site=row[0])
    return _Locked(
        site=row[0],
        words=sealing.unseal(bytes(row[1]), call.bytes).decode(),
        number_hash=bytes(row[6]),
        number=sealing.unseal(bytes(row[5]), call.bytes).decode(),
        dialed_by=row[2],
        incident=row[3],
        open=row[4],
    )
