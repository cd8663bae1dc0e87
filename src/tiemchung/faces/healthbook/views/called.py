"""The appointment in the book: when, where, with which code; another time, or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.campaigns.values import Standing
from tiemchung.domain.people import queries as people
from tiemchung.domain.places import queries as places
from tiemchung.domain.scheduling import actions, queries
from tiemchung.domain.scheduling.values import Appointment, AppointmentState, CampaignSession
from tiemchung.faces.healthbook import called, pages
from tiemchung.faces.healthbook.persons import persons_of
from tiemchung.faces.shared.citizens import CitizenRequest, citizen_only
from tiemchung.faces.shared.numbers import moment_in
from tiemchung.faces.shared.refusals import sentence, status_of
from tiemchung.faces.shared.words import t
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

MOST_SITES = 60
"""Sites whose sessions are looked through for another day or place. Ours."""


def appointments(request: CitizenRequest) -> list[Appointment]:
    """Return the appointments of the page's person, by time."""
    rows = people.ids_of(request.link.person)
    found = queries.own_appointments(request.actor, purpose=Purpose.OWN)
    return sorted((one for one in found if one.person in rows), key=lambda one: one.starts_at)


def coming(request: CitizenRequest) -> list[called.CalledLine]:
    """Return the appointments that are still to come, as the book's first page shows them."""
    today = business_day(clock().now())
    return [called.line(one, today=today) for one in appointments(request) if _is_coming(one)]


def waits(request: CitizenRequest) -> bool:
    """Tell whether the page's person waits for a place by this account's word, or has one."""
    told = campaigns.registrations_of(request.signed.account, purpose=Purpose.OWN)
    registered = [each for each in told if each.standing is Standing.REGISTERED]
    return bool(coming(request)) or request.link.person in {each.person for each in registered}


@citizen_only
@require_GET
def show(request: CitizenRequest, link: UUID, appointment: UUID) -> HttpResponse:
    """Show one appointment with the code that reception scans. The code opens nothing by itself."""
    del link
    return render(request, "healthbook/called.html", _head(request, _own(request, appointment)))


@citizen_only
@require_http_methods(["GET", "POST"])
def move(request: CitizenRequest, link: UUID, appointment: UUID) -> HttpResponse:
    """Choose another time of the same day, or another session: another day or place. What was taken meanwhile is said."""
    held, fault, now = _own(request, appointment), "", clock().now()
    instead = queries.sessions_instead(held, sites=_sites_near(held), now=now) if _is_coming(held) else []
    wanted = request.POST.get("buoi") or request.GET.get("buoi") or ""
    other = next((one for one in instead if str(one.id) == wanted), None)
    if wanted and other is None and wanted != str(held.session):
        fault = t(
            "Buổi đó vừa hết chỗ hoặc đã đóng. Chọn buổi khác.", "That session is full or closed now. Choose another."
        )
    elif request.method == "POST":
        fault = _moved(request, held, to=other, now=now)
        if not fault:
            return redirect("healthbook:called", link=link, appointment=appointment)
    shown = other.id if other else held.session
    slots = queries.slots_of(shown, site=other.site if other else held.site)
    stays = held.starts_at if other is None else None
    free = [slot for slot in slots if slot.starts_at == stays or (slot.free > 0 and slot.starts_at > now)]
    page = {
        **_head(request, held),
        "slots": free,
        "fault": fault,
        "session": shown,
        "other": called.session_line(other) if other else None,
        "instead": [called.session_line(one) for one in instead if other is None or one.id != other.id],
    }
    return render(request, "healthbook/called_move.html", page, status=422 if fault else 200)


def _moved(request: CitizenRequest, held: Appointment, *, to: CampaignSession | None, now: datetime) -> str:
    """Let the person come at the time that the form tells; returns why not, or nothing."""
    starts_at = moment_in(request.POST.get("luc"))
    if starts_at is None:
        return t("Chọn một giờ.", "Choose a time.")
    session, site = (to.id, to.site) if to else (held.session, held.site)
    try:
        actions.move_to(held.id, session=session, site=site, starts_at=starts_at, actor=request.actor, now=now)
    except Refusal as no:
        return sentence(no)
    return ""


@citizen_only
@require_http_methods(["GET", "POST"])
def cancel(request: CitizenRequest, link: UUID, appointment: UUID) -> HttpResponse:
    """Ask once, then give the place back; given back twice, it is given back once. The registration stands."""
    held = _own(request, appointment)
    if request.method == "POST":
        actions.cancel(appointment, actor=request.actor, now=clock().now())
        return redirect("healthbook:person", link=link)
    return render(request, "healthbook/called_cancel.html", _head(request, held))


@citizen_only
@require_POST
def confirm(request: CitizenRequest, link: UUID, appointment: UUID) -> HttpResponse:
    """Say that the person comes at the time that the page showed; pressed twice, it is said once."""
    held = _own(request, appointment)
    told = moment_in(request.POST.get("luc"))
    if told is None:
        raise Http404
    try:
        actions.confirm(appointment, starts_at=told, actor=request.actor, now=clock().now())
    except Refusal as no:
        fresh = _own(request, held.id)
        page = {**_head(request, fresh), "fault": sentence(no)}
        return render(request, "healthbook/called.html", page, status=status_of(no))
    return redirect("healthbook:called", link=link, appointment=appointment)


def _sites_near(held: Appointment) -> list[str]:
    """Return the sites of the district in which the appointment's site stands, as many as a page can ask about."""
    site = places.site(held.site)
    if site is None:
        return []
    near = places.sites_under(site.era, site.district_code or site.province_code)
    return [one.code for one in near if one.active][:MOST_SITES]


def _own(request: CitizenRequest, appointment: UUID) -> Appointment:
    """Return an appointment of the page's person; any other is not found, whoever it belongs to."""
    held = next((one for one in appointments(request) if one.id == appointment), None)
    if held is None:
        raise Http404
    return held


def _head(request: CitizenRequest, held: Appointment) -> dict[str, Any]:
    now = clock().now()
    return {
        "link": request.link,
        "name": pages.name_of(request.link, persons_of(request, now)),
        "line": called.line(held, today=business_day(now)),
        "coming": _is_coming(held),
        "starts_at": held.starts_at,
    }


def _is_coming(held: Appointment) -> bool:
    return held.state is AppointmentState.BOOKED and held.day >= business_day(clock().now())
