"""Signing in by a code that is sent to a phone, and out again. All times here are real ones.

Asking never looks whether an account exists: known and unknown numbers run the same statements. A stranger who asks for
somebody's number spends their own limits; the owner, elsewhere, keeps theirs, and beyond them work, a call or a site.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from tiemchung.domain.access import policy
from tiemchung.domain.access.actions.asking import count_up
from tiemchung.domain.access.errors import (
    CodeGone,
    CodeNeedsWork,
    CodesSpent,
    CodeWrong,
    DeskCodesSpent,
    PhoneNotTaken,
)
from tiemchung.domain.access.queries import signing as queries
from tiemchung.domain.access.rules import codes, work
from tiemchung.domain.access.values import Asked
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices import queries as notices_queries
from tiemchung.domain.notices.values import Channel, Kind, Message
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database, sealing
from tiemchung.plumbing.rowsecurity import looking

CODE_TERM = timedelta(minutes=5)
TRIES = 5
ASKED_FROM_ONE_PLACE = 5
"""Codes a day for one number from one browser, and for one number from one address."""
ASKED_FOR_ONE_NUMBER = 20
"""Codes a day for one number from everywhere, before the next costs work."""
CALLS_FOR_ONE_NUMBER = 3
"""Calls a day for one number beyond these limits, without work. Ours."""
RESEND_AFTER = timedelta(seconds=60)
SECOND_CLICK = timedelta(seconds=10)
"""How long the same right digits from the same browser count as the same click, while nobody has used the sign-in."""
CODES_FROM_A_DESK = 3
"""Codes more for a number whose owner stands at a desk. Ours: a message may be late or be deleted."""
ALLOWED_BY_ONE_PERSON = 40
"""Numbers a day for which one member of the staff may do that. Ours."""
STAYS_SIGNED_IN = timedelta(hours=12)
WORK_TERM = timedelta(minutes=10)
_TOKEN_BYTES = 32
_IPV6_NETWORK = 64


def ask_code(
    typed: str,
    *,
    browser: str,
    address: str,
    channel: Channel,
    language: str,
    before: str = "",
    challenge: str = "",
    answer: str = "",
) -> Asked:
    """Send six digits to this number and return the token that binds them to the asking browser.

    `before` is the token of the code before: asked again within a minute, that one stands; later, it is void. Refuses
    what is no number of ours; beyond the day's limits `CodeNeedsWork`, which a solved challenge answers.
    """
    phone, why = policy.read_phone(typed)
    if phone is None:
        raise PhoneNotTaken(why=why)
    now = datetime.now(tz=UTC)
    standing = queries.asked(before, now=now)
    if standing is not None and standing.number == phone.national and now - standing.sent_at < RESEND_AFTER:
        return standing
    channel = channel if phone.mobile else Channel.VOICE
    _permit(phone.national, browser=browser, address=address, channel=channel, challenge=challenge, answer=answer)
    return _send(phone.national, channel=channel, language=language, before=before, now=now)


def allow_codes(typed: str, *, by: Actor, site: str) -> None:
    """Let this number have some codes more today: whoever answers it stands at this desk.

    The codes still go to the phone alone, so this opens nothing by itself. Refuses what is no number of ours, and whoever
    has done it too often today (`desk-codes-spent`).
    """
    if not policy.may_vouch(by, site=site):
        raise NotPermitted(site=site)
    phone, why = policy.read_phone(typed)
    if phone is None:
        raise PhoneNotTaken(why=why)
    if count_up("desk-by", str(by.id)) > ALLOWED_BY_ONE_PERSON:
        raise DeskCodesSpent(most=ALLOWED_BY_ONE_PERSON)
    count_up("desk", phone.national)


def check_code(token: str, typed: str, *, browser: str) -> tuple[str, UUID]:
    """Sign in whoever typed the digits that were sent for this token; return the session's token and the account.

    Each try counts before it is looked at, so that many at once are no more than five. The right digits work once.
    """
    now, hashed = datetime.now(tz=UTC), queries.request_hash(token)
    row = database.row(
        "update access_onetimecode set tries = tries + 1 where request_hash = %s and spent_at is null and tries < %s "
        "and expires_at > %s returning id, code_hash, phone_hash, phone, tries, sent_at, expires_at",
        [hashed, TRIES, now],
    )
    if row is None:
        return _second_click(hashed, typed, browser=browser, now=now)
    code, code_hash, phone_hash, phone, tries, sent_at, expires_at = row
    if not constant_time_compare(_code_hash(code, typed), bytes(code_hash)):
        if tries >= TRIES:
            raise CodeGone
        raise CodeWrong(left=TRIES - tries, sent_at=sent_at, expires_at=expires_at)
    with transaction.atomic():
        spent = database.run(
            "update access_onetimecode set spent_at = %s where request_hash = %s and spent_at is null", [now, hashed]
        )
        if not spent:
            raise CodeGone
        number = sealing.unseal(bytes(phone), code.bytes).decode()
        account = _account(bytes(phone_hash), number, now=now)
        return _open(account, sign_in=code, browser=browser, now=now), account


def sign_out(token: str) -> None:
    """End the sign-in of this token; no error if it has ended."""
    signed = queries.signed_in(token)
    if signed is not None:
        end_sign_in(signed.account, signed.id)


def end_sign_in(account: UUID, sign_in: UUID) -> None:
    """End one of this account's sign-ins; another's is not touched."""
    with looking(Reach(account=account)):
        database.run(
            "update access_signin set ended_at = now() where id = %s and account = %s and ended_at is null",
            [sign_in, account],
        )


def sign_out_everywhere(account: UUID) -> int:
    """End every sign-in of this account; returns how many there were."""
    with looking(Reach(account=account)):
        return database.run(
            "update access_signin set ended_at = now() where account = %s and ended_at is null and ends_at > now()",
            [account],
        )


# --- inside ------------------------------------------------------------------------------------------------------


def _permit(number: str, *, browser: str, address: str, channel: Channel, challenge: str, answer: str) -> None:
    """Count this asking, and refuse it beyond the limits unless it is paid for by work or goes out as a call."""
    today = business_day(datetime.now(tz=UTC))
    left = notices_queries.budget_left(today).get((channel, Kind.CODE), 0)
    if left <= 0:
        raise CodesSpent
    places = [count_up("code", number, browser), count_up("code", number, _network(address))]
    # What one place asks beyond its own limit is not held against the number: nobody is locked out by a stranger.
    if max(places) <= ASKED_FROM_ONE_PLACE and count_up("code", number) <= ASKED_FOR_ONE_NUMBER:
        return
    if channel is Channel.VOICE and count_up("call", number) <= CALLS_FOR_ONE_NUMBER:
        return
    allowed = queries.count_of("desk", number) * CODES_FROM_A_DESK
    if queries.count_of("desk-used", number) < allowed and count_up("desk-used", number) <= allowed:
        return
    if challenge and _paid(number, challenge, answer):
        count_up("work", number)
        return
    raise CodeNeedsWork(challenge=_challenge(number))


def _send(number: str, *, channel: Channel, language: str, before: str, now: datetime) -> Asked:
    token, code, expires_at = secrets.token_urlsafe(_TOKEN_BYTES), uuid7(), now + CODE_TERM
    digits = f"{secrets.randbelow(10**codes.OTP_DIGITS):0{codes.OTP_DIGITS}}"
    with transaction.atomic():
        database.run(
            "update access_onetimecode set spent_at = %s where request_hash = %s and spent_at is null",
            [now, queries.request_hash(before)],
        )
        database.run(
            "insert into access_onetimecode (request_hash, id, phone_hash, phone, code_hash, channel, sent_at, expires_at, "
            "tries) values (%s, %s, %s, %s, %s, %s, %s, %s, 0)",
            [
                queries.request_hash(token),
                code,
                sealing.lookup_hash("phone", number),
                sealing.seal("identity", now.date(), number.encode(), code.bytes),
                _code_hash(code, digits),
                channel,
                now,
                expires_at,
            ],
        )
        values = {"spelled": ", ".join(digits)} if channel is Channel.VOICE else {"code": digits, "minutes": "5"}
        notices.send(
            [
                Message(
                    id=code,
                    channel=channel,
                    template="sign-in-code",
                    values=values,
                    to_contact=number,
                    language=language,
                    purpose="sign-in",
                    expires_at=expires_at,
                )
            ],
            now=now,
        )
    return Asked(token=token, channel=channel, number=number, sent_at=now, expires_at=expires_at)


def _second_click(hashed: bytes, typed: str, *, browser: str, now: datetime) -> tuple[str, UUID]:
    """Answer the second click of one sign-in as the first, while nobody has used what the first one gave."""
    row = database.row(
        "select id, code_hash, phone_hash from access_onetimecode where request_hash = %s and spent_at > %s and tries < %s",
        [hashed, now - SECOND_CLICK, TRIES],
    )
    if row is None or not constant_time_compare(_code_hash(row[0], typed), bytes(row[1])):
        raise CodeGone
    account = queries.account_of_phone(bytes(row[2]))
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    if account is not None:
        with looking(Reach(account=account)):
            if database.run(
                "update access_signin set token_hash = %s, browser = %s where id = %s and account = %s "
                "and ended_at is null and seen_at = opened_at",
                [queries.token_hash(token), browser, row[0], account],
            ):
                return token, account
    raise CodeGone


def _account(phone_hash: bytes, number: str, *, now: datetime) -> UUID:
    found = queries.account_of_phone(phone_hash)
    if found is None:
        made = uuid7()
        with looking(Reach(account=made)):
            database.run(
                "insert into access_account (id, phone_hash, phone, opened_at) values (%s, %s, %s, %s) "
                "on conflict do nothing",
                [made, phone_hash, sealing.seal("identity", now.date(), number.encode(), made.bytes), now],
            )
        found = queries.account_of_phone(phone_hash)
    if found is None:
        raise CodeGone
    return found


def _open(account: UUID, *, sign_in: UUID, browser: str, now: datetime) -> str:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with looking(Reach(account=account)):
        database.run(
            "insert into access_signin (token_hash, id, account, browser, opened_at, seen_at, ends_at) "
            "values (%s, %s, %s, %s, %s, %s, %s)",
            [queries.token_hash(token), sign_in, account, browser, now, now, now + STAYS_SIGNED_IN],
        )
    return token


def _code_hash(code: UUID, typed: str) -> bytes:
    return sealing.lookup_hash("one-time-code", f"{code}\0{codes.digits_of(typed)}")


def _network(address: str) -> str:
    """Return the address that counts as one place: a whole /64 of IPv6, which one subscriber has."""
    try:
        told = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((told, _IPV6_NETWORK), strict=False)) if told.version == 6 else str(told)  # noqa: PLR2004 - the version of IP


def _challenge(number: str) -> str:
    asked = queries.count_of("work", number)
    expires = int((datetime.now(tz=UTC) + WORK_TERM).timestamp())
    body = f"{secrets.token_urlsafe(12)}.{work.bits_for(asked)}.{expires}"
    return f"{body}.{_work_mac(number, body)}"


def _paid(number: str, challenge: str, answer: str) -> bool:
    body, _dot, mac = challenge.rpartition(".")
    if not constant_time_compare(mac, _work_mac(number, body)):
        return False
    _nonce, bits, expires = body.split(".")
    now = datetime.now(tz=UTC)
    expires_at = datetime.fromtimestamp(int(expires), tz=UTC)
    if now >= expires_at or not work.is_done(challenge, answer, bits=int(bits)):
        return False
    spent = database.run(
        "insert into access_spentnonce (nonce, expires_at) values (%s, %s) on conflict do nothing",
        [hashlib.sha256(challenge.encode()).digest(), expires_at],
    )
    return spent == 1


def _work_mac(number: str, body: str) -> str:
    return salted_hmac("tiemchung.access.work", f"{number}\0{body}", algorithm="sha256").hexdigest()
