"""How many doses came in each minute, for the boards. No figure of the campaign: it is kept for a day and then forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from tiemchung.domain.figures import queries
from tiemchung.domain.journal.values import Entry
from tiemchung.plumbing import arrays, database

KEPT_FOR = timedelta(days=1)


def count_minutes(entries: Sequence[Entry], *, now: datetime) -> None:
    """Count entries of doses, in journal order, by the minute in which the center took them; one told twice counts once."""
    by_minute: dict[datetime, list[Entry]] = {}
    counted = queries.places_of_minutes({minute_of(entry) for entry in entries})
    for entry in entries:
        minute = minute_of(entry)
        if minute not in counted or entry.position > counted[minute]:
            by_minute.setdefault(minute, []).append(entry)
    database.run(_COUNT, _columns(by_minute.items()))
    database.run("delete from figures_minute where minute < %s", (now - KEPT_FOR,))


def minute_of(entry: Entry) -> datetime:
    """Return the minute in which the center took an entry."""
    return entry.recorded_at.replace(second=0, microsecond=0)


def _columns(found: Iterable[tuple[datetime, list[Entry]]]) -> list[arrays.Packed]:
    minutes = sorted(found)
    return [
        arrays.instants([minute for minute, _ in minutes]),
        arrays.integers([len(entries) for _, entries in minutes]),
        arrays.bigints([entries[-1].position.transaction for _, entries in minutes]),
        arrays.bigints([entries[-1].position.sequence for _, entries in minutes]),
    ]


_COUNT = """
insert into figures_minute as m (minute, doses, transaction, sequence)
select * from unnest(%b::timestamptz[], %b::int4[], %b::int8[], %b::int8[])
on conflict (minute) do update
  set doses = m.doses + excluded.doses, transaction = excluded.transaction, sequence = excluded.sequence"""
