"""A tablet and the whole platform under torture: browser, web and every process of PostgreSQL are killed in mid-burst.

More than 500 doses on two pages of one tablet, half of all requests failing; what was acknowledged is in the journal once.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from tests.bench.lab import Lab, laboratory
from tests.faults.processes import children_of, kill_all
from tests.journeys import tablets
from tests.journeys.conftest import until
from tests.journeys.tablets import BrowserTablet
from tests.journeys.test_torture import OPEN, PIN, SHARE, faults, journal_of
from tiemchung.project.platform import DATABASE

pytestmark = [pytest.mark.browser, pytest.mark.proof]

DOSES, CUTS = 100, 3
"""What each of two pages writes between cuts, and how often everything is killed."""

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


def cut_everything(lab: Lab) -> None:
    """Kill the web and every process of PostgreSQL at once, and start them again."""
    (web,) = (child for child in lab.platform._children if child.name == "web")
    server = lab.platform.cluster.pid
    kill_all([web.process.pid, *children_of(web.process.pid), server, *children_of(server)])
    web.process.wait()
    lab.platform.cluster.revive()
    lab.platform._replace(web)
    lab.platform._await_health()


def open_pages(tablet: BrowserTablet, nurse: str) -> list[Page]:
    first, second = tablet.start(share=SHARE, pages=2)
    first.evaluate("told => torture.signIn(told)", {"staff": nurse, "pin": PIN})
    until(second, OPEN)
    return [first, second]


def test_torture_with_cuts_of_browser_web_and_database_loses_nothing(
    browser: Browser, tmp_path: Path, tell_figures: Callable[..., None]
) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    rng = random.Random(seed)
    chrome = os.environ.get("CHROME") or next(filter(None, map(shutil.which, ("chromium", "google-chrome"))))
    with laboratory(connections=1) as lab:
        tablet = BrowserTablet(
            browser.browser_type,
            chrome=chrome,
            profile=tmp_path / "profile",
            url=lab.platform.url,
            script=tablets.bundled(),
        )
        opened = lead_does(lab, {})
        (page,) = tablet.start(share=SHARE)
        told = page.evaluate("code => torture.enroll(code)", opened["code"])
        digits = lead_does(lab, told)["digits"]
        confirmed = page.evaluate("() => torture.confirmed()")
        assert confirmed
        page.evaluate("told => torture.admit(told)", {"staff": opened["nurse"], "pin": PIN, "digits": digits})
        tablet.kill()
        for turn in range(CUTS + 1):
            pages = open_pages(tablet, opened["nurse"])
            enough = len(tablet.acknowledged) + rng.randint(DOSES // 2, 2 * DOSES - 20)
            for each in pages:
                each.evaluate(
                    "told => { torture.begin(told) }", {"doses": DOSES, "staff": opened["nurse"], "lot": "BENCH-AZ"}
                )
            if turn == CUTS:
                break
            tablet.until_acknowledged(enough, pages[0])
            cut_everything(lab)
            tablet.kill()
        ended = [each.evaluate("() => torture.drain()") for each in pages]
        tablet.close()
        with psycopg.connect(lab.platform.cluster.owner_url(DATABASE)) as connection:
            journal = journal_of(connection)
    acknowledged = [told["id"] for told in tablet.acknowledged]
    tell_figures(seed=seed, acknowledged=len(acknowledged), journal=len(journal), cuts=CUTS, kills=tablet.kills)
    assert tablet.faults == []
    assert [(one["unsent"], one["stopped"], one["setAside"]) for one in ended] == [(0, None, 0)] * 2
    assert len(acknowledged) > 2 * DOSES
    assert faults(acknowledged, journal) == []
