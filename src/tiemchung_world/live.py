"""A campaign at the pace of real time, for a demo: a day takes some minutes, then the next begins, for ever.

At the first site nobody gives doses but whoever sits at its station page: there people arrive, are screened, and wait.
"""

from __future__ import annotations

import secrets
import time
from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tiemchung_world import uplink
from tiemchung_world.campaign import draw_campaign
from tiemchung_world.field import Field
from tiemchung_world.loading import load_campaign, set_clock_before
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
WAITING: Final = 5
"""How many screened people wait at the demo site."""
DAY_BEGINS: Final = "07:25"
DAY_ENDS: Final = "18:00"
_TICK_S: Final = 1.0


def run(
    phase: Phase,
    *,
    seed: int,
    center: Center,
    commands: Commands,
    day_minutes: float,
    threads: int,
    say: Callable[[str], None],
) -> None:
    """Send one wave of people after the other until somebody stops it."""
    run_token = secrets.token_hex(4)
    wave = 0
    with SentFile(Path("/dev/null")) as sent_file:
        while True:
            campaign = draw_campaign(draw_plan(phase, seed=seed, run=run_token, wave=wave))
            network = phase.network
            habits = uplink.Habits(lost_answers=network.lost_answers, repeats=network.repeats)
            link = uplink.Uplink(center, sent_file, habits=habits)
            field = Field(campaign, link, threads=threads, tell=_silent)
            try:
                if wave == 0:
                    set_clock_before(campaign, center=center)
                load_campaign(campaign, commands=commands)
                field.enroll()
                _work(field, day_minutes=day_minutes, say=say)
            finally:
                field.close()
            wave += 1
            phase = without_first_doses(phase, starts_on=campaign.plan.days[-1] + timedelta(days=1))


def _silent(*, doses: int, entries: int, what: str) -> None:
    """Tell nobody: the pages of the platform show it."""
    del doses, entries, what


def _work(field: Field, *, day_minutes: float, say: Callable[[str], None]) -> None:
    plan = field.plan
    for day in range(plan.days_before):
        field.work_day(day)
    for day in range(plan.days_before, len(plan.days)):
        say(f"{plan.days[day]}: a day of {day_minutes:g} minutes begins.")
        _live_day(field, day, seconds=day_minutes * 60)


def _live_day(field: Field, day: int, *, seconds: float) -> None:
    today = field.plan.days[day]
    begins_ms, ends_ms = unix_ms(today, DAY_BEGINS), unix_ms(today, DAY_ENDS)
    factor = (ends_ms - begins_ms) / 1000 / seconds
    field.link.center.set_clock(instant(today, DAY_BEGINS), factor=factor)
    started = time.monotonic()
    field.begin_day(day, waiting_at=DEMO_SITE)
    while (now_ms := begins_ms + int((time.monotonic() - started) * factor * 1000)) < ends_ms:
        _keep_waiting(field, today, now_ms=now_ms)
        field.step(now_ms)
        time.sleep(_TICK_S)
    field.step(ends_ms, last=True)
    field.close_days(day, today)


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
    gone = visits["dosed"] + visits["left"]
    room.bring(max(0, WAITING + gone - room.brought), now_ms)
