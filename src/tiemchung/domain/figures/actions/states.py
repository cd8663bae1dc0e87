"""Say how the reactions stand, and which entries they could not take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from tiemchung.plumbing import arrays, database

LAG_KEPT_FOR = timedelta(days=1)
_SLOT = timedelta(minutes=10)


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


def note_lags(name: str, entries_by_step: Mapping[int, int], *, seen_at: datetime) -> None:
    """Add to how many entries a reaction took after a wait of each step (`rules.lag_step`); told for a day."""
    slot = seen_at - (seen_at - datetime.min.replace(tzinfo=seen_at.tzinfo)) % _SLOT
    steps = sorted(entries_by_step)
    counts = arrays.bigints([entries_by_step[step] for step in steps])
    database.run(_NOTE_LAGS, [name, slot, arrays.smallints(steps), counts])
    database.run("delete from figures_reaction_lag where name = %s and slot < %s", [name, slot - LAG_KEPT_FOR])


_NOTE_LAGS = """
insert into figures_reaction_lag as l (name, slot, step, entries)
select %s, %s, * from unnest(%b::int2[], %b::int8[])
on conflict (name, slot, step) do update set entries = l.entries + excluded.entries"""


def skip_entry(reaction: str, entry: UUID, *, kind: str, error: str, skipped_at: datetime) -> None:
    """Set one entry apart that a reaction could not take, so that the rest goes on. `error` names no person."""
    database.run(_SKIP, (reaction, entry, kind, error, skipped_at))


_SKIP = """
insert into figures_skipped_entry (reaction, entry, kind, error, skipped_at) values (%s, %s, %s, %s, %s)
on conflict (reaction, entry) do update set error = excluded.error, skipped_at = excluded.skipped_at"""


def take_back(reaction: str, entry: UUID) -> None:
    """Take an entry off the list of those set apart: the reaction has taken it after all."""
    database.run("delete from figures_skipped_entry where reaction = %s and entry = %s", (reaction, entry))
