"""What every page of the depot shares: who is signed in, at which place, and what a refused deed says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from tiemchung.domain.access import queries as access
from tiemchung.domain.places import queries as places
from tiemchung.domain.supply import policy
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.shared.doors import StaffRequest
from tiemchung.faces.shared.refusals import sentence, status_of
from tiemchung.kernel.actor import Power
from tiemchung.kernel.refusal import NotPermitted, Refusal
from tiemchung.plumbing.time import clock

DONE = "depot-done"
"""Under which key the session carries, to the next page only, what has just been done."""


def at_place(request: StaffRequest, site: str) -> str:
    """Return the place's name; refuse whoever may not look at it, and a code that is none."""
    if not policy.may_see_stock(request.actor, site):
        raise NotPermitted(site=site)
    found = places.site(site)
    if found is None:
        raise Http404
    return found.name


def page(
    request: StaffRequest,
    template: str,
    context: dict[str, Any],
    *,
    here: str,
    site: str | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    """Show a page of the depot; after a refusal, with its sentence on top and its status."""
    wrong = context.get("wrong") or {}
    frame = {
        "actor": request.actor,
        "here": here,
        "site": site,
        "site_name": name_of(site) if site else "",
        "now": clock().now(),
        "keeps": site is not None and policy.may_keep_stock(request.actor, site),
        "judges": request.actor.can(Power.JUDGE_QUALITY),
        "refusal": None if refusal is None else sentence(refusal),
        "done": request.session.pop(DONE, None),
        "wrong": wrong,
    }
    status = status_of(refusal) if refusal else 422 if wrong else 200
    return render(request, template, {**frame, **context}, status=status)


def attempt(deed: Callable[[], object]) -> Refusal | None:
    """Do it; return the refusal if it was declined."""
    try:
        deed()
    except NotPermitted:
        raise
    except Refusal as refusal:
        return refusal
    return None


def say_done(request: StaffRequest, words: str) -> None:
    """Let the next page say what has just been done."""
    request.session[DONE] = words


def name_of(site: str) -> str:
    """Return a place's name, or its code where it has none."""
    return names_of([site]).get(site, site)


def names_of(sites: Iterable[str]) -> dict[str, str]:
    """Return the names of these places."""
    return {code: found.name for code, found in places.sites_of(filter(None, sites)).items()}


def staff_names(staff: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Return the names of these members of the staff; whoever loaded a file has none."""
    return dict(access.staff_names([each for each in staff if each is not None]).items())


def product_names() -> dict[str, str]:
    """Return the products by code, as people call them."""
    return {code: product.name_vi for code, product in vaccines.products().items()}
