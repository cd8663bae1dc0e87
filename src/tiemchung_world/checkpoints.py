"""Checkpoints between provinces: wards enroll them, travelers declare, officers look at what is shown and decide."""

from __future__ import annotations

import html
import random
import re
from collections import Counter
from math import ceil
from typing import TYPE_CHECKING, Final

import numpy as np

from tiemchung_world.browser import Browser
from tiemchung_world.offices import checkpoint_login, ward_login

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tiemchung_world.center import Center
    from tiemchung_world.field import Field
    from tiemchung_world.truth import TruthFile

LEAST_PLACES, SITES_A_PLACE = 2, 50
"""Checkpoints of a phase, in the wards first in order: one for so many sites, and never fewer than two. Ours."""
UNREADABLE: Final = 0.05
"""Share of travelers who show something that is no code; ours."""
_DESTINATIONS: Final = ("74", "75", "80", "72")
"""Provinces of 2021 that border on the city: Bình Dương, Đồng Nai, Long An, Tây Ninh."""
_DECLARED: Final = re.compile(r'data-text="([^"]+)"')
_CODE: Final = re.compile(r'name="code" value="([^"]+)"')
_SLIP: Final = re.compile(r'name="slip" value="([^"]+)"')
_DECISION: Final = re.compile(r'name="decision" value="([a-z-]+)"')


class CheckpointError(Exception):
    """A page of a checkpoint does not hold what it must."""


class Post:
    """An officer at one checkpoint, and the travelers who come there."""

    def __init__(self, center: Center, commune: str, *, number: int) -> None:
        ward = Browser(center)
        ward.sign_in_staff(ward_login(commune))
        told = {"name": f"Chốt kiểm soát {number + 1} (mô phỏng)", "kind": "road", "commune": commune}
        ward.send("/chot/diem/", told)
        self.officer, self.travelers = Browser(center), Browser(center)
        self.officer.sign_in_staff(checkpoint_login(commune))
        self.code = _found(_CODE, self.officer.get("/chot/").body)
        self.officer.send("/chot/chon/", {"code": self.code})
        self.travelers.get("/chot/to-khai/")

    def pass_by(self, *, name: str, born: str, destination: str, day: str, readable: bool) -> str:
        """Let one traveler declare a journey and show its code, or something else; return what the officer decided."""
        told = {"name": name, "born": born, "origin": "79", "destination": destination, "day": day}
        shown = _found(_DECLARED, self.travelers.send("/chot/to-khai/", told).body) if readable else "không có mã"
        verdict = self.officer.send("/chot/kiem/", {"text": shown}).body
        decision = _found(_DECISION, verdict)
        self.officer.send("/chot/qua/", {"slip": _found(_SLIP, verdict), "decision": decision})
        return decision


class Checkpoints:
    """All checkpoints of a phase, and who passes there on each of its days."""

    def __init__(self, field: Field, truth: TruthFile) -> None:
        self._field = field
        self._truth = truth
        self._posts: list[Post] = []
        self.told: Counter[str] = Counter()

    def open(self) -> None:
        """Have the wards enroll their checkpoints."""
        plan = self._field.plan
        communes = plan.people.communes[: places(plan.phase.sites)]
        self._posts = [Post(self._field.link.center, one.code, number=number) for number, one in enumerate(communes)]

    def work_day(self, day: int) -> None:
        """Let the day's travelers pass, by the clock as it stands."""
        plan = self._field.plan
        rng = np.random.default_rng([plan.seed, 8, plan.wave, day])
        days = len(plan.days) - plan.days_before
        travelers = rng.choice(plan.persons, size=ceil(len(plan.persons) * plan.phase.shares.travelers / days))
        parts = np.array_split(travelers, len(self._posts))
        for decided in self._field.together(lambda one: self._pass(day, *one), zip(self._posts, parts, strict=True)):
            self.told.update(decided)

    def _pass(self, day: int, post: Post, travelers: NDArray[np.int64]) -> Counter[str]:
        plan = self._field.plan
        rng = random.Random(f"travel/{plan.seed}/{plan.wave}/{post.code}/{day}")
        today, decided = plan.days[day].isoformat(), Counter[str]()
        for name, born in zip(plan.people.names(travelers), plan.people.born[travelers], strict=True):
            decision = post.pass_by(
                name=name,
                born=str(born)[:4],
                destination=rng.choice(_DESTINATIONS),
                day=today,
                readable=rng.random() >= UNREADABLE,
            )
            self._truth.note("passage", site=post.code, day=today, outcome=decision)
            decided[decision] += 1
        return decided


def places(sites: int) -> int:
    """Return how many checkpoints a phase of so many sites has."""
    return max(LEAST_PLACES, sites // SITES_A_PLACE)


def _found(pattern: re.Pattern[str], body: bytes) -> str:
    match = pattern.search(body.decode())
    if match is None:
        raise CheckpointError(f"no {pattern.pattern} on the page")
    return html.unescape(match[1])
