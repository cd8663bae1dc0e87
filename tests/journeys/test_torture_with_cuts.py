"""Two tablets and the whole platform under torture: browsers, web and every process of PostgreSQL are killed in mid-burst.

More than 500 doses, most on two pages of one tablet whose clock is set, half of all requests failing; then another tablet
doses the same persons. What was acknowledged is in the journal once, and who was dosed twice is told.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from tests.bench.lab import Lab, laboratory
from tests.faults.processes import children_of, kill_all
from tests.journeys import tablets
from tests.journeys.conftest import PATIENCE_MS, until
from tests.journeys.tablets import PUMP_MS, BrowserTablet
from tests.journeys.test_torture import OPEN, PIN, SHARE, faults
from tiemchung.domain.immunization.values import PLAUSIBLE_AGAIN
from tiemchung.project.platform import DATABASE

pytestmark = pytest.mark.browser

DOSES = 130
"""What each of two pages writes after the last cut."""
SHORT = pytest.param(2, id="twice")
LONG = pytest.param(4, marks=pytest.mark.proof, id="four times")
"""How often everything is killed while the pages write without end."""
AT_LEAST = 500
"""Doses, by the issue of the station."""
ENDLESS = 1_000_000
"""Doses that a page is told to write until it is killed."""
CLASHING = 40
"""Persons whom the first tablet doses last, and another one too."""

SETUP = """
import json, sys
from uuid import UUID
import django
django.setup()
from tiemchung.domain.access import actions, queries
from tiemchung.faces.shared import tabletkeys
from tiemchung.kernel.actor import Actor, ActorKind, Power, Reach
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung.plumbing.time import clock
site, told = sys.argv[1], json.loads(sys.argv[2])
staff = {role: one.id for one in queries.staff_of_site(site) for role in one.roles}
powers = frozenset({Power.ENROLL_DEVICE, Power.ATTEST})
lead = Actor(id=staff["lead"], kind=ActorKind.STAFF, powers=powers, reach=Reach(sites=frozenset({site})))
with reaching(lead.reach):
    if not told:
        code = actions.open_enrollment(site=site, name="03", actor=lead, now=clock().now())
        said = {"code": f"{code}.{tabletkeys.pin()}", "nurse": str(staff["vaccinator"])}
    else:
        fingerprint = told["fingerprint"]
        actions.confirm(UUID(told["device"]), fingerprint=fingerprint, actor=lead, now=clock().now())
        said = {"digits": actions.open_unlock_code(staff["vaccinator"], site=site, actor=lead)}
print(json.dumps(said))
"""
"""What the site's lead does on the pages, done in a process with the web's rights."""


def lead_does(lab: Lab, told: dict[str, str]) -> dict[str, str]:
    """Open an enrollment, or confirm it and hand out the digits by which the nurse unlocks."""
    environment = {
        **os.environ,
        **lab.platform.web_environment(),
        "DJANGO_SETTINGS_MODULE": "tiemchung.project.settings",
    }
    command = [sys.executable, "-c", SETUP, lab.pens[0].tablet.site, json.dumps(told)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    said: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return said


def cut_everything(lab: Lab, tablet: BrowserTablet) -> None:
    """Kill the web, every process of PostgreSQL and the tablet's browser, and start the platform again."""
    (web,) = (child for child in lab.platform._children if child.name == "web")
    server = lab.platform.cluster.pid
    kill_all([web.process.pid, *children_of(web.process.pid), server, *children_of(server)])
    tablet.kill()
    web.process.wait()
    lab.platform.cluster.revive()
    lab.platform._replace(web)
    lab.platform._await_health()


def enrolled(lab: Lab, tablet: BrowserTablet) -> tuple[Page, str]:
    """Enroll a tablet over a network that fails half of the time; return its page, and the nurse who opened it."""
    opened = lead_does(lab, {})
    (page,) = tablet.start(share=SHARE)
    told = page.evaluate("code => torture.enroll(code)", opened["code"])
    digits = lead_does(lab, told)["digits"]
    confirmed = page.evaluate("() => torture.confirmed()")
    assert confirmed
    page.evaluate("told => torture.admit(told)", {"staff": opened["nurse"], "pin": PIN, "digits": digits})
    return page, opened["nurse"]


def open_pages(tablet: BrowserTablet, nurse: str) -> list[Page]:
    first, second = tablet.start(share=SHARE, pages=2)
    first.evaluate("told => torture.signIn(told)", {"staff": nurse, "pin": PIN})
    until(second, OPEN)
    return [first, second]


def begin(page: Page, nurse: str, *, doses: int, persons: Sequence[str] = ()) -> None:
    told = {"doses": doses, "staff": nurse, "lot": "BENCH-AZ", "persons": list(persons)}
    page.evaluate("told => { torture.begin(told) }", told)


def drained(pages: Sequence[Page]) -> list[tuple[int, str | None, int]]:
    """Send until nothing waits, and return what waits, what stopped and what was set aside by each page's own word."""
    ended = [page.evaluate("() => torture.drain()") for page in pages]
    return [(one["unsent"], one["stopped"], one["setAside"]) for one in ended]


def journals_of(connection: psycopg.Connection) -> dict[str, list[tuple[str, int]]]:
    """Return the doses that the journal holds by the device that wrote them, with their places in its chain."""
    found = connection.execute(
        "select device::text, id::text, device_sequence from journal_entry where kind = 'dose-given'"
    ).fetchall()
    return {device: [(entry, seq) for of, entry, seq in found if of == device] for device, _, _ in found}


def flagged_in(connection: psycopg.Connection, page: Page, *, enough: int) -> set[str]:
    """Wait until the doses of so many persons wait for the lead's word, as the rules want it; return whose they are."""
    give_up_at = time.monotonic() + PATIENCE_MS / 1000
    while True:
        found = connection.execute(
            "select distinct person_id::text from immunization_dose where findings & %s <> 0", [PLAUSIBLE_AGAIN]
        ).fetchall()
        connection.rollback()
        if len(found) >= enough or time.monotonic() > give_up_at:
            return {person for (person,) in found}
        page.wait_for_timeout(PUMP_MS)


@pytest.mark.parametrize("cuts", [SHORT, LONG])
def test_torture_with_cuts_of_browser_web_and_database_loses_nothing(
    browser: Browser, tmp_path: Path, tell_figures: Callable[..., None], cuts: int
) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    rng = random.Random(seed)
    chrome = os.environ.get("CHROME") or next(filter(None, map(shutil.which, ("chromium", "google-chrome"))))
    clashing = [str(uuid4()) for _ in range(CLASHING)]
    with laboratory(connections=1) as lab:
        script = tablets.bundled()
        first, other = (
            BrowserTablet(
                browser.browser_type, chrome=chrome, profile=tmp_path / name, url=lab.platform.url, script=script
            )
            for name in ("first", "other")
        )
        _, nurse = enrolled(lab, first)
        first.kill()
        for turn in range(cuts + 1):
            pages = open_pages(first, nurse)
            before = len(first.acknowledged)
            last = turn == cuts
            begin(pages[0], nurse, doses=DOSES if last else ENDLESS, persons=clashing if last else ())
            begin(pages[1], nurse, doses=DOSES if last else ENDLESS)
            jump = rng.choice([-1, 1]) * timedelta(days=rng.choice([1, 400]))
            pages[1].evaluate("ms => torture.setClock(ms)", jump.total_seconds() * 1000)
            if last:
                break
            first.until_acknowledged(before + rng.randint(DOSES, 2 * DOSES), pages[0])
            cut_everything(lab, first)
        beside, _ = enrolled(lab, other)
        begin(beside, nurse, doses=CLASHING, persons=clashing)
        assert drained([*pages, beside]) == [(0, None, 0)] * 3
        with lab.platform.worker(), psycopg.connect(lab.platform.cluster.owner_url(DATABASE)) as connection:
            journals = journals_of(connection)
            flagged = flagged_in(connection, beside, enough=CLASHING)
        for tablet in (first, other):
            tablet.close()
    told = [[one["id"] for one in tablet.acknowledged] for tablet in (first, other)]
    tell_figures(seed=seed, acknowledged=sum(map(len, told)), cuts=cuts, flagged=len(flagged))
    assert first.kills == cuts + 1, "once after it was enrolled, then by each cut"
    assert [*first.faults, *other.faults] == []
    assert len(told[0]) + len(told[1]) >= AT_LEAST
    by_first, by_other = sorted(journals.values(), key=len, reverse=True)
    assert faults(told[0], by_first) == [], f"cuts and clocks drawn with seed {seed}"
    assert faults(told[1], by_other) == []
    assert flagged == set(clashing)
