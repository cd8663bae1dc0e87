"""The slip that goes home with the person. The proof code is made by a tap, shown once, and stands on paper only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import segno
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods
from markupsafe import Markup

from tiemchung.domain.access import actions as access
from tiemchung.domain.access import queries as access_queries
from tiemchung.domain.access.errors import ProofCodeOver
from tiemchung.domain.access.policy import may_vouch
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.values import DoseStatus
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.visits import queries as visits
from tiemchung.domain.visits.values import How
from tiemchung.faces.shared import ahead, numbers
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.refusals import sentence
from tiemchung.faces.station.pages import chair
from tiemchung.faces.station.typed import uuid_in
from tiemchung.faces.station.views.frame import SAID, page, person_line, required_site
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.time import clock


@staff_only(Power.OBSERVE, Power.RECORD_DOSE)
@require_http_methods(["GET", "POST"])
def slip(request: StaffRequest, visit: UUID) -> HttpResponse:
    """Show the slip; sent as a form, with a proof code for somebody whose identity was made sure of.

    The page that shows the code may be loaded again and again: it is the same code. Another one is asked for on the page
    without it, and ends the one before.
    """
    site, now = required_site(request.actor), clock().now()
    asking: dict[str, Any] = {"actor": request.actor, "purpose": Purpose.CARE, "viewed_at": now, "site": site}
    found = visits.visit(visit, **asking)
    if found is None or found[0].dosed_at is None:
        raise Http404
    listed, identification = found
    vouches = may_vouch(request.actor, site=site)
    proved = identification is not None and identification.how is not How.TOLD and bool(listed.born)
    code, fault = "", ""
    if request.method == "POST":
        if not proved:
            raise Http404
        try:
            code = access.issue_proof_code(
                listed.person,
                born_year=int(listed.born[:4]),
                by=request.actor,
                site=site,
                now=now,
                key=uuid_in(request.POST.get("key")),
            )
        except ProofCodeOver as over:
            fault = sentence(over)
    in_hand = access_queries.slip_in_hand(listed.person, site=site, now=now) if vouches and proved else None
    shown = {dose.id: dose for dose in immunization.history([listed.person], **asking).get(listed.person, [])}
    products = {product: facts.name_vi for product, facts in vaccines.products().items()}
    return page(
        request,
        "station/slip.html",
        {
            "visit": listed,
            "name": chair.row_of(listed).name,
            "facts": person_line(listed, business_day(now)),
            "doses": [
                {
                    "number": dose.dose_number,
                    "at": numbers.day(dose.given_on) if dose.given_on else "–",
                    "product": products.get(dose.product, dose.product),
                    "lot": shown[dose.id].lot if dose.id in shown else "",
                }
                for dose in immunization.told_anywhere([listed.person], **asking)[listed.person]
                if dose.status is not DoseStatus.VOIDED
            ],
            "ahead": ahead.told(immunization.ahead(listed.person, **asking), products),
            "code": code,
            "qr": Markup(segno.make(code, error="m").svg_inline(border=4, omitsize=True)) if code else "",  # noqa: S704 - drawn from our own letters
            "proved": proved,
            "fault": fault,
            "key": uuid7(now),
            "in_hand": numbers.moment(in_hand) if in_hand else "",
            "may_vouch": vouches,
            "said_before": request.session.pop(SAID, None),
        },
        status=409 if fault else 200,
    )
