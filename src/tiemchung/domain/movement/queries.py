"""What movement tells: how many passed where. Nobody's way is told."""

from __future__ import annotations

from datetime import date, datetime

from tiemchung.plumbing import database


def passed_at(checkpoint: str, day: date) -> dict[str, int]:
    """Return how many were checked at a checkpoint on a day, by what became of them."""
    return dict(
        database.rows(
            "select verdict, count(*) from movement_passage where checkpoint = %s and day = %s group by 1",
            [checkpoint, day],
        )
    )


def seen_elsewhere(token: str, *, since: datetime, checkpoint: str) -> datetime | None:
    """Return when this bearer was last checked at another checkpoint since an instant."""
    found = database.row("select occurred_at from movement_seen(%s, %s, %s)", [token, since, checkpoint])
    return found[0] if found else None
