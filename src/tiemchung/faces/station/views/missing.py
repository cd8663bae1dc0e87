"""Doses that people miss in their books: a recorder enters each from the site's papers, late, and a second person stands for it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import Role
from tiemchung.domain.immunization import actions as immunization_actions
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.values import DoseStatus
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.intake.values import Outcome
from tiemchung.domain.mending import queries as mending
from tiemchung.domain.mending.values import MissingShown
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.visits import actions as visits_actions
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.photos import photo_answer
from tiemchung.faces.shared.words import t
from tiemchung.faces.station.pages import chair, paper
from tiemchung.faces.station.pages import missing as pages
from tiemchung.faces.station.typed import uuid_in, words_in
from tiemchung.faces.station.views.frame import CODE_LENGTH, SAID, page, required_site, say_next
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import beside, is_uuid7, uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock


class DoseNotKept(Refusal):
    """What was typed could not be kept as a fact of this site; it lies aside for the lead, with the reason."""

    code = "dose-not-kept"


ON_PAPER = "giấy"
"""The ticket of a visit that was entered from paper."""


@staff_only(Power.RECORD_DOSE)
@require_safe
def listed(request: StaffRequest) -> HttpResponse:
    """List the doses that people miss at this site and that nobody has entered."""
    now = clock().now()
    found = mending.missing_at(
        required_site(request.actor), actor=request.actor, purpose=Purpose.CORRECTION, viewed_at=now
    )
    rows = [pages.line_of(one, now=now) for one in found]
    return page(request, "station/missing.html", {"rows": rows, "said_before": request.session.pop(SAID, None)})


@staff_only(Power.RECORD_DOSE)
@require_http_methods(["GET", "POST"])
def enter(request: StaffRequest, case: UUID) -> HttpResponse:
    """Enter the dose that somebody misses, as the site's papers have it. Sent twice it is one dose."""
    site, now = required_site(request.actor), clock().now()
    one = _one(request, case)
    products = {code: product.name_vi for code, product in vaccines.products().items()}
    vaccinators = {
        str(member.id): member.name for member in access.staff_of_site(site) if Role.VACCINATOR in member.roles
    }
    wrong: dict[str, str] = {}
    if request.method == "POST":
        entry = uuid_in(request.POST.get("entry"))
        if entry is None or not is_uuid7(entry):
            raise Http404
        lot = words_in(request.POST.get("lot"), longest=CODE_LENGTH)
        held = chair.told_lot(lot, dict(supply.lots_known({lot}, site=site))) if lot else None
        told = pages.read(request.POST, now=now, products=products, vaccinators=vaccinators, lot_of=held or "")
        if isinstance(told, pages.Entered) and _had_one(request, one.person, told, but=beside(entry, paper.DOSED)):
            told = {"day": t("Sổ đã có một mũi trong ngày này.", "The record has a dose of this day already.")}
        if isinstance(told, pages.Entered):
            events = _events(entry, told, person=one.person, site=site, request=request)
            answers = intake.record_from_paper(events, actor=request.actor, site=site, now=now)
            if any(answer.outcome is Outcome.SET_ASIDE for answer in answers):
                raise DoseNotKept(case=case)
            say_next(
                request,
                t(
                    "Đã nhập mũi của {name}. Trưởng điểm xem lại ở “Mũi chờ người thứ hai”.",
                    "The dose of {name} is entered. The lead looks at it under “Doses that wait for a second person”.",
                    name=one.facts.name,
                ),
            )
            return redirect("station:missing")
        wrong = told
    context = {
        "case": one,
        "born": pages.born_told(one, now=now),
        "told": pages.told_lines(one),
        "typed": defaultdict(str, {"day": pages.day_told(one), **request.POST.dict()}),
        "wrong": wrong,
        "hows": pages.hows(),
        "products": products,
        "vaccinators": vaccinators,
        "fresh_id": lambda: request.POST.get("entry") or uuid7(now),
    }
    return page(request, "station/missing_dose.html", context, status=422 if wrong else 200)


@staff_only(Power.RECORD_DOSE)
@require_safe
def slip(request: StaffRequest, case: UUID, slip: UUID) -> HttpResponse:
    """Give a photo of the slip that came with a missing dose. Opened by itself it is saved and never shown among our pages."""
    content = mending.missing_slip(
        slip,
        case=case,
        site=required_site(request.actor),
        actor=request.actor,
        purpose=Purpose.CORRECTION,
        viewed_at=clock().now(),
    )
    if content is None:
        raise Http404
    return photo_answer(content, name=slip)


def _one(request: StaffRequest, case: UUID) -> MissingShown:
    found = mending.missing_at(
        required_site(request.actor),
        actor=request.actor,
        purpose=Purpose.CORRECTION,
        viewed_at=clock().now(),
        only=case,
    )
    if not found:
        raise Http404
    return found[0]


def _had_one(request: StaffRequest, person: UUID, told: pages.Entered, *, but: UUID) -> bool:
    """Tell whether a dose of this day stands on record, wherever given; what this very form told does not count."""
    line = immunization.told_anywhere(
        [person],
        purpose=Purpose.CORRECTION,
        actor=request.actor,
        viewed_at=clock().now(),
        site=required_site(request.actor),
    )[person]
    day = business_day(told.at)
    return any(dose.given_on == day and dose.status is not DoseStatus.VOIDED and dose.id != but for dose in line)


def _events(entry: UUID, told: pages.Entered, *, person: UUID, site: str, request: StaffRequest) -> list[Event]:
    """Return the facts of the dose, each at the time that is on the paper."""
    shared: dict[str, Any] = {
        "visit": beside(entry, paper.VISIT),
        "person": person,
        "site": site,
        "actor": request.actor,
        "now": told.at,
    }
    return [
        visits_actions.arrived(
            beside(entry, paper.ARRIVED),
            ticket=ON_PAPER,
            block=None,
            campaign_session=None,
            appointment=None,
            **shared,
        ),
        visits_actions.identified(beside(entry, paper.IDENTIFIED), how=told.how, document=None, **shared),
        immunization_actions.dose_given(
            beside(entry, paper.DOSED),
            product=told.product,
            lot=told.lot,
            vial=told.vial,
            arm=told.arm,
            number_told=None,
            vaccinator=told.vaccinator,
            **shared,
        ),
    ]
