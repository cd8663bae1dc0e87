"""The hotline: who called and what they said; an incident only for who holds the number."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tiemchung.domain.places import queries as places
from tiemchung.domain.response import actions
from tiemchung.domain.response import queries as response
from tiemchung.faces.center import sayings
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.refusals import sentence, status_of
from tiemchung.faces.shared.words import t
from tiemchung.kernel.actor import Power
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

_STEPS = frozenset({"dial", "confirm", "code", "read", "drop"})


@staff_only(Power.RESPOND)
@require_safe
def waiting(request: StaffRequest) -> HttpResponse:
    """Show the calls that wait for their caller to be confirmed, and the form for the next one."""
    return _page(request)


@staff_only(Power.RESPOND)
@require_POST
def noted(request: StaffRequest) -> HttpResponse:
    """Note a call."""
    form = request.POST
    site = form.get("site", "").strip()
    try:
        identifier = UUID(form.get("call", ""))
    except ValueError:
        return redirect("center:calls")
    if site and places.site(site) is None:
        return _page(
            request, fault=t("Không có điểm tiêm mã {code}.", "There is no site {code}.", code=site), status=422
        )
    try:
        actions.note_call(
            identifier,
            number=form.get("number", ""),
            site=site,
            words=form.get("words", ""),
            actor=request.actor,
            now=clock().now(),
        )
    except Refusal as refusal:
        return _page(request, fault=sentence(refusal), status=status_of(refusal))
    return redirect("center:calls")


@staff_only(Power.RESPOND)
@require_POST
def step(request: StaffRequest, call: UUID, what: str) -> HttpResponse:
    """Show the number to call back, send it a code, confirm who answered or read the code out, or lay the call aside."""
    if what not in _STEPS:
        raise Http404
    actor, now = request.actor, clock().now()
    try:
        if what == "dial":
            # Shown once, on the answer to this form: a page that is opened again tells no number.
            number = actions.dial(call, actor=actor, purpose=Purpose.OVERSIGHT, now=now)
            return _page(request, dialed=(call, number))
        if what == "code":
            actions.send_code(call, actor=actor, now=now)
            return redirect("center:calls")
        if what == "read":
            read = actions.confirm_code_read(call, code=request.POST.get("code", ""), actor=actor, now=now)
            return redirect("center:incident", incident=read)
        if what == "confirm":
            return redirect("center:incident", incident=actions.confirm_called_back(call, actor=actor, now=now))
        actions.drop_call(call, reason=request.POST.get("reason", ""), actor=actor, now=now)
    except Refusal as refusal:
        return _page(request, fault=sentence(refusal), status=status_of(refusal))
    return redirect("center:calls")


def _page(
    request: StaffRequest, *, fault: str = "", dialed: tuple[UUID, str] | None = None, status: int = 200
) -> HttpResponse:
    actor, now = request.actor, clock().now()
    calls = response.calls_waiting(actor=actor)
    sites = places.sites_of({call.site for call in calls if call.site})
    page = {
        "here": "calls",
        "now": now,
        "open_count": response.open_count(actor=actor),
        "calls": [(call, sayings.where(call.site, sites), now - call.noted_at) for call in calls],
        "dialed": dialed,
        "site_needed": not actor.reach.everywhere,
        "only_site": next(iter(actor.reach.sites)) if len(actor.reach.sites) == 1 else "",
        "told": request.POST,
        "fault": fault,
        "new_step": uuid7,
    }
    return render(request, "center/calls.html", page, status=status)
