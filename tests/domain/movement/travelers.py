"""Who stands at a checkpoint: officers of the ward, and travelers with what they show."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from tests.domain.certificates import golden
from tiemchung.domain.movement import actions
from tiemchung.domain.movement.values import Checked
from tiemchung.domain.places.values import Checkpoint, Era
from tiemchung.kernel.actor import Actor, ActorKind, Power, Reach

REAL_NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
DAY = date(2021, 10, 23)
OFFICER = UUID("018f0000-0000-7000-8000-00000000000a")


def officer(*, commune: str = "26734") -> Actor:
    return Actor(
        id=OFFICER,
        kind=ActorKind.STAFF,
        powers=frozenset({Power.CHECK_PASSAGE}),
        reach=Reach(communes=frozenset({commune})),
    )


def ward_officer(*, commune: str = "26734") -> Actor:
    return Actor(
        id=OFFICER,
        kind=ActorKind.STAFF,
        powers=frozenset({Power.ENROLL_CHECKPOINT}),
        reach=Reach(communes=frozenset({commune})),
    )


def declaration(**told: object) -> str:
    usual: dict[str, object] = {
        "name": "Nguyễn Thị Đào",
        "born_year": 1987,
        "origin": (Era.Y2021, "79"),
        "destination": (Era.Y2021, "77"),
        "day": DAY,
    }
    return actions.declare(**(usual | told), now=golden.NOW)  # type: ignore[arg-type]  # the usual ones are right


def checked(shown: str, checkpoint: Checkpoint, *, later: timedelta = timedelta(0)) -> Checked:
    return actions.check(
        shown, checkpoint=checkpoint, actor=officer(), now=golden.NOW + later, real_now=REAL_NOW + later
    )
