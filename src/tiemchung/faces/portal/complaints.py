"""Saying that something is wrong: a form anybody may send, its receipt with a number, and how a number stands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tiemchung.domain.mending import actions as mending
from tiemchung.domain.mending import queries
from tiemchung.domain.mending.values import LONGEST_STORY, CaseState, ComplaintTold, SpeedShown
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era
from tiemchung.faces.shared.citizens import phone_signed_in
from tiemchung.faces.shared.complaints import field_of, kinds_taken, read_complaint, same_phone
from tiemchung.faces.shared.doors import public
from tiemchung.faces.shared.limits import within_hourly_limit
from tiemchung.faces.shared.mending import ending_said, kind_said, level_said, reason_said
from tiemchung.faces.shared.refusals import sentence, status_of
from tiemchung.faces.shared.words import t
from tiemchung.kernel.actor import ANYBODY
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

FILED_PER_HOUR, ASKED_PER_HOUR = 20, 60
"""Complaints filed and numbers asked for from one address in an hour. Ours: a ward's computer serves many."""

OPEN_TO_THE_HURT = "whoever is hurt by an error may say so; nothing that is stored can be read here"


class TooManyComplaints(Refusal):
    """More came from one address within the hour than anybody writes."""

    code = "too-many-complaints"


@public(OPEN_TO_THE_HURT)
@never_cache
@require_http_methods(["GET", "POST"])
def complain(request: HttpRequest) -> HttpResponse:
    """Take a complaint and show its number. A form that is refused comes back as it was written."""
    now = clock().now()
    if request.method != "POST":
        site = request.GET.get("site", "")
        phone = phone_signed_in(request)
        return _form(request, told=ComplaintTold(id=uuid7(now), kind="", story="", site=site, phone=phone))
    told = read_complaint(request, site=request.POST.get("site", ""), account_phone=phone_signed_in(request), now=now)
    try:
        if not within_hourly_limit(request, what="complaint", most=FILED_PER_HOUR):
            raise TooManyComplaints
        filed = mending.file_complaint(told, actor=ANYBODY, now=now)
    except Refusal as refusal:
        return _form(request, told=told, refusal=refusal)
    confirmed = bool(told.account_phone) and same_phone(told.phone, told.account_phone)
    return render(request, "portal/complained.html", {"filed": filed, "told": told, "confirmed": confirmed})


@public(OPEN_TO_THE_HURT)
@never_cache
@require_http_methods(["GET", "POST"])
def standing(request: HttpRequest) -> HttpResponse:
    """Tell how the complaint of a number stands. The number is asked for by a form, so that no address holds it."""
    number = request.POST.get("number", "").strip()
    found = None
    if number:
        if not within_hourly_limit(request, what="complaint-number", most=ASKED_PER_HOUR):
            raise TooManyComplaints
        found = queries.complaint_by_number(number)
    page = {
        "number": number,
        "asked": request.method == "POST",
        "found": found,
        "kind": kind_said(found.kind) if found else "",
        "ending": ending_said(found.state, found.outcome) if found else "",
        "reason": reason_said(found.reason) if found else "",
        "level": level_said(found.level) if found and found.level and found.state is not CaseState.DECIDED else "",
        "now": clock().now(),
    }
    return render(request, "portal/complaint.html", page)


@public("how fast complaints are answered, counted by province; nobody's complaint can be told from it")
@require_safe
def speed(request: HttpRequest) -> HttpResponse:
    """Show how fast each province answers, who answers most of it in time on top."""
    found = sorted(queries.speed(), key=lambda each: (-_share(each), -each.filed))
    names = {unit.code: unit.display_name for era in (Era.Y2025, Era.Y2021) for unit in places.children(era)}
    page = {
        "rows": [
            (
                names.get(each.province, each.province) if each.province else t("Trung tâm đáp ứng", "Response center"),
                each,
            )
            for each in found
        ],
        "as_of": found[0].as_of if found else None,
    }
    return render(request, "portal/speed.html", page)


def _share(each: SpeedShown) -> float:
    return each.in_time / each.filed if each.filed else 0.0


def _form(request: HttpRequest, *, told: ComplaintTold, refusal: Refusal | None = None) -> HttpResponse:
    site = places.site(told.site) if told.site else None
    page = {
        "told": told,
        "site": site,
        "kinds": kinds_taken(),
        "most": LONGEST_STORY,
        "fault": sentence(refusal) if refusal else "",
        "field": field_of(refusal) if refusal else "",
    }
    return render(request, "portal/complain.html", page, status=status_of(refusal) if refusal else 200)
