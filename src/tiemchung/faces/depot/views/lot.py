"""One lot: its clocks, where it lies, how many doses of it were given, and whether it may be used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tiemchung.domain.supply import actions, policy
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.supply.values import DecisionKind, LotShown, Proposal, ShelfLine
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.depot import forms, pages
from tiemchung.faces.depot.views.frame import (
    at_place,
    attempt,
    names_of,
    page,
    product_names,
    say_done,
    staff_names,
)
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import said, t
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock


@staff_only(Power.RECEIVE_STOCK, Power.JUDGE_QUALITY)
@require_http_methods(["GET", "POST"])
def everywhere(request: StaffRequest) -> HttpResponse:
    """Show a lot in the whole country; hold it, recall it, or propose to let it be used again."""
    return _lot(request, site=None)


@staff_only(Power.RECEIVE_STOCK, Power.JUDGE_QUALITY)
@require_http_methods(["GET", "POST"])
def here(request: StaffRequest, site: str) -> HttpResponse:
    """Show a lot as it lies at a place; hold it there, move it, answer its recall, propose what takes two."""
    at_place(request, site)
    return _lot(request, site=site)


def _lot(request: StaffRequest, *, site: str | None) -> HttpResponse:
    number = request.GET.get("so", "").strip()[: forms.LONGEST]
    refusal: Refusal | None = None
    if request.method == "POST":
        deed = (_AT_PLACE if site else _EVERYWHERE).get(request.POST.get("do", ""))
        if deed is None:
            raise Http404
        now = clock().now()
        refusal = attempt(lambda: deed(request, site or "", number, now))
        if refusal is None:
            address = reverse("depot:lot_here", kwargs={"site": site}) if site else reverse("depot:lot")
            return HttpResponseRedirect(f"{address}?{urlencode({'so': number})}")
    found = supply.lot_shown(number) if number else None
    return _page(request, number, found, site=site, refusal=refusal)


def _reason(request: StaffRequest) -> str:
    return forms.text_in(request.POST, "reason")


def _hold_everywhere(request: StaffRequest, _site: str, lot: str, now: datetime) -> None:
    actions.hold_lot(lot, reason=_reason(request), actor=request.actor, now=now)
    say_done(request, t("Đã tạm giữ lô trên cả nước.", "The lot is on hold in the whole country."))


def _recall(request: StaffRequest, _site: str, lot: str, now: datetime) -> None:
    actions.recall_lot(lot, reason=_reason(request), actor=request.actor, now=now)
    say_done(request, t("Đã thu hồi. Mọi nơi có lô này được báo.", "Recalled. Every place that has the lot is told."))


def _hold_here(request: StaffRequest, site: str, lot: str, now: datetime) -> None:
    actions.hold_here(site, lot, reason=_reason(request), actor=request.actor, now=now)
    say_done(request, t("Đã giữ lô ở nơi này.", "The lot is on hold here."))


def _shelve(request: StaffRequest, site: str, lot: str, now: datetime) -> None:
    actions.shelve_lot(site, lot, fridge=forms.text_in(request.POST, "fridge"), actor=request.actor, now=now)
    say_done(request, t("Đã ghi chỗ để.", "Its place is recorded."))


def _answer(request: StaffRequest, site: str, lot: str, now: datetime) -> None:
    doses = forms.whole(request.POST.get("doses"))
    actions.answer_recall(site, lot, doses=-1 if doses is None else doses, actor=request.actor, now=now)
    say_done(request, t("Đã trả lời thu hồi.", "The recall is answered."))


def _propose(kind: DecisionKind) -> Callable[[StaffRequest, str, str, datetime], None]:
    def propose(request: StaffRequest, site: str, lot: str, now: datetime) -> None:
        identifier = forms.identifier(request.POST.get("id"))
        if identifier is None:
            raise Http404
        doses = forms.whole(request.POST.get("doses")) or 0
        told = Proposal(id=identifier, kind=kind, site=site, lot=lot, doses=doses, reason=_reason(request))
        actions.propose(told, actor=request.actor, now=now)
        say_done(request, t("Đã đề nghị. Chờ người thứ hai.", "Proposed. It waits for the second person."))

    return propose


_Deed = Callable[[StaffRequest, str, str, datetime], None]
_EVERYWHERE: dict[str, _Deed] = {
    "hold": _hold_everywhere,
    "recall": _recall,
    "release": _propose(DecisionKind.RELEASE_LOT),
}
_AT_PLACE: dict[str, _Deed] = {
    "hold": _hold_here,
    "shelve": _shelve,
    "answer": _answer,
    "release": _propose(DecisionKind.RELEASE_HERE),
    "destroy": _propose(DecisionKind.DESTROY),
}


def _page(
    request: StaffRequest, number: str, found: LotShown | None, *, site: str | None, refusal: Refusal | None
) -> HttpResponse:
    now = clock().now()
    today = business_day(now)
    names = product_names()
    actor = request.actor
    there = supply.lot_at(number) if found else []
    seen = [each for each in there if actor.reaches(each.site)]
    line = next(iter(supply.shelves(site, lot=number)), None) if site and found else None
    decisions = [
        each for each in (supply.decisions_of_lot(number) if found else []) if not each.site or actor.reaches(each.site)
    ]
    undecided = {
        (each.site, each.subject) for each in decisions if each.ended_at is None and each.kind in pages.OF_CONSIGNMENT
    }
    waiting = supply.consignments([each.site for each in seen], state="waiting", lot=number) if seen else []
    people = staff_names({each.proposed_by for each in decisions} | {each.agreed_by for each in decisions})
    context: dict[str, Any] = {
        "number": number,
        "lot": found,
        "product": names.get(found.product, found.product) if found else "",
        "places_with": seen,
        "beyond": len(there) - len(seen),
        "all_doses": sum(each.doses for each in there),
        "all_given": sum(each.given for each in there),
        "places": names_of({each.site for each in seen} | {each.site for each in decisions}),
        "decisions": decisions,
        "waiting": [each for each in waiting if (each.site, each.id) not in undecided],
        "decision_words": pages.DECISIONS,
        "people": people,
        "row": pages.lot_row(line, names=names, today=today) if line else None,
        "line": line,
        "held_here": next((each.held_since for each in seen if each.site == site), None),
        "clocks": _clocks(found, line, today=today) if found else [],
        "fridges": [
            (each.code, f"{each.name} · {pages.limits(each.low_c, each.high_c)}") for each in supply.fridges(site)
        ]
        if site
        else [],
        "to_answer": bool(site) and number in {each.lot for each in supply.recalls_to_answer(site or "")},
        "may_hold_all": policy.may_hold_everywhere(actor),
        "may_recall": policy.may_hold_everywhere(actor) and actor.can(Power.JUDGE_QUALITY),
        "may_judge": bool(site) and policy.may_judge(actor, site or ""),
        "entries": [uuid7(now) for _ in range(2)],
    }
    return page(request, "depot/lot.html", context, here="lot", site=site, refusal=refusal)


def _clocks(found: LotShown, line: ShelfLine | None, *, today: date) -> list[dict[str, Any]]:
    """Return the clocks of a lot: its expiry, its days since thawing, its hours once opened. The shortest decides."""
    product = vaccines.products().get(found.product)
    notes = product.notes if product else {}
    clocks: list[dict[str, Any]] = []
    allowance = supply.thawed_allowance(found.product)
    if allowance is not None:
        thawed_on = line.thawed_on if line else None
        until = allowance.ends_on(thawed_on) if thawed_on else None
        clocks.append(
            {
                "name": t("Rã đông, 2 – 8 °C", "Thawed, 2 – 8 °C"),
                "until": until,
                "days": (until - today).days if until else None,
                "share": _share(until, allowance.ends_on(today), today),
                "note": _said_note(notes.get("shelf_2_8")),
                "mark": allowance.mark,
                "since": thawed_on,
            }
        )
    clocks.append(
        {
            "name": t("Hạn của lô", "The lot's expiry"),
            "until": found.expires_on,
            "days": (found.expires_on - today).days if found.expires_on else None,
            "share": _share(found.expires_on, None, today),
            "note": _said_note(notes.get("shelf_unopened")),
            "mark": "",
            "since": None,
        }
    )
    if product and product.use_after_open_hours is not None:
        clocks.append(
            {
                "name": t("Sau khi mở", "Once opened"),
                "until": None,
                "days": None,
                "hours": product.use_after_open_hours,
                "share": 0,
                "note": _said_note(product.marks.get("use_after_open_hours")),
                "mark": product.marks.get("use_after_open_hours", ""),
                "since": None,
            }
        )
    return clocks


def _said_note(note: str | None) -> str:
    return said(pages.SHELF_NOTES[note]) if note in pages.SHELF_NOTES else ""


def _share(until: date | None, whole: date | None, today: date) -> int:
    """Return how much of a clock is left, in per cent; an expiry is measured against half a year."""
    if until is None:
        return 0
    length = (whole - today).days if whole else 180
    return max(0, min(100, round((until - today).days * 100 / max(1, length))))
