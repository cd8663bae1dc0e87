"""The desk's side: a site's or ward's staff hold a claim beside the document, and answer what people asked."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tiemchung.domain.access import actions, queries
from tiemchung.domain.access.values import ClaimShown
from tiemchung.domain.people import queries as people
from tiemchung.faces.healthbook import pages
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.refusals import sentence
from tiemchung.faces.shared.words import t
from tiemchung.kernel.actor import Power
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted, Refusal
from tiemchung.plumbing.time import clock


@staff_only(Power.RECORD_DOSE, Power.SCREEN, Power.ATTEST)
@require_http_methods(["GET", "POST"])
def claims(request: StaffRequest) -> HttpResponse:
    """Find a claim by the code its holder shows, hold it beside the document, and confirm it."""
    site = _site(request)
    code = request.POST.get("code", "")
    claim: ClaimShown | None = None
    fault = ""
    if request.method == "POST":
        try:
            if request.POST.get("seen"):
                actions.prove_at_desk(code, person=None, by=request.actor, site=site, now=clock().now())
                return redirect(f"{request.path}?xong=1")
            if request.POST.get("confirm"):
                fault = t("Đánh dấu là đã xem giấy tờ.", "Tick that you have seen the document.")
            claim = queries.claims_at_desk(code, actor=request.actor, site=site, purpose=Purpose.REGISTRATION)
        except Refusal as no:
            fault = sentence(no)
    page = {
        "code": code,
        "claim": claim,
        "birth": pages.birth(claim.born) if claim else "",
        "fault": fault,
        "done": "xong" in request.GET,
        "sexes": pages.SEXES,
        "actor": request.actor,
    }
    return render(request, "healthbook/desk.html", page, status=422 if fault else 200)


@staff_only(Power.RECORD_DOSE, Power.SCREEN, Power.ATTEST)
@require_http_methods(["GET", "POST"])
def requests(request: StaffRequest) -> HttpResponse:
    """Show what waits for an answer here, and answer one. Whoever reads it is logged."""
    site, fault = _site(request), ""
    if request.method == "POST":
        try:
            actions.answer_request(
                UUID(request.POST.get("id", "")),
                request.POST.get("words", ""),
                by=request.actor,
                site=site,
                now=clock().now(),
            )
            return redirect("healthbook:desk-requests")
        except ValueError:
            fault = t("Yêu cầu này không còn. Tải lại trang.", "This request is gone. Reload the page.")
        except Refusal as no:
            fault = sentence(no)
    waiting = queries.requests_at(site, actor=request.actor, purpose=Purpose.CORRECTION)
    persons = people.persons(
        [each.person for each in waiting],
        purpose=Purpose.CORRECTION,
        actor=request.actor,
        viewed_at=clock().now(),
        site=site,
    )
    page = {"waiting": waiting, "persons": persons, "about": pages.ABOUT, "fault": fault, "actor": request.actor}
    return render(request, "healthbook/desk_requests.html", page, status=422 if fault else 200)


def _site(request: StaffRequest) -> str:
    """Return the site at which somebody works; whoever has none here vouches for nobody."""
    sites = sorted(request.actor.reach.sites)
    if not sites:
        raise NotPermitted
    return sites[0]
