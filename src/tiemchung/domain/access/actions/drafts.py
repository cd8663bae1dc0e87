"""What an account has typed so far in one flow, kept until the flow ends: back, a second tab and a lost network lose nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database, sealing
from tiemchung.plumbing.rowsecurity import looking

MOST_LETTERS = 4_000


def keep_draft(account: UUID, flow: str, told: Mapping[str, str]) -> None:
    """Keep these answers in place of those before. An overlong one is cut: no flow asks for so much."""
    now, made = datetime.now(tz=UTC), uuid7()
    clear = msgspec.json.encode({name: value[:MOST_LETTERS] for name, value in told.items()})
    with looking(Reach(account=account)):
        # The seal is tied to account and flow, so that a row keeps its id whatever is written over it.
        database.run(
            "insert into access_draft (id, account, flow, told, changed_at) values (%s, %s, %s, %s, %s) "
            "on conflict (account, flow) do update set told = excluded.told, changed_at = excluded.changed_at",
            [made, account, flow, sealing.seal("identity", now.date(), clear, draft_seal(account, flow)), now],
        )


def drop_draft(account: UUID, flow: str) -> None:
    """Forget what was typed in a flow that has ended."""
    with looking(Reach(account=account)):
        database.run("delete from access_draft where account = %s and flow = %s", [account, flow])


def draft_seal(account: UUID, flow: str) -> bytes:
    """Return what ties a draft's sealed answers to its account and flow."""
    return account.bytes + flow.encode()
