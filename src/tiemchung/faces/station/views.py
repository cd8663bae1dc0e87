"""The chair, served as pages: who waits today, the dose that was just given, and what the site's lead must decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, cast
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiemchung.domain.access import actions as access_actions
from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import DeviceStatus, PlaceLevel, Role
from tiemchung.domain.declarations import queries as declarations
from tiemchung.domain.immunization import actions as immunization_actions
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.intake.values import Outcome
from tiemchung.domain.people import queries as people
from tiemchung.domain.places import queries as places
from tiemchung.domain.safety import queries as safety
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.visits import actions as visits_actions
from tiemchung.domain.visits import queries as visits
from tiemchung.domain.visits.values import Stage, VisitListed
from tiemchung.faces.shared.doors import POST_KEY, StaffRequest, staff_only
from tiemchung.faces.shared.refusals import sentence, status_of
from tiemchung.faces.shared.words import said, t
from tiemchung.faces.station import pages
from tiemchung.kernel.actor import Actor, Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

LAST_LOT = "lot"
"""Under which key the session remembers the lot and vial that were used last at this machine."""
RECORDED = "recorded"
"""Under which key the session carries, to the next page only, what has just been recorded."""
SEARCHED = 2000
"""Visits that a search looks through: more than the largest hall has in a day's hours before noon (ours)."""


@staff_only(Power.RECORD_DOSE, Power.SCREEN, Power.ATTEST)
@require_http_methods(["GET", "POST"])
def today(request: StaffRequest) -> HttpResponse:
    """Show who is here today, by stage; a search is a POST, for what is typed there names a person."""
    site = _site(request.actor)
    if site is None:
        return redirect("station:posts")
    now = clock().now()
    day = business_day(now)
    chosen = request.GET.get("stage", pages.FIRST_STAGE)
    if chosen not in pages.STAGES:
        raise Http404
    asked = request.POST.get("asked", "") if request.method == "POST" else ""
    if asked:
        shown = pages.matching(_everybody(request.actor, site=site, day=day, now=now), asked)
    else:
        shown = visits.visits_at(
            pages.STAGES[chosen][1], site=site, day=day, actor=request.actor, purpose=Purpose.CARE, viewed_at=now
        )
    counts = visits.stage_counts(site, day)
    return _page(
        request,
        "station/today.html",
        {
            "day": day,
            "stages": [
                {
                    "word": word,
                    "figure": sum(counts[stage] for stage in stages),
                    "name": name,
                    "current": name == chosen,
                }
                for name, (word, stages) in pages.STAGES.items()
            ],
            "asked": asked,
            "rows": [pages.row_of(visit) for visit in shown],
            "recorded": request.session.pop(RECORDED, None),
        },
    )


@staff_only(Power.RECORD_DOSE)
@require_http_methods(["GET", "POST"])
def dose(request: StaffRequest, visit: UUID) -> HttpResponse:
    """Show the three proofs and record the dose that was given. The form's id makes a second click the same dose."""
    site = _site(request.actor)
    if site is None:
        return redirect("station:posts")
    now = clock().now()
    found = visits.visit(visit, site=site, actor=request.actor, purpose=Purpose.CARE, viewed_at=now)
    if found is None:
        raise Http404
    listed, identification = found
    wrong: dict[str, str] = {}
    if request.method == "POST":
        told = _told(request, listed=listed, site=site)
        if isinstance(told, dict):
            wrong = told
        else:
            return told
    return _dose_page(request, listed, identification=identification, site=site, now=now, wrong=wrong)


def _dose_page(
    request: StaffRequest, listed: VisitListed, *, identification: Any, site: str, now: datetime, wrong: dict[str, str]
) -> HttpResponse:
    actor, day = request.actor, business_day(now)
    asking = {"purpose": Purpose.CARE, "actor": actor, "viewed_at": now, "site": site}
    person = people.persons([listed.person], **asking).get(listed.person)  # type: ignore[arg-type]  # the same for all
    history = immunization.history([listed.person], **asking).get(listed.person, [])  # type: ignore[arg-type]  # same
    screenings = declarations.screenings([listed.person], **asking)  # type: ignore[arg-type]  # same
    screening = next((each for each in screenings if each.visit == listed.id), None)
    reactions = safety.events_of([listed.person], **asking)  # type: ignore[arg-type]  # same
    names = {code: product.name_vi for code, product in vaccines.products().items()}
    lots = pages.lot_choices(supply.stock_of(site), supply.vials_left(site, day), names, day)
    counted = pages.counted(history)
    given = [each for each in counted if listed.dosed_at and each.occurred_at == listed.dosed_at]
    before = [each for each in counted if each not in given]
    form = declarations.form(screening.form) if screening else None
    number = len(counted) + 1
    chosen = request.POST.get("lot") or pages.default_lot(lots, request.session.get(LAST_LOT))
    return _page(
        request,
        "station/dose.html",
        {
            "visit": listed,
            "name": pages.row_of(listed).name,
            "facts": " · ".join(
                [
                    pages.age_on(listed.born, day),
                    *([said(pages.SEXES[listed.sex])] if listed.sex in pages.SEXES else []),
                    *([pages.number_shown(each.kind, each.value) for each in person.identifiers[:1]] if person else []),
                ]
            ),
            "number": number,
            "person_proof": pages.person_proof(listed, identification),
            "screening_proof": pages.screening_proof(
                listed, screening, t("mẫu {decree}", "form {decree}", decree=form.decree) if form else "", before, day
            ),
            "reaction_proofs": [pages.reaction_proof(event) for event in reactions],
            "lots": lots,
            "chosen_lot": chosen,
            "other_lot": request.POST.get("other_lot", ""),
            "product_names": names,
            "products": sorted(names.items(), key=lambda product: product[1]),
            "chosen_product": request.POST.get("product", ""),
            "vial": request.POST.get("vial", ""),
            "arm": request.POST.get("arm", "left"),
            "vaccinators": _vaccinators(actor, site),
            "entry": request.POST.get("entry") or uuid7(now),
            "given": given,
            "may_be_given": listed.stage is Stage.WAITING_FOR_DOSE,
            "now": now,
            "wrong": wrong,
        },
        status=422 if wrong else 200,
    )


def _told(request: StaffRequest, *, listed: VisitListed, site: str) -> HttpResponse | dict[str, str]:
    """Record what the form tells, or say by field what is missing in it."""
    form, wrong = request.POST, {}
    entry, arm = _uuid(form.get("entry")), form.get("arm")
    lot, vial = pages.lot_and_vial(
        form.get("lot", ""), other_lot=form.get("other_lot", ""), typed_vial=form.get("vial", "")
    )
    product = pages.told_lot(lot, supply.lots_known([lot], site=site)) or form.get("product", "")
    known = {str(member.id): member.id for member in _vaccinators(request.actor, site)}
    vaccinator = known.get(form.get("vaccinator", ""))
    if not lot:
        wrong["lot"] = t("Chọn lô, hoặc gõ số lô trên lọ.", "Choose the lot, or type the number on the vial.")
    elif product not in vaccines.products():
        wrong["product"] = t(
            "Lô này chưa có trong sổ kho. Chọn loại vắc xin ghi trên lọ.",
            "This lot is in no stock ledger yet. Choose the product named on the vial.",
        )
    if arm not in pages.ARMS:
        wrong["arm"] = t("Chọn tay đã tiêm.", "Choose the arm.")
    if vaccinator is None:
        wrong["vaccinator"] = t("Chọn người đã tiêm.", "Choose who gave the dose.")
    if entry is None:
        raise Http404
    if wrong or vaccinator is None:
        return wrong
    if listed.dosed_at is not None and not _is_dose_of(listed, entry, request.actor, site):
        return redirect("station:dose", visit=listed.id)
    now = clock().now()
    event = immunization_actions.dose_given(
        entry,
        visit=listed.id,
        person=listed.person,
        product=product,
        lot=lot,
        vial=vial,
        arm=cast('Literal["left", "right"]', arm),
        number_told=int(form["number"]) if form.get("number", "").isdecimal() else 1,
        vaccinator=vaccinator,
        site=site,
        actor=request.actor,
        now=now,
    )
    (answer,) = intake.record([event], actor=request.actor, site=site, now=now)
    request.session[LAST_LOT] = form.get("lot", "")
    request.session[RECORDED] = {
        "kept": answer.outcome is not Outcome.SET_ASIDE,
        "number": event.dose_number_told,
        "product": vaccines.products()[product].name_vi,
        "lot": lot,
        "findings": answer.findings,
    }
    return redirect("station:today")


def _is_dose_of(listed: VisitListed, entry: UUID, actor: Actor, site: str) -> bool:
    """Tell whether this very entry is the dose that the visit has already."""
    now = clock().now()
    doses = immunization.history([listed.person], purpose=Purpose.CARE, actor=actor, viewed_at=now, site=site)
    return any(dose.id == entry for dose in doses.get(listed.person, []))


def _vaccinators(actor: Actor, site: str) -> list[Any]:
    """Return who may have given the dose: the signed-in vaccinator, or, for whoever types for others, all of the site."""
    members = [member for member in access.staff_of_site(site) if Role.VACCINATOR in member.roles]
    own = [member for member in members if member.id == actor.id]
    return own or members


def _everybody(actor: Actor, *, site: str, day: date, now: datetime) -> list[VisitListed]:
    """Return all visits of the day, page by page, as far as a search looks."""
    found: list[VisitListed] = []
    while len(found) < SEARCHED:
        after = found[-1] if found else None
        page = visits.visits_at(
            list(Stage), site=site, day=day, actor=actor, purpose=Purpose.CARE, viewed_at=now, after=after
        )
        found.extend(page)
        if len(page) < visits.LIST_LIMIT:
            break
    return found


@staff_only(Power.ATTEST, Power.ENROLL_DEVICE)
@require_GET
def lead(request: StaffRequest) -> HttpResponse:
    """Show what the site's lead decides: which tablets are ours, and whether the day's lines are true."""
    return _lead_page(request)


@staff_only(Power.ENROLL_DEVICE)
@require_POST
def open_enrollment(request: StaffRequest) -> HttpResponse:
    """Make a one-time code and show it, once."""
    site = _required_site(request.actor)
    name = request.POST.get("name", "").strip()[:80] or t("Máy mới", "New tablet")
    code = access_actions.open_enrollment(site=site, name=name, kinds=None, actor=request.actor, now=clock().now())
    return _lead_page(request, code=code)


@staff_only(Power.ENROLL_DEVICE)
@require_POST
def confirm_device(request: StaffRequest, device: UUID) -> HttpResponse:
    """Enroll a tablet whose screen shows these six digits."""
    try:
        access_actions.confirm(
            device, fingerprint=request.POST.get("fingerprint", ""), actor=request.actor, now=clock().now()
        )
    except Refusal as refusal:
        return _lead_page(request, refusal=refusal, about=device)
    return redirect("station:lead")


@staff_only(Power.ENROLL_DEVICE)
@require_POST
def revoke_device(request: StaffRequest, device: UUID) -> HttpResponse:
    """Cut a tablet off, with a reason."""
    try:
        access_actions.revoke(
            device, reason=request.POST.get("reason", "")[:500], actor=request.actor, now=clock().now()
        )
    except Refusal as refusal:
        return _lead_page(request, refusal=refusal, about=device)
    return redirect("station:lead")


@staff_only(Power.ATTEST)
@require_POST
def close_day(request: StaffRequest) -> HttpResponse:
    """Attest the day's lines that were looked at. Being signed in is the attester's own proof."""
    site, now = _required_site(request.actor), clock().now()
    day = _day(request.POST.get("day")) or business_day(now)
    try:
        event = visits_actions.close_day(
            site, day, lines_hash=request.POST.get("lines_hash", ""), actor=request.actor, now=now
        )
    except Refusal as refusal:
        return _lead_page(request, refusal=refusal)
    (answer,) = intake.record([event], actor=request.actor, site=site, now=now)
    return _lead_page(request, closing_findings=answer.findings)


def _lead_page(
    request: StaffRequest,
    *,
    code: str | None = None,
    refusal: Refusal | None = None,
    about: UUID | None = None,
    closing_findings: Sequence[str] = (),
) -> HttpResponse:
    site, now = _required_site(request.actor), clock().now()
    day = _day(request.POST.get("day") or request.GET.get("day")) or business_day(now)
    lines = visits.day_lines(site, day)
    names = {product: facts.name_vi for product, facts in vaccines.products().items()}
    closed = visits.day_closed(site, day)
    return _page(
        request,
        "station/lead.html",
        {
            "code": code,
            "sentence": None if refusal is None else sentence(refusal),
            "about": about,
            "day": day,
            "is_today": day == business_day(now),
            "devices": access.devices_of(site, actor=request.actor) if request.actor.can(Power.ENROLL_DEVICE) else [],
            "waiting": DeviceStatus.WAITING,
            "enrolled": DeviceStatus.ENROLLED,
            "revoked": DeviceStatus.REVOKED,
            "lines": lines,
            "names": names,
            "unexplained": visits.unexplained(lines),
            "closed": closed,
            "closed_by": access.staff_names([closed.by]).get(closed.by, "") if closed else "",
            "closing_findings": pages.finding_words(closing_findings),
        },
        status=200 if refusal is None else status_of(refusal),
    )


@staff_only()
@require_http_methods(["GET", "POST"])
def posts(request: StaffRequest) -> HttpResponse:
    """Let somebody who works at several places say where they are now."""
    assert request.actor.id is not None  # noqa: S101 - staff have an id
    held = access.posts_of(request.actor.id)
    if request.method == "POST":
        chosen = next((post for post in held if post.key == request.POST.get("post")), None)
        if chosen is None:
            raise Http404
        request.session[POST_KEY] = chosen.key
        return redirect("station:today")
    sites = places.sites_of([post.place for post in held if post.level is PlaceLevel.SITE])
    return _page(
        request,
        "station/posts.html",
        {
            "posts": [
                {"key": post.key, "name": sites[post.place].name if post.place in sites else post.place}
                for post in held
                if post.level is PlaceLevel.SITE
            ]
        },
    )


def _page(request: StaffRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Show a page with what every page of the station says: who is signed in, and at which site."""
    site = _site(request.actor)
    known = places.site(site) if site else None
    frame = {
        "actor": request.actor,
        "site_name": known.name if known else site or "",
        "may_lead": request.actor.can(Power.ATTEST) or request.actor.can(Power.ENROLL_DEVICE),
        "may_record": request.actor.can(Power.RECORD_DOSE),
        "now": clock().now(),
        "arms": pages.ARMS,
        "finding_words": pages.finding_words,
    }
    return render(request, template, {**frame, **context}, status=status)


def _site(actor: Actor) -> str | None:
    """Return the one site at which the actor works now; None for whoever has to choose."""
    return next(iter(actor.reach.sites)) if len(actor.reach.sites) == 1 else None


def _required_site(actor: Actor) -> str:
    site = _site(actor)
    if site is None:
        raise Http404
    return site


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
