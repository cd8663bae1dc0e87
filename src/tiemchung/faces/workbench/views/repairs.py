"""One error that hit many doses: they are chosen, looked at as they would be, and mended when a second person agrees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from tiemchung.domain.access import queries as access
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.values import DoseShown, DoseStatus
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.mending import actions
from tiemchung.domain.mending import queries as mending
from tiemchung.domain.mending.values import LONGEST_STORY, MOST_REPAIRED, RepairShown, RepairState, RepairTold
from tiemchung.domain.people import queries as people
from tiemchung.domain.places import queries as places
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.visits import actions as visits
from tiemchung.domain.visits import policy as visits_policy
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.refusals import sentence, status_of
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.faces.workbench.views.frame import day_or_none, page, say_next, uuid_or_none, uuids
from tiemchung.faces.workbench.views.rows import born_shown
from tiemchung.kernel.actor import Power
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

SITES_OFFERED = 60
"""Sites that stand in the form's list; who reaches more types the code. Ours."""
LOT_LENGTH = 60
STATES: dict[RepairState, tuple[str, Words]] = {
    RepairState.PROPOSED: ("half", Words("Chờ người thứ hai", "Waits for a second person")),
    RepairState.DONE: ("done", Words("Đã sửa", "Mended")),
    RepairState.DROPPED: ("void", Words("Đã bỏ", "Dropped")),
}
DOSE_STATES: dict[DoseStatus, tuple[str, Words]] = {
    DoseStatus.WAITING: ("half", Words("Chưa xác nhận", "Not attested")),
    DoseStatus.ATTESTED: ("done", Words("Đã xác nhận", "Attested")),
    DoseStatus.VOIDED: ("void", Words("Đã hủy", "Voided")),
}


class Line(NamedTuple):
    """A dose as the pages list it."""

    id: UUID
    name: str
    born: str
    at: datetime
    product: str
    vial: str
    vaccinator: str
    shape: str
    state: str


@staff_only(Power.MEND)
@require_http_methods(["GET", "POST"])
def index(request: StaffRequest) -> HttpResponse:
    """Find the doses of a lot on a site's day, choose among them and say what they were; below, the latest repairs."""
    own = sorted(request.actor.reach.sites)
    told = request.POST if request.method == "POST" else request.GET
    site = told.get("site", "").strip() or (own[0] if len(own) == 1 else "")
    day, lot = day_or_none(told.get("day")), told.get("lot", "").strip()[:LOT_LENGTH]
    refusal: Refusal | None = None
    if request.method == "POST" and day is not None:
        try:
            return _propose(request, site=site, day=day, lot=lot)
        except Refusal as no:
            refusal = no
    doses: list[DoseShown] = []
    if site and lot and day is not None:
        if not request.actor.reaches(site):
            raise Http404
        doses = _of_lot(request, site, day, lot)
    offered = places.sites_of(own) if len(own) <= SITES_OFFERED else {}
    listed = mending.repairs(actor=request.actor)
    names = places.sites_of({each.site for each in listed})
    context = {
        "sites": sorted((each.name, code) for code, each in offered.items()),
        "asked": {"site": site, "day": day.isoformat() if day else told.get("day", ""), "lot": lot},
        "looked": bool(site and lot and day),
        "lines": _lines(request, doses, site),
        "chosen": set(uuids(request.POST.getlist("dose"))) if refusal else {dose.id for dose in doses},
        "products": _products(),
        "typed": {field: request.POST.get(field, "") for field in ("to_lot", "to_product", "words")},
        "most": MOST_REPAIRED,
        "longest": LONGEST_STORY,
        "fresh_id": uuid7(clock().now()),
        "repairs": [(each, _site_name(names, each.site), *_state(each)) for each in listed],
        "wrong": sentence(refusal) if refusal else None,
    }
    status = status_of(refusal) if refusal else 200
    return page(request, "workbench/repairs.html", context, here="mending", status=status)


def _propose(request: StaffRequest, *, site: str, day: date, lot: str) -> HttpResponse:
    form, now = request.POST, clock().now()
    identifier = uuid_or_none(form.get("id"))
    if identifier is None:
        raise Http404
    product = form.get("to_product", "")
    told = RepairTold(
        id=identifier,
        site=site,
        given_on=day,
        lot=lot,
        to_lot=form.get("to_lot", "").strip()[:LOT_LENGTH],
        to_product=product if product in vaccines.products() else "",
        doses=tuple(uuids(form.getlist("dose"))),
        words=form.get("words", ""),
    )
    actions.propose_repair(told, actor=request.actor, now=now)
    say_next(request, t("Đã đề nghị. Chờ người thứ hai xem và đồng ý.", "Proposed. A second person looks at it next."))
    return redirect("workbench:repair", identifier)


@staff_only(Power.MEND)
@require_http_methods(["GET", "POST"])
def show(request: StaffRequest, identifier: UUID) -> HttpResponse:
    """Show a repair dose by dose; agree to it, drop it, or once it is done take it back."""
    found = mending.repair(identifier, actor=request.actor)
    if found is None:
        raise Http404
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            return _step(request, found)
        except Refusal as no:
            refusal = no
    lot = found.to_lot if found.state is RepairState.DONE else found.lot
    listed = {each.dose: each for each in mending.repaired(identifier, actor=request.actor)}
    doses = [dose for dose in _of_lot(request, found.site, found.given_on, lot) if dose.id in listed]
    products = _products()
    known = supply.lots_known([found.to_lot], site=found.site).get(found.to_lot)
    becomes = {each.to_product for each in listed.values()}
    context = {
        "repair": found,
        "site": _site_name(places.sites_of({found.site}), found.site),
        "state": _state(found),
        "lines": _lines(request, doses, found.site),
        "becomes": {dose.id: products.get(listed[dose.id].to_product, "") for dose in doses},
        "gone": found.doses - len(doses),
        "unknown_lot": known is None,
        "held_lot": known is not None and known.held_since is not None,
        "other_product": known is not None and becomes != {known.product},
        "mine": found.proposed_by == request.actor.id,
        "names": access.staff_names([who for who in (found.proposed_by, found.decided_by) if who]),
        "typed": request.POST.get("words", ""),
        "longest": LONGEST_STORY,
        "fresh_id": uuid7(clock().now()),
        "wrong": sentence(refusal) if refusal else None,
    }
    status = status_of(refusal) if refusal else 200
    return page(request, "workbench/repair.html", context, here="mending", status=status)


def _step(request: StaffRequest, found: RepairShown) -> HttpResponse:
    form, now = request.POST, clock().now()
    what = form.get("what")
    if what == "agree":
        n = _agree(request, found, now=now)
        say_next(
            request,
            t(
                "Đã sửa {n} mũi. Người được tiêm sẽ nhận tin nhắn.",
                "{n} [dose|doses] mended. Their people are told.",
                n=n,
            ),
        )
    elif what == "drop":
        actions.drop_repair(found.id, actor=request.actor, now=now)
        say_next(request, t("Đã bỏ đề nghị này. Không mũi nào bị sửa.", "Dropped. No dose was touched."))
    elif what == "take-back":
        proposal = uuid_or_none(form.get("id"))
        if proposal is None:
            raise Http404
        actions.take_back_repair(found.id, proposal=proposal, words=form.get("words", ""), actor=request.actor, now=now)
        say_next(
            request, t("Đã đề nghị hoàn lại. Chờ người thứ hai.", "Proposed to take it back. A second person is next.")
        )
        return redirect("workbench:repair", proposal)
    else:
        raise Http404
    return redirect("workbench:repair", found.id)


def _agree(request: StaffRequest, found: RepairShown, *, now: datetime) -> int:
    """Record the corrections in the transaction of the agreement, and let who agrees stand for what was attested before."""
    agreed = actions.agree_to_repair(found.id, actor=request.actor, now=now)
    if agreed.corrections:
        intake.record(agreed.corrections, actor=request.actor, site=found.site, now=now)
    if request.actor.id is not None and visits_policy.may_attest(request.actor, found.site):
        doses = actions.stood_for(agreed, _of_lot(request, found.site, found.given_on, found.to_lot))
        if doses:
            event = visits.stand_for(uuid7(now), doses, site=found.site, actor=request.actor, now=now)
            intake.record([event], actor=request.actor, site=found.site, now=now)
    return len(agreed.corrections)


def _of_lot(request: StaffRequest, site: str, day: date, lot: str) -> list[DoseShown]:
    return immunization.given_of_lot(
        site,
        day,
        lot,
        purpose=Purpose.CORRECTION,
        actor=request.actor,
        viewed_at=clock().now(),
        limit=mending.MOST_OF_A_LOT,
    )


def _lines(request: StaffRequest, doses: Sequence[DoseShown], site: str) -> list[Line]:
    if not doses:
        return []
    asking: dict[str, Any] = {"purpose": Purpose.CORRECTION, "actor": request.actor, "viewed_at": clock().now()}
    persons = people.persons(sorted({dose.person for dose in doses}), **asking, site=site)
    staff = access.staff_names(sorted({dose.vaccinator for dose in doses}))
    products = _products()
    lines = []
    for dose in doses:
        person = persons.get(dose.person)
        shape, words = DOSE_STATES[dose.status]
        line = Line(
            id=dose.id,
            name=person.name if person else t("Chưa rõ tên", "No name yet"),
            born=born_shown(person.born) if person else "",
            at=dose.occurred_at,
            product=products.get(dose.product, dose.product),
            vial=dose.vial or "",
            vaccinator=staff.get(dose.vaccinator, ""),
            shape=shape,
            state=said(words),
        )
        lines.append(line)
    return lines


def _state(found: RepairShown) -> tuple[str, str]:
    if found.state is RepairState.DONE and found.taken_back:
        return "void", t("Đã sửa, đang hoặc đã hoàn lại", "Mended, being taken back or taken back")
    shape, words = STATES[found.state]
    return shape, said(words)


def _site_name(names: dict[str, Any], code: str) -> str:
    return names[code].name if code in names else code


def _products() -> dict[str, str]:
    return {code: product.name_vi for code, product in vaccines.products().items()}
