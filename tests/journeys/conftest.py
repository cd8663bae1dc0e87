"""A browser and the platform it opens: the real pages, files and policies, served by this very process.

Tests that look before a page is there show up by hand: with LATE_ANSWERS_S in the environment every answer comes so many
seconds later, with SLOW_BROWSER=6 every page has a sixth of the processor, with LATE_TIMERS=1 every page comes late to what
it puts off.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Condition, Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, Request, expect, sync_playwright
from playwright.sync_api import Error as BrowserError
from pytest_django import Settings

from tests.domain.campaigns.wards import open_campaign
from tests.faces.station import scenery
from tests.faces.station.scenery import MORNING
from tiemchung.domain.journal import actions as journal

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
FAKE_CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
"""A camera that shows a file: it is opened anew each time a page opens the camera, and shows what lies there then."""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (320, 390, 820, 1280)
THEMES = ("light", "dark")
PATIENCE_MS = 120_000
"""The looks of every page; `test_all_pages` says which of them every run looks at.

A page is waited for as long as a busy machine may need: what fails a test is a wrong page, never a slow one."""

LATE_TIMERS = """
const atOnce = window.setTimeout;
window.setTimeout = (work, ms, ...told) => atOnce(work, (ms ?? 0) + 2000, ...told);
"""
"""Let a page come late to what it puts off until it has been drawn: whatever it waits for is there by then."""
VISITS = pytest.StashKey[list["Visit"]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell with a failure where its pages stood and what their browser complained of."""
    report = yield
    if report.failed:
        told = [f"{visit.page.url}: {visit.complaints or 'no complaint'}" for visit in item.stash.get(VISITS, [])]
        report.sections.append(("Pages at the end", "\n".join(told)))
    return report


def failed(request: Request) -> bool:
    """Tell whether a request failed by itself; one that the browser let go of because the page went on did not."""
    return request.failure != "net::ERR_ABORTED"


def chromium() -> str:
    """Return the browser's program on this machine."""
    return os.environ.get("CHROME") or next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))))


@pytest.fixture(scope="session")
def camera_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file that every camera of the browser shows."""
    return tmp_path_factory.mktemp("camera") / "seen.y4m"


@pytest.fixture(scope="session")
def browser(camera_file: Path) -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread; Django, used between its calls, would take it for an async view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        seen = f"--use-file-for-fake-video-capture={camera_file}"
        started = playwright.chromium.launch(executable_path=chromium(), args=[*QUIET, *FAKE_CAMERA, seen])
        yield started
        started.close()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128
    """A page asks for its files at once; whoever finds the queue full asks again after a second, and then after three."""


class Silent(WSGIRequestHandler):
    def log_message(self, *_words: object) -> None:
        """Say nothing: the test speaks."""


@dataclass
class Site:
    """Where the pages are; `extra` serves pages that only a test has."""

    url: str
    extra: dict[str, str] = field(default_factory=dict)
    asked: int = 0
    answered: Condition = field(default_factory=Condition)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Count an answer as under way."""
        with self.answered:
            self.asked += 1
        try:
            yield
        finally:
            with self.answered:
                self.asked -= 1
                self.answered.notify_all()

    def fall_silent(self) -> None:
        """Wait until nothing is answered any more: what a browser has let go of still writes into the next test's tables."""
        with self.answered:
            assert self.answered.wait_for(lambda: self.asked == 0, timeout=PATIENCE_MS / 1000)


@pytest.fixture
def site(committed_db: None) -> Iterator[Site]:
    """Serve the platform on this process's database, committed, for the length of a test."""
    served = Site(url="")
    with make_server("127.0.0.1", 0, with_extra(served), _Server, Silent) as server:
        served.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield served
        server.shutdown()
        thread.join()
        served.fall_silent()


def with_extra(served: Site) -> WSGIApplication:
    platform = WSGIHandler()

    late_s = float(os.environ.get("LATE_ANSWERS_S", "0"))

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> object:
        page = served.extra.get(environ["PATH_INFO"])
        if page is None:
            with served.answering():
                time.sleep(late_s)
                try:
                    return platform(environ, start_response)
                finally:
                    connections.close_all()
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [page.encode()]

    return answer  # type: ignore[return-value]  # Django's handler is typed more narrowly than it is


@dataclass
class Visit:
    """One page in one browser, and everything it did that it should not have done.

    `expects` names by a pattern what the browser notes as an error and is none, as an answer that refuses a form.
    """

    page: Page
    complaints: list[str]
    expects: str = ""

    def note(self, complaint: str) -> None:
        """Keep a complaint, unless it was expected."""
        if not (self.expects and re.search(self.expects, complaint)):
            self.complaints.append(complaint)


OpenPage = Callable[..., Visit]


@pytest.fixture
def morning(
    committed_db: None,
    as_worker: Callable[[], AbstractContextManager[None]],
    set_time: Callable[..., None],
    settings: Settings,
) -> None:
    """Let a site of an open campaign begin its day; its clock stands at half past nine, and anybody signs in by one click."""
    settings.TIEMCHUNG_DEMO = True
    set_time(MORNING + timedelta(minutes=30))
    journal.forget_server_device()
    with as_worker():
        scenery.found_sites()
        open_campaign()


@pytest.fixture
def tablets_morning(morning: None, set_time: Callable[..., None]) -> None:
    """Let the same site's clock run, as a tablet's does."""
    set_time(MORNING + timedelta(minutes=45), 1.0)


@pytest.fixture
def open_page(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[OpenPage]:
    """Return a function of (width, theme, script=True) that gives an empty page which notes complaints."""
    contexts = []
    visits = request.node.stash.setdefault(VISITS, [])

    def opened(width: int = 1280, theme: str = "light", *, script: bool = True) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",  # a color on its way to another is neither
            java_script_enabled=script,
            base_url=site.url,
            locale="vi-VN",
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        visit = Visit(page=context.new_page(), complaints=[])
        visits.append(visit)
        if rate := os.environ.get("SLOW_BROWSER"):
            context.new_cdp_session(visit.page).send("Emulation.setCPUThrottlingRate", {"rate": float(rate)})
        if os.environ.get("LATE_TIMERS"):
            visit.page.add_init_script(LATE_TIMERS)
        note = visit.note
        visit.page.on("console", lambda told: note(told.text) if told.type in {"error", "warning"} else None)
        visit.page.on("pageerror", lambda error: note(str(error)))
        visit.page.on("requestfailed", lambda request: note(f"failed: {request.url}") if failed(request) else None)
        visit.page.on(
            "request", lambda asked: None if asked.url.startswith(site.url) else note(f"outside: {asked.url}")
        )
        return visit

    yield opened
    for context in contexts:
        context.close()


SignedIn = Callable[..., Visit]


@pytest.fixture
def signed_in(open_page: OpenPage, site: Site) -> SignedIn:
    """Return a function of (client, width) that opens the browser of whoever is signed in with this client."""

    def opened(client: Client, width: int = 1280) -> Visit:
        visit = open_page(width)
        visit.page.context.add_cookies(
            [{"name": name, "value": morsel.value, "url": site.url} for name, morsel in client.cookies.items()]
        )
        return visit

    return opened


@contextmanager
def whole_page(page: Page) -> Iterator[None]:
    """Make the window as high as the page: what lies below a bar at the window's edge for now is no fault of the page."""
    size = page.viewport_size
    assert size is not None
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], height)})
    try:
        yield
    finally:
        page.set_viewport_size(size)


def click_twice(button: Locator) -> None:
    """Click twice before the page can answer, as an impatient hand does; a mouse's second click may meet the next page."""
    button.wait_for()
    button.evaluate("button => { button.click(); button.click(); }")


def until(page: Page, question: str, told: object = None) -> None:
    """Ask a page until it says yes, and wait for an answer that is promised.

    Playwright's own waiting takes a promise for a yes, and asks no second time where a page's policy forbids eval.
    """
    give_up_at = time.monotonic() + PATIENCE_MS / 1000
    while True:
        is_so = page.evaluate(question, told)
        if is_so:
            return
        assert time.monotonic() < give_up_at, f"it never was so: {question}"
        page.wait_for_timeout(50)


LETTERS = """() => {
  document.body.getBoundingClientRect(); // to lay a page out is to ask for its letters
  return document.fonts.ready.then(() => document.fonts.status === 'loaded');
}"""


def has_letters(page: Page) -> None:
    """Wait until a page's letters are there: others take another width."""
    until(page, LETTERS)


UNDRESSED = """async () => {
  const letters = await document.fonts.load('16px "Be Vietnam Pro"', 'Ẳ').catch(() => []);
  document.body.getBoundingClientRect();
  await document.fonts.ready;
  const told = [];
  const family = getComputedStyle(document.body).fontFamily;
  if (!family.startsWith('"Be Vietnam Pro"')) told.push(`is not dressed: ${family}`);
  if (!letters.some(face => face.status === 'loaded')) told.push('has no letters of ours');
  const wide = document.documentElement.scrollWidth;
  if (wide > window.innerWidth) {
    const beyond = [...document.body.querySelectorAll('*')].filter(e => !e.closest('.tc-table-frame')
      && e.getBoundingClientRect().right > window.innerWidth).map(e => `${e.tagName}.${e.className}`).slice(0, 5);
    told.push(`scrolls sideways: ${wide} of ${window.innerWidth}, by ${beyond}`);
  }
  return told;
}"""
"""What is wrong with a page's dress once its letters are there; letters on their way take another width."""


def check_page(visit: Visit, *, where: str, patience_ms: int = PATIENCE_MS) -> None:
    """Assert what holds for every page: accessible, no sideways scroll, styled, no complaint, nothing from outside."""
    page = visit.page
    page.wait_for_load_state()  # a click ends as the next page begins, whose document may still be empty
    give_up_at = time.monotonic() + patience_ms / 1000
    while (told := _faults_of(page)) and time.monotonic() < give_up_at:
        page.wait_for_timeout(100)
    assert not told, f"{where}:\n" + "\n".join(told)
    assert not visit.complaints, f"{where}: {visit.complaints}"


def _faults_of(page: Page) -> list[str]:
    """Return what is wrong with what is shown now; what was caught on its way from one to the next is looked at again."""
    try:
        undressed = page.evaluate(UNDRESSED)
        if undressed:
            return list(undressed)
        with whole_page(page):
            found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]})
    except BrowserError as fault:
        return [str(fault)]
    return [
        f"{rule['id']}: {node['html'][:160]} - {node['failureSummary']}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]
