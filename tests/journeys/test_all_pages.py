"""Every page of every face, in every look: opened as whoever it is for, whole, accessible, without a complaint.

What pages say where there is nothing, where somebody may not look and to a form that cannot be taken is looked at the
same way: `states` lists it, and the world in which nothing has happened yet shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Response
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page as BrowserPage

from tests.domain.intake.conftest import new_tablet, tablet, ward
from tests.domain.movement.conftest import checkpoint
from tests.domain.visits.conftest import lead
from tests.faces.healthbook.conftest import phones
from tests.journeys.conftest import THEMES, WIDTHS, OpenPage, Site, Visit, check_page, has_letters
from tests.journeys.pages import PAGES, Page
from tests.journeys.states import STATES
from tests.journeys.worlds import bare, book, chairs, everybody, offices
from tests.journeys.worlds.world import World
from tiemchung.domain.journal import actions as journal

__all__ = ["checkpoint", "lead", "new_tablet", "phones", "tablet", "ward"]

pytestmark = pytest.mark.browser
WORLDS: dict[str, Callable[[pytest.FixtureRequest], World]] = {
    "portal": everybody.portal,
    "signing_in": everybody.signing_in,
    "chair": chairs.chair,
    "office": offices.office,
    "center": offices.center,
    "depot": offices.depot,
    "checkpoint": offices.checkpoint,
    "book": book.book,
    "bare": bare.bare,
}
TONGUES = {"light": "", "dark": "/en"}
EVERY_RUN = ((390, "light", ""), (1280, "dark", "/en"))
"""A phone by day in Vietnamese and a desk by night in English: in `make test`; all other looks are proofs."""
OTHERS = (
    *(
        (width, theme, TONGUES[theme])
        for width in WIDTHS
        for theme in THEMES
        if (width, theme, TONGUES[theme]) not in EVERY_RUN
    ),
    (320, "light", "/en"),
    (1280, "dark", ""),
)
"""Every other width in both themes; the narrowest and the widest in the other language too, for the longer one decides."""
Look = tuple[int, str, str]
FACES = {**PAGES, "bare": STATES}
WIDTH_OF_ITS_DESK = {
    "portal": 390,
    "signing_in": 1280,
    "book": 390,
    "chair": 1280,
    "office": 1280,
    "center": 1280,
    "depot": 1280,
    "checkpoint": 390,
}
"""How wide a face is read by those who make its text twice as large, by day: it is looked at so in that look."""
LOST = """() => {
  const wide = document.documentElement.clientWidth;
  const shown = [...document.body.querySelectorAll('*')].filter(e => e.checkVisibility()
    && !e.closest('svg, .tc-table-frame, .tc-scroll, .tc-people, .tc-skip, .tc-hidden, .govuk-visually-hidden'));
  const named = e => `${e.tagName}.${e.className}: ${e.textContent.trim().slice(0, 60)}`;
  const beyond = shown.filter(e => e.getBoundingClientRect().right > wide + 1 && !e.matches('option'));
  const cut = shown.filter(e => {
    const { overflowX, overflowY } = getComputedStyle(e);
    return e.textContent.trim() && !e.matches('select, option, textarea')
      && ((['hidden', 'clip'].includes(overflowX) && e.scrollWidth > e.clientWidth + 1)
      || (['hidden', 'clip'].includes(overflowY) && e.scrollHeight > e.clientHeight + 1));
  });
  return [...beyond.slice(0, 5).map(e => `beyond the edge: ${named(e)}`), ...cut.slice(0, 5).map(e => `cut off: ${named(e)}`)];
}"""
"""What reaches beyond the page's edge, or is cut off by its own; a wide table and a row of names scroll in a frame of their own."""
SENDS = """fields => {
  const names = Object.keys(fields);
  const form = [...document.querySelectorAll('main form[method=post]')].find(each => names.every(name => each.elements[name]));
  for (const name of names) form.elements[name].value = fields[name];
  form.noValidate = true;
  HTMLFormElement.prototype.submit.call(form);
}"""
"""Sends a page's first form that has these fields, past what the browser itself would hold back."""


@pytest.mark.parametrize(
    ("looks", "rare"),
    [
        pytest.param(EVERY_RUN, False, id="two looks"),
        pytest.param(OTHERS, False, marks=pytest.mark.proof, id="all others"),
        # Not in all ten looks: whoever sends a refused form so often within the hour is told to wait.
        pytest.param(EVERY_RUN, True, marks=pytest.mark.proof, id="the rare ones"),
    ],
)
@pytest.mark.parametrize("face", FACES)
def test_every_page_is_whole_and_open_to_everybody(
    open_page: OpenPage, site: Site, request: pytest.FixtureRequest, face: str, looks: tuple[Look, ...], *, rare: bool
) -> None:
    pages = tuple(page for page in FACES[face] if page.rare is rare)
    if not pages:
        return
    request.getfixturevalue("settings").TIEMCHUNG_DEMO = True
    journal.forget_server_device()
    cache.clear()
    world = WORLDS[face](request)
    read_large = (WIDTH_OF_ITS_DESK.get(face), "light", "")
    faults = [
        fault
        for look in looks
        for fault in faults_of(pages, world, open_page, site.url, look, large_too=look == read_large)
    ]
    assert not faults, "\n".join(faults)


def loses_nothing(visit: Visit, *, where: str) -> None:
    """Assert that nothing is cut off and nothing scrolls two ways when the text is twice as large (WCAG 1.4.4)."""
    visit.page.evaluate("document.documentElement.style.fontSize = '200%'")
    has_letters(visit.page)
    lost = visit.page.evaluate(LOST)
    assert not lost, f"{where}, text at 200 %:\n" + "\n".join(lost)


def faults_of(
    pages: tuple[Page, ...], world: World, open_page: OpenPage, url: str, look: Look, *, large_too: bool
) -> list[str]:
    """Open these pages one after the other in one look, and return what is wrong with them."""
    width, theme, tongue = look
    visit, faults, who = open_page(width, theme), [], ""
    for page in pages:
        if page.who != who:
            become(visit.page.context, world, page.who, url)
            who = page.who
        path = f"{tongue}/{world.fill(page.route, page.fills)}"
        where = f"{path}{page.query} of {page.who or 'anybody'} at {width} px, {theme}"
        visit.complaints.clear()
        visit.expects = "" if page.status == 200 else f"status of {page.status}"
        try:
            answer = visit.page.goto(path + page.query)
            assert answer is not None
            came_to = visit.page.url.split("#")[0]
            came_in = 200 if page.send is not None else page.status
            assert (answer.status, came_to) == (came_in, f"{url}{path}{page.query}"), where
            if page.send is not None:
                assert sent(visit.page, page.send).status == page.status, where
            if page.ready:
                visit.page.locator(page.ready).first.wait_for()
            check_page(visit, where=where)
            if large_too:
                loses_nothing(visit, where=where)
        except (AssertionError, BrowserError) as fault:
            faults.append(f"{where}: {fault}")
    return faults


def sent(page: BrowserPage, fields: Mapping[str, str]) -> Response:
    """Send the page's form, and return what answers."""
    with page.expect_navigation() as answered:
        page.evaluate(SENDS, dict(fields))
    return answered.value


def become(context: BrowserContext, world: World, who: str, url: str) -> None:
    """Let the browser be somebody's."""
    context.clear_cookies()
    if who:
        held = world.browsers[who].cookies.items()
        context.add_cookies([{"name": name, "value": morsel.value, "url": url} for name, morsel in held])
