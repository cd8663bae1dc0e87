"""The stand-by list: who is called in when doses are left at the end of the day, and what each of them said."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from tiemchung.domain.scheduling import actions, policy
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.domain.scheduling.values import SessionState, StandbyState
from tiemchung.domain.visits import queries as visits
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.refusals import sentence, status_of
from tiemchung.faces.station.pages import standby as pages
from tiemchung.faces.station.typed import uuid_in
from tiemchung.faces.station.views import known
from tiemchung.faces.station.views.frame import page, required_site
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock


@staff_only(Power.CHECK_IN, Power.ATTEST)
@require_GET
def standby(request: StaffRequest) -> HttpResponse:
    """Show who may be called in to today's sessions; phones only to whoever may call."""
    return _show(request)


@staff_only(Power.ATTEST)
@require_POST
def tell(request: StaffRequest) -> HttpResponse:
    """Note what came of a call."""
    site = required_site(request.actor)
    person, session = uuid_in(request.POST.get("person")), uuid_in(request.POST.get("session"))
    state = request.POST.get("state", "")
    if person is None or session is None or state not in set(StandbyState):
        raise Http404
    try:
        actions.tell_standby(
            person, session=session, site=site, state=StandbyState(state), actor=request.actor, now=clock().now()
        )
    except Refusal as refusal:
        return _show(request, refusal=refusal)
    return redirect("station:standby")


@staff_only(Power.CHECK_IN)
@require_POST
def receive(request: StaffRequest) -> HttpResponse:
    """Receive somebody of the list who has come: first ask how it was made sure who it is. Addresses name no person."""
    site, now = required_site(request.actor), clock().now()
    person, session = uuid_in(request.POST.get("person")), uuid_in(request.POST.get("session"))
    if person is None or session is None:
        raise Http404
    try:
        told = scheduling.campaign_session(session, sites=[site])
        shown = scheduling.on_standby(told, person, actor=request.actor, purpose=Purpose.CARE, viewed_at=now)
    except Refusal as refusal:
        return _show(request, refusal=refusal)
    comer = known.Comer(
        person=person,
        shown=shown,
        campaign_session=told.id,
        note=pages.product_name(told.product),
        told_again={"person": str(person), "session": str(session)},
    )
    return known.receive(request, comer) if "ids" in request.POST else known.ask(request, comer)


def _show(request: StaffRequest, *, refusal: Refusal | None = None) -> HttpResponse:
    site, now = required_site(request.actor), clock().now()
    day = business_day(now)
    sessions = [one for one in scheduling.sessions_at([site], first=day, last=day) if one.state is SessionState.OPEN]
    but = partial(visits.not_to_be_called, today=day, on=day)
    asking: dict[str, Any] = {"actor": request.actor, "purpose": Purpose.REGISTRATION, "viewed_at": now, "but": but}
    context = {
        "day": day,
        "parts": [pages.part_of(one, scheduling.standby(one, **asking)) for one in sessions],
        "may_call": policy.may_call(request.actor, site=site),
        "may_receive": request.actor.can(Power.CHECK_IN),
        "state_words": {state.value: words for state, words in pages.STATES.items()},
        "sentence": sentence(refusal) if refusal else "",
    }
    return page(request, "station/standby.html", context, status=int(status_of(refusal)) if refusal else 200)
