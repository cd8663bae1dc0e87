"""Incidents: the lists, one incident with all its steps, and each step as a form that can be sent twice."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tiemchung.domain.places import queries as places
from tiemchung.domain.response import actions, policy
from tiemchung.domain.response import queries as response
from tiemchung.domain.response.values import AlertKind, Outcome, StepShown, Weight
from tiemchung.faces.center import sayings
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.refusals import sentence, status_of
from tiemchung.faces.shared.words import said, t
from tiemchung.kernel.actor import Actor, Power
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

_STEPS = frozenset({"take", "assign", "comment", "resolve"})
_PAPER = frozenset({"begin", "end"})
TEAM = "doi"
"""The word before a team's id in the list of whom an incident may be given to."""
CLOSED_SHOWN = 20
"""Resolved incidents on the list. Ours."""


@staff_only(Power.SEE_BOARD)
@require_safe
def listed(request: StaffRequest) -> HttpResponse:
    """Show what is open, every alert that holds, and what was closed last."""
    return _list_page(request)


@staff_only(Power.SEE_BOARD)
@require_safe
def shown(request: StaffRequest, incident: UUID) -> HttpResponse:
    """Show one incident."""
    return _incident_page(request, incident)


@staff_only(Power.RESPOND)
@require_POST
def opened(request: StaffRequest) -> HttpResponse:
    """Open an incident of what the officer saw."""
    form = request.POST
    identifier = _uuid(form.get("incident"))
    weight = Weight.STOP if form.get("weight") == Weight.STOP else Weight.LOOK
    site = form.get("site", "").strip()
    if identifier is None or (site and places.site(site) is None):
        fault = t("Không có điểm tiêm mã {code}.", "There is no site {code}.", code=site)
        return _list_page(request, fault=fault, status=422)
    try:
        actions.open_incident(
            identifier,
            site=site,
            subject=form.get("subject", ""),
            weight=weight,
            actor=request.actor,
            now=clock().now(),
        )
    except Refusal as refusal:
        return _list_page(request, fault=sentence(refusal), status=status_of(refusal))
    return redirect("center:incident", incident=identifier)


@staff_only(Power.RESPOND)
@require_POST
def opened_from(request: StaffRequest, alert: UUID) -> HttpResponse:
    """Open an incident from an alert."""
    return redirect("center:incident", incident=actions.open_from_alert(alert, actor=request.actor, now=clock().now()))


@staff_only(Power.RESPOND)
@require_POST
def step(request: StaffRequest, incident: UUID, what: str) -> HttpResponse:
    """Take a step with an incident: take, assign, comment or resolve. What is refused is said on its page."""
    if what not in _STEPS:
        raise Http404
    form, actor, now = request.POST, request.actor, clock().now()
    identifier = _uuid(form.get("step")) or uuid7(now)
    try:
        if what == "take":
            actions.take(incident, step=identifier, actor=actor, now=now)
        elif what == "assign":
            _assign(
                incident, form.get("to", ""), step=identifier, before=_uuid(form.get("before")), actor=actor, now=now
            )
        elif what == "comment":
            actions.comment(incident, step=identifier, text=form.get("text", ""), actor=actor, now=now)
        else:
            outcome = next((end for end in Outcome if end == form.get("outcome")), None)
            if outcome is None:
                fault = t("Chọn sự cố kết thúc thế nào.", "Choose how it ended.")
                return _incident_page(request, incident, fault=fault, text=form.get("text", ""), status=422)
            actions.resolve(incident, step=identifier, outcome=outcome, text=form.get("text", ""), actor=actor, now=now)
    except Refusal as refusal:
        return _incident_page(
            request, incident, fault=sentence(refusal), text=form.get("text", ""), status=status_of(refusal)
        )
    return redirect("center:incident", incident=incident)


def _assign(incident: UUID, told: str, *, step: UUID, before: UUID | None, actor: Actor, now: datetime) -> None:
    """Give an incident to whom the form names: somebody by their id, or a team by its id behind the word."""
    kind, _, identifier = told.rpartition(":")
    to = _uuid(identifier)
    if to is None:
        return
    if kind == TEAM:
        actions.give_to_team(incident, step=step, team=to, before=before, actor=actor, now=now)
    else:
        actions.assign(incident, step=step, to=to, before=before, actor=actor, now=now)


@staff_only(Power.RESPOND)
@require_POST
def paper(request: StaffRequest, site: str, what: str) -> HttpResponse:
    """Note that a site writes on paper, or no longer does."""
    if what not in _PAPER:
        raise Http404
    now = clock().now()
    try:
        if what == "begin":
            actions.begin_paper(site, reason=request.POST.get("reason", ""), actor=request.actor, now=now)
        else:
            actions.end_paper([site], actor=request.actor, now=now)
    except Refusal as refusal:
        return _list_page(request, fault=sentence(refusal), status=status_of(refusal))
    return redirect("center:incidents")


def _list_page(request: StaffRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
    actor, now = request.actor, clock().now()
    still_open, closed = (
        response.incidents_open(actor=actor),
        response.incidents_closed(actor=actor, limit=CLOSED_SHOWN),
    )
    alerts = response.alerts(tuple(AlertKind), actor=actor)
    papers = response.papers(actor=actor)
    sites = sayings.sites_of(still_open, closed, alerts) | places.sites_of([kept.site for kept in papers])
    page = {
        "here": "incidents",
        "now": now,
        "open_count": len(still_open),
        "incidents": sayings.incident_lines(still_open, now=now, sites=sites),
        "closed": sayings.incident_lines(closed, now=now, sites=sites),
        "alerts": [
            (line, alert.kind is AlertKind.SITE_SILENT and not alert.paper_since)
            for line, alert in zip(sayings.alert_lines(alerts, now=now, sites=sites), alerts, strict=True)
        ],
        "papers": [(kept, sayings.where(kept.site, sites), now - kept.since) for kept in papers],
        "may_respond": actor.can(Power.RESPOND),
        "site_needed": not actor.reach.everywhere,
        "only_site": next(iter(actor.reach.sites)) if len(actor.reach.sites) == 1 else "",
        "subject": request.POST.get("subject", ""),
        "site": request.POST.get("site", ""),
        "fault": fault,
        "new_step": uuid7,
    }
    return render(request, "center/incidents.html", page, status=status)


def _incident_page(
    request: StaffRequest, incident: UUID, *, fault: str = "", text: str = "", status: int = 200
) -> HttpResponse:
    actor, now = request.actor, clock().now()
    found = response.incident(incident, actor=actor)
    sites = sayings.sites_of([found])
    may_respond = policy.may_respond(actor, found.site)
    page = {
        "here": "incidents",
        "now": now,
        "open_count": response.open_count(actor=actor),
        "incident": found,
        "line": sayings.incident_lines([found], now=now, sites=sites)[0],
        "steps": [(each, _said(each, found.outcome)) for each in response.steps(incident, actor=actor)],
        "outcomes": [(outcome.value, said(words)) for outcome, words in sayings.OUTCOMES.items()],
        "owners": response.owners_for(found.site) if may_respond and not found.resolved_at else [],
        "teams": response.teams() if may_respond and not found.resolved_at else [],
        "team_word": TEAM,
        "overdue": found.resolved_at is None and found.due_at < now,
        "may_respond": may_respond,
        "mine": found.owner is not None and found.owner == actor.id,
        "fault": fault,
        "text": text,
        "new_step": uuid7,
    }
    return render(request, "center/incident.html", page, status=status)


def _said(step: StepShown, outcome: Outcome | None) -> str:
    by = t("Hệ thống", "The platform") if step.by_name is None else step.by_name
    ended = said(sayings.OUTCOMES[outcome]) if outcome else ""
    return said(sayings.STEPS[step.what], by=by, to=step.to_name, outcome=ended)


def _uuid(told: str | None) -> UUID | None:
    try:
        return UUID(told or "")
    except ValueError:
        return None
