"""A complaint that somebody brings to the desk, written down for them, and the photos that came with any."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from tiemchung.domain.mending import actions
from tiemchung.domain.mending import queries as mending
from tiemchung.domain.mending.values import LONGEST_STORY, ComplaintTold
from tiemchung.domain.places import queries as places
from tiemchung.faces.shared.complaints import field_of, kinds_taken, read_complaint
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.photos import photo_answer
from tiemchung.faces.shared.refusals import sentence, status_of
from tiemchung.faces.workbench.views.frame import page
from tiemchung.kernel.actor import Power
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

SITES_OFFERED = 60
"""Sites of whoever writes that stand in the form's list; who reaches more types the code. Ours."""


@staff_only(Power.MEND)
@require_http_methods(["GET", "POST"])
def write_down(request: StaffRequest) -> HttpResponse:
    """Write down a complaint for somebody at the desk. Its number is read to them, or written on their slip."""
    now = clock().now()
    own = sorted(request.actor.reach.sites)
    told = ComplaintTold(id=uuid7(now), kind="", story="", site=own[0] if len(own) == 1 else "")
    filed, refusal = None, None
    if request.method == "POST":
        told = read_complaint(request, site=request.POST.get("site", "").strip(), now=now)
        try:
            filed = actions.file_complaint(told, actor=request.actor, now=now)
        except Refusal as no:
            refusal = no
    offered = places.sites_of(own) if len(own) <= SITES_OFFERED else {}
    context = {
        "told": told,
        "filed": filed,
        "sites": sorted((site.name, code) for code, site in offered.items()),
        "kinds": kinds_taken(),
        "most": LONGEST_STORY,
        "fault": sentence(refusal) if refusal else "",
        "field": field_of(refusal) if refusal else "",
    }
    status = status_of(refusal) if refusal else 200
    return page(request, "workbench/complain.html", context, here="mending", status=status)


@staff_only(Power.MEND)
@require_safe
def slip(request: StaffRequest, identifier: UUID, slip: UUID) -> HttpResponse:
    """Give a photo of a slip. It stands on the case's page; opened by itself it is saved and never shown among our pages."""
    content = mending.slip(
        slip, case_=identifier, actor=request.actor, purpose=Purpose.CORRECTION, viewed_at=clock().now()
    )
    if content is None:
        raise Http404
    return photo_answer(content, name=slip)
