"""A book that opens to the wrong phone: every proof of this person is withdrawn, with a reason."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from tiemchung.domain.access import actions as access
from tiemchung.domain.access.policy import VOUCH
from tiemchung.domain.visits import queries as visits
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import Words, t
from tiemchung.faces.station.pages import chair
from tiemchung.faces.station.views.frame import page, person_line, required_site, say_next
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.time import clock

REASONS = {
    "slip-to-another": Words("Phiếu có mã đưa nhầm người", "The slip with the code went to somebody else"),
    "phone-of-another": Words("Số điện thoại xác nhận là của người khác", "The confirmed phone is somebody else's"),
    "document-of-another": Words("Giấy tờ đã xem là của người khác", "The document seen was somebody else's"),
    "asked-by-person": Words("Người này yêu cầu đóng sổ ở mọi điện thoại", "The person asks to shut every phone out"),
}
"""Why proofs are withdrawn, as it is kept."""


@staff_only(*VOUCH)
@require_http_methods(["GET", "POST"])
def withdraw(request: StaffRequest, visit: UUID) -> HttpResponse:
    """Ask for the reason, then withdraw every proof of whoever came on this visit; withdrawn twice, nothing changes."""
    site, now = required_site(request.actor), clock().now()
    found = visits.visit(visit, site=site, actor=request.actor, purpose=Purpose.CORRECTION, viewed_at=now)
    if found is None:
        raise Http404
    listed, wrong = found[0], {}
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        if reason in REASONS:
            access.withdraw_proofs(listed.person, reason=reason, by=request.actor, site=site, now=now)
            say_next(
                request, t("Đã rút xác minh. Không điện thoại nào mở được sổ này nữa.", "Withdrawn: no phone opens it.")
            )
            return redirect("station:today")
        wrong["reason"] = t("Chọn vì sao rút xác minh.", "Choose why the proofs are withdrawn.")
    context = {
        "visit": listed,
        "name": chair.row_of(listed).name,
        "facts": person_line(listed, business_day(now)),
        "reasons": REASONS,
        "wrong": wrong,
    }
    return page(request, "station/proofs.html", context, status=422 if wrong else 200)
