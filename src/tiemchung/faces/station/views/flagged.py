"""Doses that wait for a second person: the site's lead looks at each, and stands for it or has it mended."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from tiemchung.domain.access import queries as access
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.values import DoseWaiting
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.visits import actions as visits
from tiemchung.domain.visits import queries as visits_queries
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import said
from tiemchung.faces.station.pages import flagged as pages
from tiemchung.faces.station.typed import uuid_in
from tiemchung.faces.station.views.frame import SAID, page, required_site, say_next
from tiemchung.kernel.actor import Power
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.time import clock


@staff_only(Power.ATTEST)
@require_GET
def waiting(request: StaffRequest) -> HttpResponse:
    """List the site's doses that nobody stood for: flagged ones, and those left over when their day was closed.

    The oldest first, each with what was found, by which rule, and who gave it.
    """
    after = uuid_in(request.GET.get("sau"))
    if "sau" in request.GET and after is None:
        raise Http404
    found = _waiting(request, after=after)
    names = access.staff_names(sorted({who for one in found for who in pages.hands(one.dose)}))
    products = {code: product.name_vi for code, product in vaccines.products().items()}
    context = {
        "rows": [pages.row(one, me=request.actor.id, names=names, products=products) for one in found],
        "more": found[-1].dose.id if len(found) == immunization.WAITING_PAGE else None,
        "said_before": request.session.pop(SAID, None),
        "fresh_id": lambda: uuid7(clock().now()),
    }
    return page(request, "station/flagged.html", context)


@staff_only(Power.ATTEST)
@require_POST
def stand_for(request: StaffRequest, dose: UUID) -> HttpResponse:
    """Stand for one dose as a second person, as it was looked at. Sent again, nothing changes."""
    site, now, entry = required_site(request.actor), clock().now(), uuid_in(request.POST.get("entry"))
    if entry is None:
        raise Http404
    before = _one(request, dose)
    if before is None:
        say_next(request, said(pages.SETTLED))
    elif pages.told(before.dose) != request.POST.get("told"):
        say_next(request, said(pages.CHANGED))
    else:
        event = visits.stand_for(entry, [dose], site=site, actor=request.actor, now=now)
        intake.record([event], actor=request.actor, site=site, now=now)
        say_next(request, said(pages.OWN if _one(request, dose) else pages.STOOD))
    return redirect("station:flagged")


def _one(request: StaffRequest, dose: UUID) -> DoseWaiting | None:
    """Return this dose if it waits at this site."""
    found = _waiting(request, after=UUID(int=max(dose.int - 1, 0)), limit=1)
    return found[0] if found and found[0].dose.id == dose else None


def _waiting(request: StaffRequest, *, after: UUID | None, limit: int = immunization.WAITING_PAGE) -> list[DoseWaiting]:
    site = required_site(request.actor)
    return immunization.waiting_at(
        site,
        closed_days=visits_queries.closed_days(site),
        actor=request.actor,
        purpose=Purpose.CORRECTION,
        viewed_at=clock().now(),
        after=after,
        limit=limit,
    )
