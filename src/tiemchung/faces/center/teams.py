"""Support teams: who is in which, and the forms by which one is formed, joined, left and disbanded."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tiemchung.domain.response import actions, policy
from tiemchung.domain.response import queries as response
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.refusals import sentence, status_of
from tiemchung.kernel.actor import Power
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

_STEPS = {"them": actions.join, "bot": actions.leave}
DISBAND = "giai-the"


@staff_only(Power.SEE_BOARD)
@require_safe
def listed(request: StaffRequest) -> HttpResponse:
    """Show the support teams with their members."""
    return _page(request)


@staff_only(Power.RESPOND)
@require_POST
def formed(request: StaffRequest) -> HttpResponse:
    """Form a team."""
    identifier = _uuid(request.POST.get("team")) or uuid7()
    try:
        actions.form(identifier, name=request.POST.get("name", ""), actor=request.actor, now=clock().now())
    except Refusal as refusal:
        return _page(request, fault=sentence(refusal), status=status_of(refusal))
    return redirect("center:teams")


@staff_only(Power.RESPOND)
@require_POST
def step(request: StaffRequest, team: UUID, what: str) -> HttpResponse:
    """Let somebody join or leave a team, or disband it."""
    member, now = _uuid(request.POST.get("member")), clock().now()
    try:
        if what == DISBAND:
            actions.disband(team, actor=request.actor, now=now)
        elif what not in _STEPS:
            raise Http404
        elif member is not None:
            _STEPS[what](team, member=member, actor=request.actor, now=now)
    except Refusal as refusal:
        return _page(request, fault=sentence(refusal), status=status_of(refusal))
    return redirect("center:teams")


def _page(request: StaffRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
    may_form = policy.may_form_teams(request.actor)
    page = {
        "here": "incidents",
        "now": clock().now(),
        "open_count": response.open_count(actor=request.actor),
        "teams": response.teams(),
        "may_form": may_form,
        "staff": response.responders() if may_form else [],
        "name": request.POST.get("name", ""),
        "fault": fault,
        "new_id": uuid7,
    }
    return render(request, "center/teams.html", page, status=status)


def _uuid(told: str | None) -> UUID | None:
    try:
        return UUID(told or "")
    except ValueError:
        return None
