"""Every page of every face, in every look: opened as whoever it is for, whole, accessible, without a complaint."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from playwright.sync_api import BrowserContext
from playwright.sync_api import Error as BrowserError

from tests.domain.intake.conftest import new_tablet, tablet, ward
from tests.domain.movement.conftest import checkpoint
from tests.domain.visits.conftest import lead
from tests.faces.healthbook.conftest import phones
from tests.journeys.conftest import THEMES, WIDTHS, OpenPage, Site, check_page
from tests.journeys.pages import PAGES, Page
from tests.journeys.worlds import book, chairs, everybody, offices
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


@pytest.mark.parametrize(
    "looks", [pytest.param(EVERY_RUN, id="two looks"), pytest.param(OTHERS, marks=pytest.mark.proof, id="all others")]
)
@pytest.mark.parametrize("face", PAGES)
def test_every_page_is_whole_and_open_to_everybody(
    open_page: OpenPage, site: Site, request: pytest.FixtureRequest, face: str, looks: tuple[Look, ...]
) -> None:
    request.getfixturevalue("settings").TIEMCHUNG_DEMO = True
    journal.forget_server_device()
    cache.clear()
    world = WORLDS[face](request)
    faults = [fault for look in looks for fault in faults_of(PAGES[face], world, open_page, site.url, look)]
    assert not faults, "\n".join(faults)


def faults_of(pages: tuple[Page, ...], world: World, open_page: OpenPage, url: str, look: Look) -> list[str]:
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
            assert (answer.status, came_to) == (page.status, f"{url}{path}{page.query}"), where
            if page.ready:
                visit.page.locator(page.ready).first.wait_for()
            check_page(visit, where=where)
        except (AssertionError, BrowserError) as fault:
            faults.append(f"{where}: {fault}")
    return faults


def become(context: BrowserContext, world: World, who: str, url: str) -> None:
    """Let the browser be somebody's."""
    context.clear_cookies()
    if who:
        held = world.browsers[who].cookies.items()
        context.add_cookies([{"name": name, "value": morsel.value, "url": url} for name, morsel in held])
