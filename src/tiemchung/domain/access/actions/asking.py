"""Counting how often something was asked for today, so that nobody can guess, pump or lock out. Days are real ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tiemchung.kernel.clock import VIET_NAM, business_day, business_day_bounds
from tiemchung.plumbing import database, sealing

MOST_PROOF_TRIES = 10
"""Proofs that one account may try in a day. Ours: a family's slips are fewer, and a code has 60 bits anyway."""
KEPT_FOR = timedelta(days=2)


def count_up(what: str, *of: str) -> int:
    """Count one more asking today and return how many there are now. Counted in one statement: no two can share a number."""
    found = database.row(
        "insert into access_askcount (key, day, count) values (%s, %s, 1) "
        "on conflict (key, day) do update set count = access_askcount.count + 1 returning count",
        [sealing.lookup_hash(f"ask:{what}", "\0".join(of)), business_day(datetime.now(tz=UTC))],
    )
    return int(found[0]) if found else 0


def take_back(what: str, *of: str) -> None:
    """Count one asking less: it was counted as a try before it was looked at, and was none."""
    database.run(
        "update access_askcount set count = count - 1 where key = %s and day = %s",
        [sealing.lookup_hash(f"ask:{what}", "\0".join(of)), business_day(datetime.now(tz=UTC))],
    )


def tries_end() -> datetime:
    """Return when today's counts end and the next day's begin, with Viet Nam's offset."""
    return business_day_bounds(business_day(datetime.now(tz=UTC)))[1].astimezone(VIET_NAM)


def forget_counts() -> int:
    """Drop the counts of days past; returns how many. A worker's nightly work."""
    return database.run("delete from access_askcount where day < %s", [business_day(datetime.now(tz=UTC) - KEPT_FOR)])


def forget_codes() -> int:
    """Drop codes of every kind that ended yesterday or before; returns how many. A worker's work."""
    return sum(
        database.run(f"delete from {table} where expires_at < now() - interval '1 day'")
        for table in ("access_onetimecode", "access_deskcode", "access_unlockcode", "access_spentcode")
    )
