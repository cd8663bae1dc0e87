"""Every screen of the station's app, in the two looks of every run: whole, accessible, without a complaint."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.faces.station.scenery import MORNING, hire
from tests.journeys.conftest import OpenPage, Site, Visit, check_page
from tests.journeys.tablets import FRONTEND
from tests.journeys.test_all_pages import EVERY_RUN
from tests.journeys.test_station_app import PIN, when_the_lead_enrolls_it, when_the_nurse_sets_her_pin
from tests.journeys.worlds import chairs
from tests.journeys.worlds.world import World
from tiemchung.domain.journal import actions as journal
from tiemchung.faces.station.app import machine

pytestmark = [pytest.mark.browser, pytest.mark.proof]
ROUTER = (FRONTEND / "station/src/screens/app.tsx").read_text(encoding="utf-8")
PLACES = list(dict.fromkeys(re.findall(r'place === "(\w+)"', ROUTER)))
STEPS = re.findall(r"^  (\w+): [A-Z]\w+,$", ROUTER[ROUTER.index("const OF_VISIT") :], re.MULTILINE)
"""What an address of the app may name, read from where the app itself decides it."""
EVERYTHING = "Phan Thị Cả"
"""Works at every desk and leads the site: to whom the app shows all it has."""
CALLED = "Lê Thị Hường"
VISITS = ("arrived", "waiting", "watched", "reacting")
NOWHERE = "#/visit/nobody/nowhere"
LOST, LOCK, UNLOCK = (machine.MACHINE[sentence].vi for sentence in ("lost.title", "device.lock", "lock.open"))
ASKING = re.compile("Đang hỏi|Asking")
"""What a button says while the center is asked."""
Faults = list[str]


def look_at(page: Page, where: str) -> Faults:
    """Look at what is shown now in both looks, and return what is wrong."""
    faults = []
    for width, theme, tongue in EVERY_RUN:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        if tongue:
            speak(page, tongue.strip("/"))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("button", name=ASKING)).to_have_count(0)
        try:
            check_page(Visit(page=page, complaints=[]), where=f"{where} at {width} px, {theme}")
        except AssertionError as fault:
            faults.append(str(fault))
    speak(page, "vi")
    return faults


def speak(page: Page, language: str) -> None:
    page.locator(f".tc-language__other[lang={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def go(page: Page, address: str) -> None:
    """Go by way of an address that leads nowhere, so that what is looked at next is no screen from before."""
    page.evaluate(f"location.hash = '{NOWHERE}'")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(LOST)
    page.evaluate(f"location.hash = '{address}'")
    expect(heading).not_to_have_text(LOST)


def enrolled(page: Page, world: World, desk: Page, url: str) -> Faults:
    """Enroll a tablet and unlock it, looking at each screen on the way."""
    held = world.browsers["lead"].cookies.items()
    desk.context.add_cookies([{"name": name, "value": morsel.value, "url": url} for name, morsel in held])
    page.goto("/station/app/")
    expect(page.get_by_label("Mã đăng ký")).to_be_visible()
    faults = look_at(page, "the enrollment")
    desk.goto("/station/lead/devices/")
    page.goto("about:blank")  # the code comes with the app's opening, as a camera opens it
    when_the_lead_enrolls_it(page, desk)
    expect(page.get_by_role("button", name=re.compile(EVERYTHING))).to_be_visible()
    faults += look_at(page, "who unlocks")
    when_the_nurse_sets_her_pin(page, desk, name=EVERYTHING)
    return faults


def locked(page: Page) -> Faults:
    """Lock it and look at the way in; then come in again."""
    go(page, "#/device")
    page.get_by_role("button", name=LOCK).click()
    expect(page.get_by_label("Mã PIN")).to_be_visible()
    faults = look_at(page, "the locked screen")
    page.get_by_label("Mã PIN").fill(PIN)
    page.get_by_role("button", name=UNLOCK).click()
    expect(page.get_by_role("button", name=LOCK)).to_be_visible()
    return faults


def test_every_screen_of_the_app_is_whole_and_open_to_everybody(
    open_page: OpenPage, site: Site, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("settings").TIEMCHUNG_DEMO = True
    journal.forget_server_device()
    world = chairs.chair(request)
    roles = ("check-in", "screener", "vaccinator", "observer", "lead")
    hire("ca", *roles, name=EVERYTHING)
    request.getfixturevalue("set_time")(MORNING + timedelta(minutes=45), 1.0)
    assert {"carry", "vials", "board"} <= set(PLACES)
    assert {"arrive", "dose", "slip"} <= set(STEPS)
    page, desk = open_page(390).page, open_page(1280).page
    faults = enrolled(page, world, desk, site.url)
    row = page.get_by_role("link", name=re.compile(CALLED))
    expect(row).to_be_visible()
    called = row.get_attribute("href") or ""
    faults += look_at(page, "today's list")
    visits = [f"#/visit/{world.names[name]}/{step}" for name in VISITS for step in STEPS]
    for address in [called, *(f"#/{place}" for place in PLACES if place != "visit"), *visits]:
        go(page, address)
        faults += look_at(page, address)
    faults += locked(page)
    page.evaluate(f"location.hash = '{NOWHERE}'")
    faults += look_at(page, "what is not there")
    assert not faults, "\n".join(faults)
