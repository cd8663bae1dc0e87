"""Adverse events told at the sites of whoever follows them up: the newest first, each look with its purpose logged."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from tiemchung.domain.safety import queries as safety
from tiemchung.faces.shared.aftermath import action_told, signs_told
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import Words
from tiemchung.faces.workbench.views import frame
from tiemchung.faces.workbench.views.frame import page
from tiemchung.kernel.actor import Power
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.time import clock

SEVERITIES = {
    "mild": (Words("Nhẹ", "Mild"), "ring"),
    "moderate": (Words("Vừa", "Moderate"), "tri"),
    "severe": (Words("Nặng", "Severe"), "oct"),
    "anaphylaxis": (Words("Phản vệ", "Anaphylaxis"), "oct"),
}


@staff_only(Power.FOLLOW_UP)
@require_GET
def cases(request: StaffRequest) -> HttpResponse:
    """List the cases of one site, or those of all sites within reach, the newest first."""
    sites, now = frame.sites_of(request), clock().now()
    asked = request.GET.get("diem", "")
    if asked and asked not in {site.code for site in sites}:
        raise Http404
    try:
        before = UUID(request.GET["truoc"]) if "truoc" in request.GET else None
    except ValueError as error:
        raise Http404 from error
    found = safety.reactions_at(
        [asked] if asked else [site.code for site in sites],
        actor=request.actor,
        purpose=Purpose.SAFETY,
        viewed_at=now,
        before=before,
        limit=safety.LIST_LIMIT,
    )
    context = {
        "cases": found,
        "older": found[-1].id if len(found) == safety.LIST_LIMIT else None,
        "sites": sites,
        "site_names": {site.code: site.name for site in sites},
        "chosen": asked,
        "severities": SEVERITIES,
        "signs_told": signs_told,
        "action_told": action_told,
    }
    return page(request, "workbench/cases.html", context, here="cases")
