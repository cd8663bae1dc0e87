"""Zones: an officer of a province enters what a decision says of a unit, and from which day it no longer holds."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from tiemchung.domain.places import actions
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.errors import ZoneIncomplete
from tiemchung.domain.places.values import Unit, ZoneTold
from tiemchung.faces.checkpoint import pages
from tiemchung.faces.checkpoint.views import page
from tiemchung.faces.shared.divisions import in_force
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.refusals import sentence, status_of
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

FIELDS = ("code", "level", "closed", "certificates", "first", "last", "decision", "source")


@staff_only(Power.DECLARE_ZONE)
@require_http_methods(["GET", "POST"])
def listed(request: StaffRequest) -> HttpResponse:
    """Show the zones of the officer's provinces, and enter another."""
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            actions.declare_zone(_told(request), actor=request.actor, now=clock().now())
        except Refusal as no:
            refusal = no
        else:
            return redirect("checkpoint:zones")
    return _page(request, refusal=refusal)


@staff_only(Power.DECLARE_ZONE)
@require_POST
def end(request: StaffRequest, zone: UUID) -> HttpResponse:
    """Let a zone end with a day."""
    try:
        last = _day(request.POST.get("last", ""))
        if last is None:
            raise ZoneIncomplete
        decision = request.POST.get("decision", "")
        actions.end_zone(zone, last=last, decision=decision, actor=request.actor, now=clock().now())
    except Refusal as refusal:
        return _page(request, refusal=refusal)
    return redirect("checkpoint:zones")


def _told(request: StaffRequest) -> ZoneTold:
    form = request.POST
    try:
        identifier = UUID(form.get("id", ""))
    except ValueError:
        raise Http404 from None
    first, last = _day(form.get("first", "")), _day(form.get("last", ""))
    if first is None or not form.get("code") or (form.get("last") and last is None):
        raise ZoneIncomplete
    return ZoneTold(
        id=identifier,
        era=in_force(),
        code=form.get("code", ""),
        level=form.get("level", ""),
        closed=form.get("closed") == "yes",
        asks_certificates=form.get("certificates") == "yes",
        valid_from=first,
        valid_to=last,
        decision=form.get("decision", ""),
        source=form.get("source", ""),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _page(request: StaffRequest, *, refusal: Refusal | None) -> HttpResponse:
    now = clock().now()
    provinces = places.provinces_within(request.actor.reach, in_force())
    found = places.zones_declared(provinces, on=business_day(now))
    names = {zone.id: pages.place_name(zone.era, zone.code) for zone in found}
    context = {
        "zones": found,
        "names": names,
        "units": [(province.display_name, _units(province)) for province in provinces],
        "wrong": "" if refusal is None else sentence(refusal),
        "told": {name: request.POST.get(name, "") for name in FIELDS},
        "today": business_day(now),
        "entry": request.POST.get("id") or str(uuid7(now)),
    }
    return page(request, "checkpoint/zones.html", context, status=200 if refusal is None else status_of(refusal))


def _units(province: Unit) -> list[tuple[str, str]]:
    """Return a province with what lies below it, by code and name, each district before its communes."""
    rows = [(province.code, province.display_name)]
    for below in places.children(province.era, province.code):
        rows.append((below.code, below.display_name))
        communes = places.children(below.era, below.code)
        rows += [(commune.code, f"{below.display_name} › {commune.display_name}") for commune in communes]
    return rows
