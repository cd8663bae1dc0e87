"""Who is signed in, by the token in a browser's cookie, and where else. All times here are real ones."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tiemchung.domain.access.values import Asked, BrowserListed, SignedIn
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing import database, sealing
from tiemchung.plumbing.rowsecurity import looking

IDLE_ENDS = timedelta(minutes=30)
"""How long a sign-in that nobody uses lasts. Ours: phones are lent and laid down."""


def account_of(token: str) -> SignedIn | None:
    """Return who is signed in with the token of this browser's cookie, and note that they were seen."""
    return signed_in(token)


def signed_in(token: str) -> SignedIn | None:
    """Return the sign-in of this token while it holds: not ended, not left alone, not older than half a day."""
    if not token:
        return None
    row = database.row("select account, id, opened_at from access_signed_in(%s, %s)", [token_hash(token), IDLE_ENDS])
    return None if row is None else SignedIn(account=row[0], id=row[1], opened_at=row[2])


def sign_ins_of(account: UUID) -> list[BrowserListed]:
    """Return the browsers in which this account is signed in, the last used first."""
    with looking(Reach(account=account)):
        found = database.rows(
            "select id, browser, opened_at, seen_at from access_signin where account = %s and ended_at is null "
            "and ends_at > now() and seen_at > now() - %s order by seen_at desc, id",
            [account, IDLE_ENDS],
        )
    return [BrowserListed(id=row[0], browser=row[1], opened_at=row[2], seen_at=row[3]) for row in found]


def asked(token: str, *, now: datetime) -> Asked | None:
    """Return the code that was sent for this browser's request, if it can still be typed. Never its digits."""
    row = database.row(
        "select id, phone, channel, sent_at, expires_at from access_onetimecode "
        "where request_hash = %s and spent_at is null and tries < 5 and expires_at > %s",
        [request_hash(token), now],
    )
    if row is None:
        return None
    number = sealing.unseal(bytes(row[1]), row[0].bytes).decode()
    return Asked(token=token, channel=row[2], number=number, sent_at=row[3], expires_at=row[4])


def phone_of(account: UUID) -> str:
    """Return the number that an account is, for its owner."""
    with looking(Reach(account=account)):
        row = database.row("select phone from access_account where id = %s", [account])
    return "" if row is None else sealing.unseal(bytes(row[0]), account.bytes).decode()


def account_of_phone(phone_hash: bytes) -> UUID | None:
    """Return the account of a phone whose holder has just typed the right digits, or that a decision takes off a person."""
    row = database.row("select id from access_account_of_phone(%s)", [phone_hash])
    return None if row is None else row[0]


def count_of(what: str, *of: str) -> int:
    """Return how often something was asked for today."""
    row = database.row(
        "select count from access_askcount where key = %s and day = %s",
        [sealing.lookup_hash(f"ask:{what}", "\0".join(of)), business_day(datetime.now(tz=UTC))],
    )
    return 0 if row is None else int(row[0])


def token_hash(token: str) -> bytes:
    """Return the hash under which a session's token lies: it has 256 random bits and needs no key."""
    return hashlib.sha256(f"session\0{token}".encode()).digest()


def request_hash(token: str) -> bytes:
    """Return the keyed hash under which a request's token lies."""
    return sealing.lookup_hash("code-request", token)
