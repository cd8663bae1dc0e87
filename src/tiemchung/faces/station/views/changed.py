"""Visits that came to stand otherwise than their desk knew: a person linked, an appointment cancelled or moved meanwhile."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import PersonShown
from tiemchung.domain.places import queries as places
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.visits import actions as visits_actions
from tiemchung.domain.visits import queries as visits
from tiemchung.domain.visits.values import Change, ChangeShown, Verdict
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.refusals import sentence as sentence_of
from tiemchung.faces.shared.refusals import status_of
from tiemchung.faces.shared.words import said
from tiemchung.faces.station.pages import changed as pages
from tiemchung.faces.station.typed import words_in
from tiemchung.faces.station.views.frame import NOTE_LENGTH, SAID, page, required_site, say_next
from tiemchung.kernel.actor import Power
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.rowsecurity import opened
from tiemchung.plumbing.time import clock


@staff_only(Power.ATTEST)
@require_safe
def changed(request: StaffRequest) -> HttpResponse:
    """Show what became otherwise of the site's visits meanwhile, the oldest first. Who is named is told that somebody looked."""
    return _page(request)


@staff_only(Power.ATTEST)
@require_POST
def settle(request: StaffRequest) -> HttpResponse:
    """Keep what the lead says of the changes that the page showed. Sent again, nothing changes."""
    keys = [key for key in map(pages.key_in, request.POST.getlist("change")) if key is not None]
    apart = request.POST.get("verdict") == Verdict.TWO_PERSONS
    try:
        settled = visits_actions.settle_changes(
            keys,
            verdict=Verdict.TWO_PERSONS if apart else Verdict.STANDS,
            why=words_in(request.POST.get("why"), longest=NOTE_LENGTH),
            site=required_site(request.actor),
            actor=request.actor,
            now=clock().now(),
        )
    except Refusal as refusal:
        return _page(request, refusal=refusal)
    if not settled:
        say_next(request, said(pages.GONE))
    elif apart:
        say_next(request, said(pages.PARTED))
    else:
        say_next(request, said(pages.SETTLED, n=numbers.number(settled)))
    return redirect("station:changed")


def _page(request: StaffRequest, *, refusal: Refusal | None = None) -> HttpResponse:
    site, actor, now = required_site(request.actor), request.actor, clock().now()
    found = visits.changes_at(site, actor=actor, purpose=Purpose.CORRECTION)
    asking: dict[str, Any] = {"purpose": Purpose.CORRECTION, "actor": actor, "viewed_at": now, "site": site}
    persons = _persons(found, asking)
    links = [one for one in found if one.key.change is Change.LINKED]
    doses = immunization.told_anywhere([one.person for one in links], **asking) if links else {}
    products = {code: product.name_vi for code, product in vaccines.products().items()}
    known = (places.site(code) for code in {one.moved_site for one in found if one.moved_site})
    sites = {place.code: place.name for place in known if place is not None}
    context = {
        "sentence": None if refusal is None else sentence_of(refusal),
        "said_before": request.session.pop(SAID, None),
        "waiting": visits.changes_waiting(site),
        "shown": len(found),
        "note_length": NOTE_LENGTH,
        "may_check_in": actor.can(Power.CHECK_IN),
        "links": [pages.linked(one, persons=persons, doses=doses[one.person], products=products) for one in links],
        "called": [
            pages.called(one, persons=persons, sites=sites) for one in found if one.key.change is not Change.LINKED
        ],
    }
    return page(request, "station/changed.html", context, status=200 if refusal is None else status_of(refusal))


def _persons(found: list[ChangeShown], asking: dict[str, Any]) -> dict[UUID, PersonShown]:
    """Return those who came here, and the records that they were found to be one with, wherever those were written."""
    wanted = [one.person for one in found] + [one.key.other for one in found if one.key.change is Change.LINKED]
    return opened(wanted, lambda part: people.persons(part, **asking))
