"""Who is here today, by stage, and where somebody with several posts is now."""

from __future__ import annotations

from datetime import date, datetime

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import PlaceLevel
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.values import DoseTyped
from tiemchung.domain.places import queries as places
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.visits import queries as visits
from tiemchung.domain.visits.values import Stage, VisitListed
from tiemchung.faces.shared.doors import POST_KEY, StaffRequest, staff_only
from tiemchung.faces.station.pages import chair as pages
from tiemchung.faces.station.pages.mending import TYPED
from tiemchung.faces.station.typed import words_in
from tiemchung.faces.station.views.frame import RECORDED, SAID, page, site_of
from tiemchung.kernel.actor import Actor, Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.time import clock

SEARCHED = 2000
"""Visits that a search looks through: more than the largest hall has in a day's hours before noon (ours)."""
ASKED_LENGTH = 80


@staff_only(Power.CHECK_IN, Power.RECORD_DOSE, Power.SCREEN, Power.OBSERVE, Power.ATTEST)
@require_http_methods(["GET", "POST"])
def today(request: StaffRequest) -> HttpResponse:
    """Show who is here today, by stage; a search is a POST, for what is typed there names a person."""
    site = site_of(request.actor)
    if site is None:
        return redirect("station:posts")
    now = clock().now()
    day = business_day(now)
    chosen = request.GET.get("stage") or pages.first_stage(request.actor.powers)
    if chosen not in pages.STAGES:
        raise Http404
    asked = words_in(request.POST.get("asked"), longest=ASKED_LENGTH) if request.method == "POST" else ""
    if asked:
        shown = pages.matching(_everybody(request.actor, site=site, day=day, now=now), asked)
    else:
        shown = visits.visits_at(
            pages.STAGES[chosen][1], site=site, day=day, actor=request.actor, purpose=Purpose.CARE, viewed_at=now
        )
    counts = visits.stage_counts(site, day)
    return page(
        request,
        "station/today.html",
        {
            "day": day,
            "stages": [
                {
                    "word": word,
                    "figure": sum(counts[stage] for stage in stages),
                    "name": name,
                    "current": name == chosen,
                }
                for name, (word, stages) in pages.STAGES.items()
            ],
            "asked": asked,
            "rows": [pages.row_of(visit) for visit in shown],
            "doors": {visit.id: door for visit in shown if (door := pages.door_of(visit.stage, request.actor.powers))},
            "typed_for_me": _typed_for(request.actor, site, day),
            "typed_words": TYPED,
            "product_names": {code: product.name_vi for code, product in vaccines.products().items()},
            "recorders": access.staff_names([member.id for member in access.staff_of_site(site)]),
            "fresh_id": lambda: uuid7(now),
            "recorded": request.session.pop(RECORDED, None),
            "said_before": request.session.pop(SAID, None),
        },
    )


def _typed_for(actor: Actor, site: str, day: date) -> list[DoseTyped]:
    """Return the doses that somebody typed for this vaccinator and that wait for their word."""
    if actor.id is None or not actor.can(Power.RECORD_DOSE):
        return []
    return immunization.unconfirmed_of(
        site, day, vaccinator=actor.id, purpose=Purpose.CARE, actor=actor, viewed_at=clock().now()
    )


def _everybody(actor: Actor, *, site: str, day: date, now: datetime) -> list[VisitListed]:
    """Return all visits of the day, page by page, as far as a search looks."""
    found: list[VisitListed] = []
    while len(found) < SEARCHED:
        after = found[-1] if found else None
        page = visits.visits_at(
            list(Stage), site=site, day=day, actor=actor, purpose=Purpose.CARE, viewed_at=now, after=after
        )
        found.extend(page)
        if len(page) < visits.LIST_LIMIT:
            break
    return found


@staff_only()
@require_http_methods(["GET", "POST"])
def posts(request: StaffRequest) -> HttpResponse:
    """Let somebody who works at several places say where they are now."""
    assert request.actor.id is not None  # noqa: S101 - staff have an id
    held = access.posts_of(request.actor.id)
    if request.method == "POST":
        chosen = next((post for post in held if post.key == request.POST.get("post")), None)
        if chosen is None:
            raise Http404
        request.session[POST_KEY] = chosen.key
        return redirect("station:today")
    sites = places.sites_of([post.place for post in held if post.level is PlaceLevel.SITE])
    return page(
        request,
        "station/posts.html",
        {
            "posts": [
                {"key": post.key, "name": sites[post.place].name if post.place in sites else post.place}
                for post in held
                if post.level is PlaceLevel.SITE
            ]
        },
    )
