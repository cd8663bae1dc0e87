"""How fast doses come in, and how the reactions stand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from tiemchung.domain.figures.rules import percentile
from tiemchung.domain.figures.values import ReactionState
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.journal.values import Position
from tiemchung.plumbing import arrays, database


def doses_by_minute(*, first: datetime, last: datetime) -> dict[datetime, int]:
    """Return how many doses the center took in each minute from `first` to `last`; a minute without any is not there.

    By the day's clock of entry: void and correction do not count back. A day is kept.
    """
    return dict(database.rows("select minute, doses from figures_minute where minute between %s and %s", (first, last)))


def places_of_minutes(minutes: Collection[datetime]) -> dict[datetime, Position]:
    """Return the place in the journal up to which each of these minutes is counted."""
    found = database.rows(_PLACES_OF_MINUTES, (arrays.instants(sorted(minutes)),))
    return {minute: Position(transaction, sequence) for minute, transaction, sequence in found}


_PLACES_OF_MINUTES = "select minute, transaction, sequence from figures_minute where minute = any(%b::timestamptz[])"


def reaction_states() -> list[ReactionState]:
    """Return how every reaction stands that a worker has spoken of, by name."""
    behind = {lag.consumer: lag.behind for lag in journal.lags()}
    waits = lag_steps(lately=True)
    horizon_age = journal.horizon().age
    return [
        ReactionState(
            name=name,
            lag=behind.get(name, timedelta(0)),
            horizon_age=horizon_age,
            last_lag=timedelta(milliseconds=last_lag_ms),
            worst_lag=timedelta(milliseconds=worst_lag_ms),
            p50_lag=percentile(waits.get(name, {}), HALF),
            p99_lag=percentile(waits.get(name, {}), NEARLY_ALL),
            entries=entries,
            seen_at=seen_at,
            failing_since=failing_since,
            error=error,
            set_aside=set_aside,
        )
        for name, last_lag_ms, worst_lag_ms, entries, seen_at, failing_since, error, set_aside in database.rows(_STATES)
    ]


_STATES = """
select name, last_lag_ms, worst_lag_ms, entries, seen_at, failing_since, error,
  (select count(*) from figures_skipped_entry where reaction = name)
from figures_reaction_state order by name"""


LATELY = timedelta(minutes=20)
"""Over which real time the board tells percentiles of lag: two slots of the table, the one that runs and the one before."""
HALF, NEARLY_ALL = 0.5, 0.99


def lag_steps(*, lately: bool = False) -> dict[str, dict[int, int]]:
    """Return for every reaction how many entries it took after a wait of each step (`rules.lag_step`), of the last day."""
    found: dict[str, dict[int, int]] = {}
    window = LATELY if lately else timedelta(days=2)
    for name, step, entries in database.rows(_LAG_STEPS, [window]):
        found.setdefault(name, {})[step] = int(entries)
    return found


_LAG_STEPS = """
select name, step, sum(entries) from figures_reaction_lag where slot > now() - %s group by 1, 2 order by 1, 2"""


def skipped_entries(reaction: str) -> list[UUID]:
    """Return the ids of the entries that this reaction could not take."""
    return [
        entry for (entry,) in database.rows("select entry from figures_skipped_entry where reaction = %s", [reaction])
    ]
