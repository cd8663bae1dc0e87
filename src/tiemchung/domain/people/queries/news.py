"""What the population register told of people: who has died or moved, for their ward; and how far its changes were read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from tiemchung.domain.people.values import News
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.register import What
from tiemchung.plumbing import arrays, database


class FeedStands(NamedTuple):
    """How far the register's changes were read, when (real time), and why nobody reads on; empty while it goes on."""

    read_to: int = 0
    read_at: datetime | None = None
    held: str = ""


def feed() -> FeedStands:
    """Return how far the register's changes were read. No person is in it."""
    row = database.row("select read_to, read_at, held from people_register_feed")
    return FeedStands(*row) if row else FeedStands()


def news_of(communes: Sequence[str], what: What, *, since: datetime, limit: int, purpose: Purpose) -> list[News]:
    """Return what is open of deaths or moves in these wards and was told since, the newest first; `persons` names them."""
    del purpose
    found = database.rows(
        "select person_id, sequence, day, new_commune, told_at from people_register_news "
        "where commune = any(%b::text[]) and what = %s and settled_at is null and told_at >= %s "
        "order by sequence desc, person_id limit %s",
        [arrays.texts(communes), what.value, since, limit],
    )
    return [
        News(person=person, sequence=sequence, day=day, what=what, commune=commune, told_at=told_at)
        for person, sequence, day, commune, told_at in found
    ]


def dead(wanted: Collection[UUID]) -> dict[UUID, date]:
    """Return those of these persons whom the register told to be dead, with the day. For a session that sees all."""
    return dict(
        database.rows(
            "select l.root, max(n.day) from people_linked(%b::uuid[]) l join people_register_news n "
            "on n.person_id = l.id and n.what = 'died' and n.taken group by 1",
            [arrays.uuids(sorted(wanted))],
        )
    )
