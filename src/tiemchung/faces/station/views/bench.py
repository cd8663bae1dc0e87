"""The bench for paper slips: photos are laid into a queue, and each is typed beside its picture by one person."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import Role
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.intake.errors import ToldOtherwiseBefore
from tiemchung.domain.mending import actions, policy
from tiemchung.domain.mending import queries as mending
from tiemchung.domain.mending.values import MOST_SLIP_BYTES, ScanListed, ScanState, UnreadableWhy
from tiemchung.domain.people.values import PersonShown
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.visits import queries as visits
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.refusals import sentence
from tiemchung.faces.shared.words import said, t
from tiemchung.faces.station.pages import bench as pages
from tiemchung.faces.station.pages import desk, paper
from tiemchung.faces.station.typed import day_in, uuid_in
from tiemchung.faces.station.views.alike import meet_on_paper
from tiemchung.faces.station.views.arrival import NEW
from tiemchung.faces.station.views.frame import page, required_site
from tiemchung.faces.station.views.sheet import events_of, product_names
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted, Refusal
from tiemchung.plumbing import rowsecurity
from tiemchung.plumbing.time import clock

MOST_AT_ONCE = 20
"""Photos of one upload: each takes a second to be drawn anew, and whoever brings them waits. Ours."""
MOST_FAULTS_NAMED = 5
BEFORE = "bench"
"""Under which key the session carries what the next slip begins with: lot, vaccinator and the like, and nobody's name."""


@staff_only(Power.RECORD_DOSE, Power.ATTEST, in_one=False)
@require_http_methods(["GET", "POST"])
def queue(request: StaffRequest) -> HttpResponse:
    """Show the slips of a day and how far they are typed; a form lays photos into the queue, each by itself."""
    with rowsecurity.reaching(request.actor.reach):
        site = required_site(request.actor)
    if not policy.may_bring_scans(request.actor, site):
        raise NotPermitted(site=site)
    if request.method == "GET":
        return _queue_page(request, site, _day(request.GET.get("day")))
    day, photos = _day(request.POST.get("day")), request.FILES.getlist("photos")
    if not photos or len(photos) > MOST_AT_ONCE:
        wrong = t("Chọn từ 1 đến {n} ảnh phiếu.", "Choose photos of slips, {n} at most.", n=MOST_AT_ONCE)
        return _queue_page(request, site, day, wrong=[wrong], status=422)
    kept, known, wrong_ones = 0, 0, []
    now = clock().now()
    for photo in photos:
        try:
            content = photo.read(MOST_SLIP_BYTES + 1)
            scan = actions.keep_scan(content, site=site, given_on=day, actor=request.actor, now=now)
        except Refusal as no:
            wrong_ones.append(f"{photo.name}: {sentence(no)}")
            continue
        kept, known = kept + (scan is not None), known + (scan is None)
    told = t(
        "{kept} ảnh vào hàng chờ, {known} ảnh đã có từ trước.",
        "{kept} [photo|photos] laid into the queue, {known} there already.",
        kept=kept,
        known=known,
    )
    return _queue_page(request, site, day, told=told, wrong=wrong_ones, status=422 if wrong_ones else 200)


@staff_only(Power.RECORD_DOSE)
@require_POST
def take_next(request: StaffRequest) -> HttpResponse:
    """Take the next slip of a day's queue in hand; an empty queue leads back to the day."""
    return _to_next(request, required_site(request.actor), _day(request.POST.get("day")))


@staff_only(Power.RECORD_DOSE, Power.ATTEST)
@require_http_methods(["GET", "POST"])
def scan(request: StaffRequest, scan: UUID) -> HttpResponse:
    """Show a slip beside the form of whoever has it in hand; the form is recorded, and the next slip is there at once."""
    site = required_site(request.actor)
    listed = mending.scan(scan, site=site, actor=request.actor)
    mine = listed.state is ScanState.TYPING and listed.typist == request.actor.id
    if request.method == "POST" and mine:
        return _save(request, listed)
    return _scan_page(request, listed, mine=mine)


@staff_only(Power.RECORD_DOSE, Power.ATTEST)
@require_safe
def picture(request: StaffRequest, scan: UUID) -> HttpResponse:
    """Give the picture of a slip. It stands on the slip's page; opened by itself it is saved and never shown among our pages."""
    site, now = required_site(request.actor), clock().now()
    content = mending.scan_picture(scan, site=site, actor=request.actor, purpose=Purpose.CARE, viewed_at=now)
    answer = HttpResponse(content, content_type="image/jpeg")
    answer["Content-Disposition"] = f'attachment; filename="{scan}.jpg"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@staff_only(Power.RECORD_DOSE)
@require_POST
def step(request: StaffRequest, scan: UUID, what: str) -> HttpResponse:
    """Take a slip in hand, lay it back, or say that it cannot be read or is there twice; then the next one is there."""
    site, now = required_site(request.actor), clock().now()
    listed = mending.scan(scan, site=site, actor=request.actor)
    if what == "take":
        actions.take_scan(scan, site=site, actor=request.actor, now=now)
        return redirect("station:scan", scan=scan)
    if what == "back":
        actions.lay_back(scan, site=site, actor=request.actor)
        return _to_queue(listed.given_on)
    if what == "twice":
        actions.set_scan_aside(scan, site=site, why=None, actor=request.actor, now=now)
    elif what == "unreadable" and request.POST.get("why") in set(UnreadableWhy):
        why = UnreadableWhy(request.POST["why"])
        actions.set_scan_aside(scan, site=site, why=why, actor=request.actor, now=now)
    else:
        raise Http404
    return _to_next(request, site, listed.given_on)


def _day(text: str | None) -> date:
    """Return the day that was asked for, today if none was or it is yet to come."""
    today = business_day(clock().now())
    return min(day_in(text) or today, today)


def _to_queue(day: date) -> HttpResponse:
    return redirect(f"{reverse('station:bench')}?day={day}")


def _to_next(request: StaffRequest, site: str, day: date) -> HttpResponse:
    found = actions.take_next_scan(site=site, given_on=day, actor=request.actor, now=clock().now())
    return _to_queue(day) if found is None else redirect("station:scan", scan=found)


def _save(request: StaffRequest, listed: ScanListed) -> HttpResponse:
    """Record what the form tells of somebody, once it is clear who of those on record it is, and take the next slip."""
    site, now, actor = listed.site, clock().now(), request.actor
    line = pages.line_of(request.POST, scan=listed.id, number=listed.number)
    known = _known(line.told["lot"], listed)
    try:
        row = paper.typed(line, known, taken=())
    except paper.Wrong as wrong:
        return _wrong_page(request, listed, str(wrong), wrong.sentence)
    if row is None or row.block is None:
        raise Http404
    met = meet_on_paper(row.block, how=row.how, site=site, day=listed.given_on, actor=actor)
    chosen = uuid_in(request.POST.get("known"))
    person = chosen if chosen in met.shown else met.person
    if person is None and met.shown and request.POST.get("known") != NEW:
        return _scan_page(request, listed, mine=True, alike=met.shown, status=422)
    if person is not None:
        if visits.received_on([person], site=site, day=listed.given_on):
            return _wrong_page(request, listed, "elsewhere", said(paper.WRONG["elsewhere"]))
        row = _of_person(row, person, listed, request)
    try:
        intake.record_from_paper(events_of(row, site=site, actor=actor), actor=actor, site=site, now=now)
    except ToldOtherwiseBefore:
        return _wrong_page(request, listed, "otherwise", said(paper.WRONG["otherwise"]))
    actions.scan_entered(listed.id, site=site, visit=row.visit, person=row.person, actor=actor, now=now)
    if row.dose is not None:
        told = {name: request.POST.get(name, "")[: desk.PLACE_LENGTH] for name in pages.GOES_ON}
        request.session[BEFORE] = {"site": site, "day": listed.given_on.isoformat(), **told}
    return _to_next(request, site, listed.given_on)


def _of_person(row: paper.Typed, person: UUID, listed: ScanListed, request: StaffRequest) -> paper.Typed:
    """Return what is told as of somebody on record, for their appointment of that day if they were called.

    Under the appointment's code, so that the session sheet of the same day tells the same dose once.
    """
    called = scheduling.expected_among(
        [person],
        site=listed.site,
        day=listed.given_on,
        actor=request.actor,
        purpose=Purpose.CARE,
        viewed_at=clock().now(),
    )
    appointment = next((one.appointment for one in called), None)
    code = appointment.id if appointment else row.code
    return dataclasses.replace(row, person=person, block=None, appointment=appointment, code=code)


def _known(lot: str, listed: ScanListed) -> paper.Known:
    return paper.Known(
        day=listed.given_on,
        now=clock().now(),
        appointments={},
        received={},
        products=product_names(),
        lots=supply.lots_known({lot} if lot else set(), site=listed.site),
        vaccinators=[one for one in access.staff_of_site(listed.site) if Role.VACCINATOR in one.roles],
    )


def _wrong_page(request: StaffRequest, listed: ScanListed, reason: str, why: str) -> HttpResponse:
    wrong = {pages.FIELD_OF.get(reason, reason): why}
    return _scan_page(request, listed, mine=True, wrong=wrong, twice=reason in ("elsewhere", "otherwise"), status=422)


def _scan_page(
    request: StaffRequest,
    listed: ScanListed,
    *,
    mine: bool,
    wrong: Mapping[str, str] | None = None,
    alike: Mapping[UUID, PersonShown] | None = None,
    twice: bool = False,
    status: int = 200,
) -> HttpResponse:
    site, day = listed.site, listed.given_on
    lots = _lots(site, day)
    vaccinators = sorted({one.name for one in access.staff_of_site(site) if Role.VACCINATOR in one.roles})
    before = pages.same_day(request.session.get(BEFORE, {}), site=site, day=day)
    begun = pages.begin_with(before, lots=lots, vaccinators=vaccinators)
    scans = mending.scans_of(site, day, actor=request.actor)
    context: dict[str, Any] = {
        "scan": listed,
        "mine": mine,
        "may_type": policy.may_type_scans(request.actor, site),
        "fields": defaultdict(str, request.POST.dict() if request.method == "POST" else begun),
        "wrong": dict(wrong or {}),
        "twice": twice,
        "alike": [(str(person), one.name, one.born, desk.ends_of(one)) for person, one in (alike or {}).items()],
        "choices": pages.CHOICES,
        "sexes": desk.SEXES,
        "products": {name: name for name in sorted(product_names().values())},
        "lots": sorted({one.lot for one in lots} | {one.lot for one in supply.stock_of(site)}),
        "vaccinators": {name: name for name in vaccinators},
        "why": pages.WHY,
        "standings": pages.STANDINGS,
        "typist": access.staff_names([listed.typist]).get(listed.typist, "") if listed.typist else "",
        "progress": pages.progress(scans, lots),
    }
    return page(request, "station/scan.html", context, status=status)


def _lots(site: str, day: date) -> list[pages.Shortfall]:
    sizes = {code: product.doses_per_vial for code, product in vaccines.products().items()}
    return pages.shortfalls(visits.day_lines(site, day), sizes)


def _queue_page(
    request: StaffRequest, site: str, day: date, *, told: str = "", wrong: list[str] | None = None, status: int = 200
) -> HttpResponse:
    with rowsecurity.reaching(request.actor.reach):
        scans = mending.scans_of(site, day, actor=request.actor)
        lots = _lots(site, day)
        typed, late = immunization.late_of_day(site, day)
        names = access.staff_names(sorted({one.typist for one in scans if one.typist}))
        context: dict[str, Any] = {
            "day": day,
            "today": business_day(clock().now()),
            "scans": scans,
            "names": names,
            "lots": lots,
            "progress": pages.progress(scans, lots),
            "typed": typed,
            "late": late,
            "may_type": policy.may_type_scans(request.actor, site),
            "may_attest": request.actor.can(Power.ATTEST),
            "days": [one for one in mending.days_with_scans(site, actor=request.actor) if one[0] != day],
            "standings": pages.STANDINGS,
            "why": pages.WHY,
            "most": MOST_AT_ONCE,
            "told": told,
            "wrong": (wrong or [])[:MOST_FAULTS_NAMED],
            "unnamed": max(len(wrong or []) - MOST_FAULTS_NAMED, 0),
        }
        return page(request, "station/bench.html", context, status=status)
