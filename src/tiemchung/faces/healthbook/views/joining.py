"""Before a record of the book is joined to another: what it would change, and the word that the two are not one person."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tiemchung.domain.mending import actions, queries
from tiemchung.domain.mending.values import JoinProposed
from tiemchung.domain.people import queries as people
from tiemchung.faces.healthbook import pages
from tiemchung.faces.healthbook.persons import persons_of
from tiemchung.faces.shared.citizens import CitizenRequest, proved_only
from tiemchung.faces.shared.refusals import sentence
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

SAID = "da-bao"
"""In the address of the book: that somebody has just said no."""


def proposed(request: CitizenRequest) -> list[JoinProposed]:
    """Return what is proposed to be joined to the page's book, the oldest first."""
    rows = people.ids_of(request.link.person)
    return queries.joins_proposed(rows, actor=request.actor, purpose=Purpose.OWN)


@proved_only
@require_http_methods(["GET", "POST"])
def look(request: CitizenRequest, link: UUID, case: UUID) -> HttpResponse:
    """Show how the book would change, and take the word that the two are not one person; said twice, it is said once."""
    step, fault = _id(request.POST.get("id")), ""
    if request.method == "POST" and step is not None:
        fault = _objected(request, case, step)
        if not fault:
            return redirect(f"{reverse('healthbook:person', kwargs={'link': link})}?{SAID}=1")
    found = next((one for one in proposed(request) if one.case == case), None)
    if found is None and not fault:
        raise Http404
    now = clock().now()
    page = {
        "link": request.link,
        "name": pages.name_of(request.link, persons_of(request, now)),
        "told": found,
        "months": [f"{month:%m/%Y}" for month in found.months] if found else [],
        "fault": fault,
        "story": request.POST.get("story", ""),
        "step": step or uuid7(now),
    }
    return render(request, "healthbook/to_join.html", page, status=422 if fault else 200)


def _objected(request: CitizenRequest, case: UUID, step: UUID) -> str:
    """Take the objection; returns why it was not taken, or nothing."""
    shown = _id(request.POST.get("proposal"))
    if shown is None:
        raise Http404
    try:
        actions.object_to_join(
            case,
            step=step,
            proposal=shown,
            text=request.POST.get("story", ""),
            persons=people.ids_of(request.link.person),
            actor=request.actor,
            now=clock().now(),
        )
    except Refusal as no:
        return sentence(no)
    return ""


def _id(told: str | None) -> UUID | None:
    try:
        return UUID(told or "")
    except ValueError:
        return None
