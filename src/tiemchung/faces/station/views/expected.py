"""Who is called to this site today: found by slot, by the appointment's reference or by its code, and received."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.domain.scheduling.values import Expected
from tiemchung.domain.visits import queries as visits
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.numbers import count_in
from tiemchung.faces.station.pages import expected as pages
from tiemchung.faces.station.typed import words_in
from tiemchung.faces.station.views import known
from tiemchung.faces.station.views.frame import SAID, page, required_site
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.time import clock


@staff_only(Power.CHECK_IN)
@require_http_methods(["GET", "POST"])
def expected(request: StaffRequest) -> HttpResponse:
    """Show who is called today, by slot; a reference finds one of them, and of no other site or day."""
    site, now = required_site(request.actor), clock().now()
    day = business_day(now)
    reference = pages.reference_in(request.POST.get("reference")) if request.method == "POST" else ""
    skip = count_in(request.GET.get("tu"))
    found = scheduling.expected_at(site, day, reference=reference, skip=skip, **_asking(request))
    if reference and len(found) == 1:
        return redirect("station:receive", appointment=found[0].appointment.id)
    came = visits.received_on([one.appointment.person for one in found], site=site, day=day)
    asked = words_in(request.POST.get("reference"), longest=pages.REFERENCE_LENGTH)
    context = {
        "day": day,
        "asked": asked,
        "searched": bool(asked),
        "slots": pages.by_slot(found, came=came, now=now),
        "counts": scheduling.counts_at(site, day),
        "next": skip + len(found) if len(found) == scheduling.PAGE else None,
        "said_before": request.session.pop(SAID, None),
    }
    return page(request, "station/expected.html", context)


@staff_only(Power.CHECK_IN)
@require_http_methods(["GET", "POST"])
def receive(request: StaffRequest, appointment: UUID) -> HttpResponse:
    """Say how it was made sure who came, and receive them for their appointment; received already, it says so."""
    site = required_site(request.actor)
    one = _called(request, appointment)
    session = scheduling.campaign_session(one.appointment.session, sites=[site])
    return known.receive(
        request,
        known.Comer(
            person=one.appointment.person,
            shown=one.person,
            appointment=one.appointment,
            campaign_session=session.id,
            note=pages.called_note(one.appointment, session),
        ),
    )


def _called(request: StaffRequest, appointment: UUID) -> Expected:
    site, day = required_site(request.actor), business_day(clock().now())
    found = scheduling.expected_at(site, day, appointment=appointment, **_asking(request))
    if not found:
        raise Http404
    return found[0]


def _asking(request: StaffRequest) -> dict[str, Any]:
    return {"actor": request.actor, "purpose": Purpose.CARE, "viewed_at": clock().now()}
