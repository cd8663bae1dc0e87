"""Going back: who it is after all, no dose today, a dose that was told wrong, and the vaccinator's word for a recorder's."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import Role
from tiemchung.domain.immunization import actions as immunization_actions
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.values import DoseShown, DoseStatus
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.visits import actions as visits_actions
from tiemchung.domain.visits import queries as visits
from tiemchung.domain.visits.values import WRONG_PERSON, How, VisitListed
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import said, t
from tiemchung.faces.station.pages import chair, desk
from tiemchung.faces.station.pages import mending as pages
from tiemchung.faces.station.typed import day_in, uuid_in
from tiemchung.faces.station.views.frame import page, person_line, required_site, say_next
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.time import clock


@staff_only(Power.CHECK_IN)
@require_http_methods(["GET", "POST"])
def identity(request: StaffRequest, visit: UUID) -> HttpResponse:
    """Say again how it was made sure who this is, or that the wrong person was written down."""
    site, listed = _visit(request, visit)
    wrong: dict[str, str] = {}
    if request.method == "POST":
        entry, how = uuid_in(request.POST.get("entry")), request.POST.get("how", "")
        if entry is None:
            raise Http404
        if how in {str(int(known)) for known in How}:
            event = visits_actions.identified(entry, how=How(int(how)), document=None, **_shared(request, listed, site))
            return _record(request, event, listed, site)
        wrong["how"] = t("Chọn cách đã nhận ra người này.", "Choose how you made sure who this is.")
    hows = {str(int(how)): words for how, words in desk.HOW.items()}
    return _page(request, "station/identity.html", listed, {"hows": hows, "wrong": wrong})


@staff_only(Power.CHECK_IN, Power.SCREEN, Power.RECORD_DOSE)
@require_http_methods(["GET", "POST"])
def stop(request: StaffRequest, visit: UUID) -> HttpResponse:
    """Say that there is no dose today, and why; or that this visit was the wrong person's."""
    site, listed = _visit(request, visit)
    if listed.dosed_at is not None:
        return redirect("station:today")
    wrong: dict[str, str] = {}
    if request.method == "POST":
        entry, reason = uuid_in(request.POST.get("entry")), request.POST.get("reason", "")
        if entry is None:
            raise Http404
        shared = _shared(request, listed, site)
        if reason == WRONG_PERSON:
            return _record(request, visits_actions.left(entry, minutes=0, reason=reason, **shared), listed, site)
        if reason in pages.STOP_REASONS:
            until = day_in(request.POST.get("until"))
            return _record(request, visits_actions.deferred(entry, reason=reason, until=until, **shared), listed, site)
        wrong["reason"] = t("Chọn vì sao không tiêm.", "Choose why there is no dose.")
    return _page(request, "station/stop.html", listed, {"reasons": pages.STOP_REASONS, "wrong": wrong})


@staff_only(Power.RECORD_DOSE, Power.ATTEST)
@require_http_methods(["GET", "POST"])
def mend(request: StaffRequest, visit: UUID) -> HttpResponse:
    """Correct what was told wrong of this visit's dose, or void it. The first telling stays readable.

    Two tablets may have told a dose each of one visit: the address names which, where somebody comes to mend the other one.
    """
    site, listed = _visit(request, visit)
    named = uuid_in(request.GET.get("dose"))
    asking: dict[str, Any] = {
        "purpose": Purpose.CORRECTION,
        "actor": request.actor,
        "viewed_at": clock().now(),
        "site": site,
    }
    doses = [
        dose
        for dose in immunization.history([listed.person], **asking).get(listed.person, [])
        if dose.site == site and dose.given_on == business_day(listed.first_at)
    ]
    standing = next((dose for dose in doses if _is_meant(dose, listed, named)), None)
    if not doses or (named is not None and named not in {dose.id for dose in doses}):
        raise Http404
    vaccinators = {
        str(member.id): member.name for member in access.staff_of_site(site) if Role.VACCINATOR in member.roles
    }
    products = {code: product.name_vi for code, product in vaccines.products().items()}
    wrong: dict[str, str] = {}
    if request.method == "POST" and standing is not None:
        told = _amendment(request, standing, site, products=products, vaccinators=vaccinators)
        if isinstance(told, dict):
            wrong = told
        else:
            return _record(request, told, listed, site, back="station:flagged" if named else "station:today")
    return _page(
        request,
        "station/mend.html",
        listed,
        {
            "dose": standing,
            "named": named,
            "voided": [dose for dose in doses if dose.status is DoseStatus.VOIDED],
            "products": products,
            "vaccinators": vaccinators,
            "void_reasons": pages.VOID_REASONS,
            "correction_reasons": pages.CORRECTION_REASONS,
            "typed": defaultdict(str, request.POST.items()),
            "wrong": wrong,
        },
    )


def _amendment(
    request: StaffRequest, dose: DoseShown, site: str, *, products: dict[str, str], vaccinators: dict[str, str]
) -> Event | dict[str, str]:
    form, now = request.POST, clock().now()
    entry = uuid_in(form.get("entry"))
    if entry is None or form.get("what") not in {"correct", "void"}:
        raise Http404
    if form["what"] == "void":
        if form.get("void_why") not in pages.VOID_REASONS:
            return {"void_why": t("Chọn vì sao hủy.", "Choose why it is voided.")}
        return immunization_actions.voided(
            entry, dose=dose.id, reason=form["void_why"], site=site, actor=request.actor, now=now
        )
    wrong: dict[str, str] = {}
    values = pages.read_correction(form, dose, products=products, vaccinators=vaccinators, wrong=wrong)
    if wrong:
        return wrong
    return immunization_actions.corrected(
        entry, dose=dose.id, values=values, reason=form["why"], site=site, actor=request.actor, now=now
    )


@staff_only(Power.RECORD_DOSE)
@require_POST
def confirm(request: StaffRequest, dose: UUID) -> HttpResponse:
    """Confirm, as the vaccinator, what a recorder typed. Nobody confirms for somebody else."""
    site, now = required_site(request.actor), clock().now()
    entry = uuid_in(request.POST.get("entry"))
    if entry is None or request.actor.id is None:
        raise Http404
    mine = immunization.unconfirmed_of(
        site,
        business_day(now),
        vaccinator=request.actor.id,
        purpose=Purpose.CARE,
        actor=request.actor,
        viewed_at=now,
    )
    if dose in {one.id for one in mine}:
        event = immunization_actions.confirmed(entry, dose=dose, site=site, actor=request.actor, now=now)
        intake.record([event], actor=request.actor, site=site, now=now)
        say_next(request, said(pages.TYPED["confirmed"]))
    return redirect("station:today")


def _visit(request: StaffRequest, visit: UUID) -> tuple[str, VisitListed]:
    site = required_site(request.actor)
    found = visits.visit(visit, site=site, actor=request.actor, purpose=Purpose.CARE, viewed_at=clock().now())
    if found is None:
        raise Http404
    return site, found[0]


def _shared(request: StaffRequest, listed: VisitListed, site: str) -> dict[str, Any]:
    return {
        "visit": listed.id,
        "person": listed.person,
        "site": site,
        "actor": request.actor,
        "now": clock().now(),
    }


def _is_meant(dose: DoseShown, listed: VisitListed, named: UUID | None) -> bool:
    """Tell whether this dose stands and is the one to be mended: the visit's first one, if none is named."""
    meant = dose.occurred_at == listed.dosed_at if named is None else dose.id == named
    return meant and dose.status is not DoseStatus.VOIDED


def _record(
    request: StaffRequest, event: Event, listed: VisitListed, site: str, *, back: str = "station:today"
) -> HttpResponse:
    (answer,) = intake.record([event], actor=request.actor, site=site, now=clock().now())
    sentence = t("Đã ghi. Số {n}.", "Recorded. Ticket {n}.", n=listed.ticket or "–")
    say_next(request, sentence, findings=answer.findings)
    return redirect(back)


def _page(request: StaffRequest, template: str, listed: VisitListed, context: dict[str, Any]) -> HttpResponse:
    now = clock().now()
    shown = {
        "visit": listed,
        "name": chair.row_of(listed).name,
        "facts": person_line(listed, business_day(now)),
        "fresh_id": lambda: uuid7(now),
    }
    return page(request, template, {**shown, **context}, status=422 if context["wrong"] else 200)
