"""The appointment in the book: when, where, with which code; another time, or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tiemchung.domain.people import queries as people
from tiemchung.domain.scheduling import actions, queries
from tiemchung.domain.scheduling.values import Appointment, AppointmentState
from tiemchung.faces.healthbook import called, pages
from tiemchung.faces.healthbook.persons import persons_of
from tiemchung.faces.shared.citizens import CitizenRequest, citizen_only
from tiemchung.faces.shared.refusals import sentence
from tiemchung.faces.shared.words import t
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock


def appointments(request: CitizenRequest) -> list[Appointment]:
    """Return the appointments of the page's person, by time."""
    rows = people.ids_of(request.link.person)
    found = queries.own_appointments(request.actor, purpose=Purpose.OWN)
    return sorted((one for one in found if one.person in rows), key=lambda one: one.starts_at)


def coming(request: CitizenRequest) -> list[called.CalledLine]:
    """Return the appointments that are still to come, as the book's first page shows them."""
    today = business_day(clock().now())
    return [called.line(one, today=today) for one in appointments(request) if _is_coming(one)]


@citizen_only
@require_GET
def show(request: CitizenRequest, link: UUID, appointment: UUID) -> HttpResponse:
    """Show one appointment with the code that reception scans. The code opens nothing by itself."""
    del link
    return render(request, "healthbook/called.html", _head(request, _own(request, appointment)))


@citizen_only
@require_http_methods(["GET", "POST"])
def move(request: CitizenRequest, link: UUID, appointment: UUID) -> HttpResponse:
    """Choose another time of the same day. What was taken meanwhile is said, and the others are offered again."""
    held, fault = _own(request, appointment), ""
    if request.method == "POST":
        try:
            starts_at = datetime.fromisoformat(request.POST.get("luc", ""))
            actions.move(appointment, starts_at=starts_at, actor=request.actor, now=clock().now())
        except ValueError:
            fault = t("Chọn một giờ.", "Choose a time.")
        except Refusal as no:
            fault = sentence(no)
        else:
            return redirect("healthbook:called", link=link, appointment=appointment)
    slots = queries.slots_of(held.session, site=held.site)
    now = clock().now()
    free = [slot for slot in slots if slot.starts_at == held.starts_at or (slot.free > 0 and slot.starts_at > now)]
    page = {**_head(request, held), "slots": free, "fault": fault}
    return render(request, "healthbook/called_move.html", page, status=422 if fault else 200)


@citizen_only
@require_http_methods(["GET", "POST"])
def cancel(request: CitizenRequest, link: UUID, appointment: UUID) -> HttpResponse:
    """Ask once, then give the place back; given back twice, it is given back once. The registration stands."""
    held = _own(request, appointment)
    if request.method == "POST":
        actions.cancel(appointment, actor=request.actor, now=clock().now())
        return redirect("healthbook:person", link=link)
    return render(request, "healthbook/called_cancel.html", _head(request, held))


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
