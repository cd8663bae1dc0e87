"""A tablet under torture: its browser killed in mid-burst, its requests failing, its clock set, two pages writing at once.

Every dose that a page acknowledged is in the journal, once. With the pages' heed of each other removed, it is not.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from uuid import UUID

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from tests.faces.station import scenery
from tests.journeys import tablets
from tests.journeys.conftest import Site, until
from tests.journeys.tablets import BrowserTablet
from tiemchung.domain.access import actions as access
from tiemchung.faces.shared import tabletkeys
from tiemchung.kernel.actor import Actor, ActorKind, Power, Reach
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung.plumbing.time import clock

pytestmark = pytest.mark.browser

PIN = "407218365914"
"""As long as the app takes: six digits would be found by chance in a profile full of numbers."""
CARELESS = "592047183625"
"""What a careless page leaves in clear, a byte a letter."""
CARELESS_WIDE = "Ẳ 730518264917"
"""The same with a letter that takes two: a browser writes it in UTF-16."""
SHARE = 0.5
LONG = pytest.param(90, 5, marks=pytest.mark.proof, id="a long morning")
SHORT = pytest.param(25, 2, id="a short hour")
"""Doses that each of two pages writes in a burst, and bursts; the browser is killed in the middle of all but the last."""
OPEN = "torture.station.status.phase === 'open'"
DOSES = 20
"""What each of two pages writes in the control."""
CONTROL_TURNS = 20
"""How often each page of the control sends: a chain that forked is never taken whole, however often."""


WALK_IN = {
    "name": "Trần Thị Ngọc Ánh",
    "born": "1991-11-05",
    "sex": "female",
    "identifiers": [{"kind": "personal-number", "value": "079191008834"}],
    "phone": "0908123377",
}
SECRETS = (
    "Trần Thị Ngọc Ánh",
    "079191008834",
    "0908123377",
    "Nguyễn Thị Ánh Hằng",
    "Nguyễn Thị Thảo",
    scenery.LOT,
    PIN,
)
"""What was typed on the tablet or came with its list, and lies nowhere in the browser's profile."""


@dataclass(frozen=True, kw_only=True)
class Chair:
    """A site with one tablet before its nurse."""

    tablet: BrowserTablet
    nurse: UUID
    lead: Actor

    def enroll(self) -> list[Page]:
        """Enroll the tablet and sign the nurse in, over a network that fails half of the time."""
        now = clock().now()
        with reaching(self.lead.reach):
            code = access.open_enrollment(site=scenery.SITE, name="Máy 03", actor=self.lead, now=now)
        first, second = self.tablet.start(share=SHARE, pages=2)
        told = first.evaluate("code => torture.enroll(code)", f"{code}.{tabletkeys.pin()}")
        with reaching(self.lead.reach):
            access.confirm(UUID(told["device"]), fingerprint=told["fingerprint"], actor=self.lead, now=now)
            digits = access.open_unlock_code(self.nurse, site=scenery.SITE, actor=self.lead)
        confirmed = first.evaluate("() => torture.confirmed()")
        assert confirmed
        first.evaluate("told => torture.admit(told)", {"staff": str(self.nurse), "pin": PIN, "digits": digits})
        for page in (first, second):
            until(page, OPEN)
        return [first, second]

    def return_to_work(self) -> list[Page]:
        """Open the browser again after it was killed; the nurse signs in without any network's help."""
        first, second = self.tablet.start(share=SHARE, pages=2)
        first.evaluate("told => torture.signIn(told)", {"staff": str(self.nurse), "pin": PIN})
        until(second, OPEN)
        return [first, second]

    def burst(self, pages: Sequence[Page], *, doses: int) -> None:
        """Let every page write at once, without waiting for any."""
        for page in pages:
            page.evaluate(
                "told => { torture.begin(told) }", {"doses": doses, "staff": str(self.nurse), "lot": scenery.LOT}
            )


@pytest.fixture
def chair_of(
    browser: Browser, site: Site, tmp_path: Path, set_time: Callable[..., None], owner_db: None
) -> Iterator[Callable[[str], Chair]]:
    made: list[Chair] = []

    def seated(script: str) -> Chair:
        set_time(scenery.MORNING, 1.0)
        scenery.found_sites()
        scenery.stock(doses=10_000)
        scenery.somebody_screened()
        nurse = scenery.hire("thao", "vaccinator")
        lead = Actor(
            id=scenery.hire("lead", "lead", name="Lê Văn Lâm"),
            kind=ActorKind.STAFF,
            powers=frozenset({Power.ENROLL_DEVICE, Power.ATTEST}),
            reach=Reach(sites=frozenset({scenery.SITE})),
        )
        chrome = os.environ.get("CHROME") or next(filter(None, map(shutil.which, ("chromium", "google-chrome"))))
        tablet = BrowserTablet(
            browser.browser_type, chrome=chrome, profile=tmp_path / "profile", url=site.url, script=script
        )
        made.append(Chair(tablet=tablet, nurse=nurse, lead=lead))
        return made[-1]

    yield seated
    for chair in made:
        chair.tablet.close()


def check_shown(told: dict[str, Any]) -> None:
    """Assert that a page knows what the desk's pages wrote, from the bundle and the entries it pulled."""
    row = told["row"]
    shown = [row[field] for field in ("name", "born", "sex", "idEnd", "ticket", "stage", "unsent")]
    assert shown == ["Nguyễn Thị Ánh Hằng", "1987", "female", "4417", "31", "screened", False]
    assert told["isFound"]
    assert (told["day"], told["site"]) == ("2021-09-13", {"code": scenery.SITE, "name": "Trạm Y tế phường Tân Phú"})
    assert (told["lots"], told["staff"]) == ([[scenery.LOT, "az"]], ["Lê Văn Lâm", "Nguyễn Thị Thảo"])


def journal_of(connection: psycopg.Connection, kind: str = "dose-given") -> list[tuple[str, int]]:
    """Return the doses the journal holds, with their place in the device's chain."""
    found = connection.execute("select id::text, device_sequence from journal_entry where kind = %s", [kind]).fetchall()
    return [(str(entry), int(seq)) for entry, seq in found]


def faults(acknowledged: Sequence[str], journal: Sequence[tuple[str, int]]) -> list[str]:
    """Return what is not as it must be: an acknowledged dose that is missing or there twice, a gap in the chain."""
    times = Counter(entry for entry, _ in journal)
    wrong = [f"lost: {entry}" for entry in acknowledged if times[entry] == 0]
    wrong += [f"doubled: {entry}" for entry, count in times.items() if count > 1]
    sequences = sorted(seq for _, seq in journal)
    if sequences != list(range(1, len(sequences) + 1)):
        wrong.append(f"the chain has gaps or forks: {len(sequences)} entries, the last {max(sequences, default=0)}")
    return wrong


@pytest.mark.parametrize(("doses", "bursts"), [SHORT, LONG])
def test_torture_of_a_tablet_loses_nothing_and_doubles_nothing(
    chair_of: Callable[[str], Chair], owner_connection: psycopg.Connection, doses: int, bursts: int
) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    rng = random.Random(seed)
    chair = chair_of(tablets.bundled())
    tablet = chair.tablet
    pages = chair.enroll()
    for turn in range(bursts):
        before = len(tablet.acknowledged)
        chair.burst(pages, doses=doses)
        if turn == bursts - 1:
            break
        enough = before + rng.randint(doses // 2, doses)
        tablet.until_acknowledged(enough, pages[0])
        tablet.kill()
        pages = chair.return_to_work()
        jump = rng.choice([-1, 1]) * timedelta(days=rng.choice([1, 400]))
        for page in pages:
            page.evaluate("ms => torture.setClock(ms)", jump.total_seconds() * 1000)
    ended = [page.evaluate("() => torture.drain()") for page in pages]
    assert tablet.faults == []
    assert [(told["unsent"], told["stopped"], told["setAside"]) for told in ended] == [(0, None, 0)] * 2
    pages[0].evaluate("block => torture.walkIn(block)", WALK_IN)
    check_shown(pages[0].evaluate("() => torture.shown()"))
    acknowledged = [told["id"] for told in tablet.acknowledged]
    assert len(acknowledged) == len(set(acknowledged)) > 2 * doses
    assert tablet.kills == bursts - 1
    for careless in (CARELESS, CARELESS_WIDE):
        pages[0].evaluate("text => localStorage.setItem(`careless ${text.length}`, text)", careless)
    tablet.close()
    assert tablets.readable_on(tablet.profile, SECRETS) == []
    assert tablets.readable_on(tablet.profile, [CARELESS_WIDE], encodings=["utf-16-le"]) == [CARELESS_WIDE]
    in_clear = [scenery.SITE, CARELESS, CARELESS_WIDE]
    assert tablets.readable_on(tablet.profile, in_clear) == in_clear, "the search finds what lies in clear"
    assert faults(acknowledged, journal_of(owner_connection)) == [], f"kills and clocks drawn with seed {seed}"


def test_torture_control_two_pages_that_do_not_heed_each_other_lose_doses(
    chair_of: Callable[[str], Chair], owner_connection: psycopg.Connection
) -> None:
    chair = chair_of(tablets.without_safety(tablets.bundled()))
    pages = chair.enroll()
    chair.burst(pages, doses=DOSES)
    chair.tablet.until_acknowledged(2 * DOSES, pages[0])
    waiting = [page.evaluate("turns => torture.drain(turns)", CONTROL_TURNS)["unsent"] for page in pages]
    found = faults([told["id"] for told in chair.tablet.acknowledged], journal_of(owner_connection))
    assert sum(fault.startswith("lost") for fault in found) > max(waiting), "neither kept nor waiting: lost"


def test_torture_a_lost_a_doubled_and_a_missing_place_are_noticed() -> None:
    assert faults(["a", "b"], [("a", 1), ("b", 2)]) == []
    assert faults(["a", "b"], [("a", 1)]) == ["lost: b"]
    assert faults(["a"], [("a", 1), ("a", 2)]) == ["doubled: a"]
    assert faults(["a"], [("a", 2)]) == ["the chain has gaps or forks: 1 entries, the last 2"]


class Pages:
    """Pages that acknowledge a dose at each look, as many as they still have."""

    def __init__(self, tablet: BrowserTablet, doses: int, *, then: dict[str, str] | None = None) -> None:
        self.tablet, self.doses, self.then = tablet, doses, then

    def wait_for_timeout(self, _ms: float) -> None:
        if self.doses > 0:
            self.doses -= 1
            self.tablet._hear({"id": str(self.doses), "seq": self.doses})
        elif self.then is not None:
            self.tablet._hear(self.then)


@pytest.fixture
def idle_tablet(tmp_path: Path) -> BrowserTablet:
    return BrowserTablet(Mock(), chrome="", profile=tmp_path, url="", script="")


def test_torture_waits_for_doses_as_long_as_they_come(idle_tablet: BrowserTablet) -> None:
    idle_tablet.until_acknowledged(3, Pages(idle_tablet, 5))  # type: ignore[arg-type]  # waits as a page does
    assert len(idle_tablet.acknowledged) == 3


def test_torture_does_not_wait_for_a_page_that_failed(idle_tablet: BrowserTablet) -> None:
    pages = Pages(idle_tablet, 2, then={"error": "the disk is full"})
    with pytest.raises(AssertionError, match="a page failed at 2 of 3 doses"):
        idle_tablet.until_acknowledged(3, pages)  # type: ignore[arg-type]  # waits as a page does


def test_torture_does_not_wait_for_ever_for_a_page_that_writes_no_more(idle_tablet: BrowserTablet) -> None:
    with pytest.raises(AssertionError, match="no dose any more after 0 of 1"):
        idle_tablet.until_acknowledged(1, Pages(idle_tablet, 0), patience_ms=0)  # type: ignore[arg-type]  # waits as a page does
