"""Say how the reactions stand, and which entries they could not take."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from tiemchung.plumbing import database


def publish_state(
    name: str, *, lag: timedelta, entries: int, failing_since: datetime | None, error: str, seen_at: datetime
) -> None:
    """Say how a reaction stands, in real time.

    `lag` is what the oldest entry of the last batch had waited when it was done, `entries` how many were taken since
    the last word. `error` names a fault of the code, never a person.
    """
    milliseconds = lag // timedelta(milliseconds=1)
    database.run(_PUBLISH, (name, milliseconds, milliseconds, entries, seen_at, failing_since, error))


_PUBLISH = """
insert into figures_reaction_state as s (name, last_lag_ms, worst_lag_ms, entries, seen_at, failing_since, error)
values (%s, %s, %s, %s, %s, %s, %s)
on conflict (name) do update set last_lag_ms = excluded.last_lag_ms,
  worst_lag_ms = greatest(s.worst_lag_ms, excluded.worst_lag_ms), entries = s.entries + excluded.entries,
  seen_at = excluded.seen_at, failing_since = excluded.failing_since, error = excluded.error"""


def skip_entry(reaction: str, entry: UUID, *, kind: str, error: str, skipped_at: datetime) -> None:
    """Set one entry apart that a reaction could not take, so that the rest goes on. `error` names no person."""
    database.run(_SKIP, (reaction, entry, kind, error, skipped_at))


_SKIP = """
insert into figures_skipped_entry (reaction, entry, kind, error, skipped_at) values (%s, %s, %s, %s, %s)
on conflict (reaction, entry) do update set error = excluded.error, skipped_at = excluded.skipped_at"""


def take_back(reaction: str, entry: UUID) -> None:
    """Take an entry off the list of those set apart: the reaction has taken it after all."""
    database.run("delete from figures_skipped_entry where reaction = %s and entry = %s", (reaction, entry))
