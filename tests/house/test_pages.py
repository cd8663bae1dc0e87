"""Every page is looked at: a route that answers a browser stands in the sweep of all pages, or says why it is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from tests.house.test_routes import Route, all_routes, routes
from tests.journeys.pages import NO_PAGES, PAGES
from tiemchung.faces.shared.doors import public, staff_only
from tiemchung.kernel.actor import Power

READS = {"GET", "HEAD"}
BY_PROGRAMS = {"device", "partner"}
"""Doors that no browser goes through."""
LOOKED_AT = {page.route for pages in PAGES.values() for page in pages}


def answers_a_browser(view: Callable[..., Any]) -> bool:
    """Tell whether a view may be asked for a page; Django's own decorators say which methods it takes."""
    return all(READS & set(methods) for methods in _methods(view))


def _methods(view: Callable[..., Any] | None) -> Iterator[list[str]]:
    """Yield what each layer of a view lets through."""
    while view is not None:
        names = getattr(getattr(view, "__code__", None), "co_freevars", ())
        for name, cell in zip(names, getattr(view, "__closure__", None) or (), strict=False):
            if name == "request_method_list":
                yield cell.cell_contents
        view = getattr(view, "__wrapped__", None)


def unseen(found: Iterable[Route]) -> list[str]:
    """Return the routes of pages that nobody looks at."""
    return [
        route.address
        for route in found
        if (route.policy is None or route.policy.door not in BY_PROGRAMS)
        and answers_a_browser(route.view)
        and route.address not in LOOKED_AT
        and route.address not in NO_PAGES
    ]


def test_every_page_is_looked_at_or_says_why_it_is_none() -> None:
    assert unseen(all_routes()) == []


def test_the_lists_hold_no_route_that_is_gone_and_none_twice() -> None:
    standing = {route.address for route in all_routes()}
    assert (LOOKED_AT | set(NO_PAGES)) - standing == set()
    assert LOOKED_AT & set(NO_PAGES) == set()


def test_a_new_page_is_noticed_and_a_button_is_none() -> None:
    def page(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    opened = public("planted")(page)
    pressed = staff_only(Power.SEE_BOARD)(require_POST(page))
    assert unseen(routes([path("planted/", opened), path("pressed/", pressed)])) == ["planted/"]
