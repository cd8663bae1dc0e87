"""What has ended is dropped at night."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import psycopg

from tests.domain.access.people_known import account, claimed
from tiemchung.domain.access import actions
from tiemchung.domain.notices.values import Channel


def test_ended_codes_and_old_counts_are_dropped(
    committed_db: None, as_worker: Callable[[], AbstractContextManager[None]], owner_connection: psycopg.Connection
) -> None:
    actions.ask_code("0903123218", browser="mine", address="203.0.113.7", channel=Channel.SMS, language="vi")
    mine = account("0912000111")
    actions.show_at_desk(mine, claimed(mine).id)
    for table in ("access_onetimecode", "access_deskcode"):
        owner_connection.execute(f"update {table} set expires_at = expires_at - interval '2 days'")
    owner_connection.execute("update access_askcount set day = day - 5")
    with as_worker():
        assert (actions.forget_codes(), actions.forget_counts()) == (2, 3)
        assert (actions.forget_codes(), actions.forget_counts()) == (0, 0)
