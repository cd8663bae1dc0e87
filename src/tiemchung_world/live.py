"""A campaign at the pace of real time, for a demo: a day takes some minutes, then the next begins, for ever.

At the first site nobody gives doses but whoever sits at its station page: there people arrive, are screened, and wait.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
import time
from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tiemchung_world import uplink
from tiemchung_world.campaign import draw_campaign
from tiemchung_world.field import Field
from tiemchung_world.loading import open_campaign, work_until_phase
from tiemchung_world.neighbors import spend_morning
from tiemchung_world.phase import instant, without_first_doses
from tiemchung_world.plan import draw_plan
from tiemchung_world.sent import SentFile
from tiemchung_world.shift import WaitingRoom, unix_ms

if TYPE_CHECKING:
    from collections.abc import Callable

    from tiemchung_world.center import Center
    from tiemchung_world.host import Commands
    from tiemchung_world.phase import Phase

DEMO_SITE: Final = 0
QUIET_SITE: Final = 1
QUIET_FROM: Final = "08:15"
QUIET_UNTIL: Final = "16:30"
"""Between these hours this site has no network: it goes on giving doses, and sends them in the evening."""
WAITING: Final = 5
"""How many screened people wait at the demo site."""
DAY_BEGINS: Final = "07:25"
DAY_ENDS: Final = "18:00"
_TICK_S: Final = 1.0


class Diary:
    """Where a live campaign stands, kept across restarts: a demo that comes back goes on with the next day."""

    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder / "diary.json"
        self.waves = 0
        self.next_day: date | None = None
        if self._path is not None and self._path.exists():
            told = json.loads(self._path.read_text(encoding="utf-8"))
            self.waves = int(told["waves"])
            self.next_day = date.fromisoformat(told["next_day"]) if told["next_day"] else None

    def note(self, *, waves: int, next_day: date | None) -> None:
        """Remember how many waves have begun and which day was not begun yet; None as long as none was."""
        self.waves, self.next_day = waves, next_day
        if self._path is None:
            return
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        told = {"waves": waves, "next_day": next_day and next_day.isoformat()}
        draft.write_text(json.dumps(told), encoding="utf-8")
        draft.rename(self._path)


def run(
    phase: Phase,
    *,
    seed: int,
    center: Center,
    commands: Commands,
    diary: Diary,
    day_minutes: float,
    threads: int,
    say: Callable[[str], None],
) -> None:
    """Send one wave of people after the other until somebody stops it. The first wave brings its second doses along."""
    token = secrets.token_hex(4)
    with SentFile(Path(os.devnull)) as nowhere:
        while True:
            wave = diary.waves
            # Before anybody comes: whoever goes on after us must not bring the same people again, as strangers.
            diary.note(waves=wave + 1, next_day=diary.next_day)
            if diary.next_day is not None:
                phase = without_first_doses(phase, starts_on=diary.next_day)
            campaign = draw_campaign(draw_plan(phase, seed=seed, run=token, wave=wave))
            habits = uplink.Habits(lost_answers=phase.network.lost_answers, repeats=phase.network.repeats)
            link = uplink.Uplink(center, nowhere, habits=habits)
            field = Field(campaign, link, threads=threads, tell=_silent)
            try:
                open_campaign(field, commands=commands)
                work_until_phase(field, commands=commands)
                _work(field, wave=wave, diary=diary, day_minutes=day_minutes, say=say)
            finally:
                field.close()


def _silent(*, doses: int, entries: int, what: str) -> None:
    """Tell nobody: the pages of the platform show it."""
    del doses, entries, what


def _work(field: Field, *, wave: int, diary: Diary, day_minutes: float, say: Callable[[str], None]) -> None:
    plan = field.plan
    for day in range(plan.days_before, len(plan.days)):
        diary.note(waves=wave + 1, next_day=plan.days[day] + timedelta(days=1))
        say(f"{plan.days[day]}: a day of {day_minutes:g} minutes begins.")
        # Beside the day: a code needs a moment to come to a phone, and no site waits for it.
        told = {"day": day, "site": field.sites[DEMO_SITE].site, "say": say}
        morning = threading.Thread(target=spend_morning, args=(field,), kwargs=told, daemon=True)
        _live_day(field, day, seconds=day_minutes * 60, begun=morning.start)
        morning.join()


def _live_day(field: Field, day: int, *, seconds: float, begun: Callable[[], None]) -> None:
    today = field.plan.days[day]
    begins_ms, ends_ms = unix_ms(today, DAY_BEGINS), unix_ms(today, DAY_ENDS)
    factor = (ends_ms - begins_ms) / 1000 / seconds
    field.link.center.set_clock(instant(today, DAY_BEGINS), factor=factor)
    started = time.monotonic()
    field.begin_day(day, waiting_at=DEMO_SITE)
    begun()
    while (now_ms := begins_ms + int((time.monotonic() - started) * factor * 1000)) < ends_ms:
        _keep_waiting(field, today, now_ms=now_ms)
        lose_one_network(field, day, now_ms=now_ms)
        field.step(now_ms)
        time.sleep(_TICK_S)
    field.step(ends_ms, last=True)
    field.close_days(day, ends_ms)


def lose_one_network(field: Field, day: int, *, now_ms: int) -> None:
    """Take the network from one site for the middle of the day, so that the center has a silence to ask about."""
    today = field.plan.days[day]
    away = unix_ms(today, QUIET_FROM) <= now_ms < unix_ms(today, QUIET_UNTIL)
    site = field.sites[min(QUIET_SITE, len(field.sites) - 1)]
    site.away_until.update(dict.fromkeys(range(len(site.tablets)), day + 1 if away else day))


def _keep_waiting(field: Field, today: date, *, now_ms: int) -> None:
    """Bring as many people to the demo site as are missing from those who should wait there."""
    room = field.sites[DEMO_SITE].shift
    if not isinstance(room, WaitingRoom):
        return
    tablet = room.lead_tablet
    path = f"/api/devices/days/{today.isoformat()}"
    answer = uplink.signed_request(field.link.center, "GET", path, device=tablet.device, key=tablet.key)
    if answer.status != HTTPStatus.OK:
        return
    visits = answer.json()["lines"]["visits"]
    gone = visits["dosed"] + visits["left"] + max(0, visits["deferred"] - room.deferred)
    room.bring(max(0, WAITING + gone - room.brought), now_ms)
