"""Shipments: what first expiry, first out would take, picked, dispatched or cancelled, taken in, and what is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from tiemchung.domain.places import queries as places
from tiemchung.domain.supply import actions, policy
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.supply.errors import ShipmentUnknown
from tiemchung.domain.supply.values import (
    ArrivalTold,
    Cause,
    DecisionKind,
    Proposal,
    ShipmentShown,
    ShipmentState,
    Verdict,
)
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
from tiemchung.faces.shared.lasting import lasting
from tiemchung.faces.shared.numbers import count_in, number
from tiemchung.faces.shared.words import said, t
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock


@staff_only(Power.RECEIVE_STOCK, Power.JUDGE_QUALITY)
@require_safe
def listed(request: StaffRequest, site: str) -> HttpResponse:
    """Show what comes to a place and what leaves it, the newest first."""
    at_place(request, site)
    coming = supply.shipments(site, states=[ShipmentState.ON_ROAD, ShipmentState.ARRIVED], incoming=True)
    going = supply.shipments(site, states=list(ShipmentState), incoming=False)
    return page(
        request,
        "depot/shipments.html",
        {
            "coming": [(each, *pages.shipment_state(each)) for each in coming],
            "going": [(each, *pages.shipment_state(each)) for each in going],
            "places": names_of({each.origin for each in coming} | {each.destination for each in going}),
        },
        here="shipments",
        site=site,
    )


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody asks to be sent, as typed, and by field what is wrong with it. With a lot it is a return."""

    destination: str
    product: str
    doses: int
    lot: str
    note: str
    wrong: dict[str, str]
    complete: bool
    """Whether the form was filled in at all, and rightly: then the page shows what would be taken."""


@staff_only(Power.RECEIVE_STOCK)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest, site: str) -> HttpResponse:
    """Ask what is to go where, show what would be taken, and pick it."""
    at_place(request, site)
    form = request.POST if request.method == "POST" else request.GET
    asked, identifier = _asked(form, site), forms.identifier(form.get("id"))
    refusal: Refusal | None = None
    if request.method == "POST" and asked.complete:
        if identifier is None:
            raise Http404
        refusal = _pick(request, site, identifier, asked)
        if refusal is None:
            say_done(request, t("Đã soạn. Kiểm hộp rồi cho xe đi.", "Picked. Check the boxes, then let it leave."))
            return redirect("depot:shipment", site=site, shipment=identifier)
    return _new_page(request, site, asked, form=form, identifier=identifier, refusal=refusal)


def _asked(form: QueryDict, site: str) -> Asked:
    destination, product = forms.text_in(form, "to"), form.get("product", "")
    doses, lot, note = forms.whole(form.get("doses")), forms.text_in(form, "lot"), forms.text_in(form, "note")
    checks = [
        (
            "to",
            destination != site and places.site(destination) is not None,
            t("Gõ mã của kho hoặc điểm nhận, khác nơi này.", "Type the code of another store or site."),
        ),
        ("doses", bool(doses), forms.amount_wrong()),
        ("product", bool(lot) or product in product_names(), t("Chọn loại vắc xin.", "Choose the product.")),
        ("note", not lot or bool(note), t("Ghi vì sao trả về.", "Say why it goes back.")),
    ]
    filled = form.get("doses") is not None
    wrong = {name: words for name, is_right, words in checks if filled and not is_right}
    return Asked(
        destination=destination,
        product=product,
        doses=doses or 0,
        lot=lot,
        note=note,
        wrong=wrong,
        complete=filled and not wrong,
    )


def _pick(request: StaffRequest, site: str, identifier: UUID, asked: Asked) -> Refusal | None:
    """Pick what is asked for: one lot that goes back, or a product by first expiry, first out."""
    now = clock().now()
    if asked.lot:
        return attempt(
            lambda: actions.pick_return(
                identifier,
                origin=site,
                destination=asked.destination,
                lot=asked.lot,
                doses=asked.doses,
                reason=asked.note,
                actor=request.actor,
                now=now,
            )
        )
    return attempt(
        lambda: actions.pick_shipment(
            identifier,
            origin=site,
            destination=asked.destination,
            product=asked.product,
            doses=asked.doses,
            note=asked.note,
            actor=request.actor,
            now=now,
        )
    )


def _new_page(
    request: StaffRequest,
    site: str,
    asked: Asked,
    *,
    form: QueryDict,
    identifier: UUID | None,
    refusal: Refusal | None,
) -> HttpResponse:
    now, names = clock().now(), product_names()
    today = business_day(now)
    shows = asked.complete and not asked.lot
    chosen = supply.picked(site, asked.product, asked.doses, on=today) if shows else []
    shelf = {line.lot: line for line in supply.shelves(site)}
    found = supply.store(site)
    left = supply.stock_days_left([asked.destination], today=today)[0] if asked.complete else None
    on_shelf = {line.product: names.get(line.product, line.product) for line in shelf.values() if line.product}
    return page(
        request,
        "depot/new_shipment.html",
        {
            "form": form,
            "wrong": asked.wrong,
            "entry": identifier or uuid7(now),
            "lot": asked.lot,
            "products": sorted(on_shelf.items(), key=lambda each: each[1]),
            "chosen": [(each, shelf[each.lot]) for each in chosen],
            "short": asked.doses - sum(each.doses for each in chosen) if shows else 0,
            "ready": asked.complete,
            "to_name": names_of([asked.destination]).get(asked.destination, ""),
            "left": left,
            "lasts": lasting(left) if left else "",
            "below": _below(site),
            "supplier": found.supplier if found else None,
            "names": names,
        },
        here="shipments",
        site=site,
        refusal=refusal,
    )


def _below(site: str) -> list[tuple[str, str]]:
    """Return the stores that this one supplies, for the list under the field."""
    codes = [store.code for store in supply.stores() if store.supplier == site]
    names = names_of(codes)
    return [(code, names.get(code, code)) for code in codes]


@staff_only(Power.RECEIVE_STOCK, Power.JUDGE_QUALITY)
@require_http_methods(["GET", "POST"])
def one(request: StaffRequest, site: str, shipment: UUID) -> HttpResponse:
    """Show a shipment to either of its ends, and do there what comes next."""
    at_place(request, site)
    found = supply.shipment(shipment)
    if found is None or site not in (found.origin, found.destination):
        raise ShipmentUnknown(shipment=shipment)
    refusal: Refusal | None = None
    if request.method == "POST":
        deed = _DEEDS.get(request.POST.get("do", ""))
        if deed is None:
            raise Http404
        now = clock().now()
        looked_at = found
        refusal = attempt(lambda: deed(request, looked_at, now))
        if refusal is None:
            return redirect("depot:shipment", site=site, shipment=shipment)
        found = supply.shipment(shipment) or found
    return _page(request, site, found, refusal=refusal)


def _dispatch(request: StaffRequest, found: ShipmentShown, now: datetime) -> None:
    if actions.dispatch_shipment(found.id, warm=request.POST.get("warm") != "no", actor=request.actor, now=now):
        say_done(request, t("Chuyến đã rời kho.", "The shipment has left."))


def _cancel(request: StaffRequest, found: ShipmentShown, now: datetime) -> None:
    reason = forms.text_in(request.POST, "reason")
    if actions.cancel_shipment(found.id, reason=reason, actor=request.actor, now=now):
        say_done(request, t("Đã hủy. Liều trở lại kệ.", "Cancelled. The doses are back on the shelf."))


def _take_in(request: StaffRequest, found: ShipmentShown, now: datetime) -> None:
    form = request.POST
    identifier = forms.identifier(form.get("id"))
    if identifier is None or form.get("verdict") not in set(Verdict):
        raise Http404
    told = ArrivalTold(
        id=identifier,
        shipment=found.id,
        doses={line.lot: forms.whole(form.get(f"came-{line.lot}")) or 0 for line in found.lines},
        open_before={line.lot: _signed(form.get(f"open-{line.lot}")) for line in found.lines},
        verdict=Verdict(form["verdict"]),
        note=forms.text_in(form, "note"),
        fridge=forms.text_in(form, "fridge"),
    )
    if actions.take_in(told, actor=request.actor, now=now):
        say_done(
            request,
            t("Đã nhận {n} liều.", "{n} [dose is|doses are] taken in.", n=number(sum(told.doses.values()))),
        )


def _signed(text: str | None) -> int:
    told = (text or "").removeprefix("-")
    amount = count_in(told)
    return -amount if (text or "").startswith("-") else amount


def _explain(request: StaffRequest, found: ShipmentShown, now: datetime) -> None:
    form = request.POST
    identifier, lot = forms.identifier(form.get("id")), forms.text_in(form, "lot")
    line = next((each for each in found.lines if each.lot == lot), None)
    if identifier is None or line is None or form.get("cause") not in set(Cause):
        raise Http404
    doses = forms.whole(form.get("doses")) or 0
    told = Proposal(
        id=identifier,
        kind=DecisionKind.EXPLAIN_SHIPMENT,
        site=found.destination,
        lot=lot,
        subject=found.id,
        doses=doses if line.open > 0 else -doses,
        cause=Cause(form["cause"]),
        reason=forms.text_in(form, "reason"),
    )
    actions.propose(told, actor=request.actor, now=now)
    say_done(request, t("Đã đề nghị. Chờ người thứ hai.", "Proposed. It waits for the second person."))


_DEEDS: dict[str, Callable[[StaffRequest, ShipmentShown, datetime], None]] = {
    "dispatch": _dispatch,
    "cancel": _cancel,
    "take-in": _take_in,
    "explain": _explain,
}
"""What can be done to a shipment, by the word of its form."""


def _page(request: StaffRequest, site: str, found: ShipmentShown, *, refusal: Refusal | None) -> HttpResponse:
    now = clock().now()
    shape, word = pages.shipment_state(found)
    proposals = [each for each in supply.open_decisions([found.origin, found.destination]) if each.subject == found.id]
    people = staff_names({found.picked_by, found.dispatched_by, *(each.told_by for each in found.arrivals)})
    own_end = [(each.code, each.name) for each in supply.fridges(found.destination)]
    return page(
        request,
        "depot/shipment.html",
        {
            "shipment": found,
            "shape": shape,
            "word": word,
            "names": product_names(),
            "places": names_of([found.origin, found.destination]),
            "people": people,
            "sends": policy.may_keep_stock(request.actor, found.origin),
            "takes": policy.may_keep_stock(request.actor, found.destination),
            "state": found.state.value,
            "entry": uuid7(now),
            "entries": {line.lot: str(uuid7(now)) for line in found.lines},
            "verdicts": [(verdict.value, said(words)) for verdict, words in pages.VERDICTS.items()],
            "verdict_words": pages.VERDICTS,
            "causes": [(cause.value, said(words)) for cause, words in pages.CAUSES.items()],
            "miscounted": Cause.MISCOUNTED.value,
            "fridges": own_end,
            "proposed": {each.lot for each in proposals},
        },
        here="shipments",
        site=site,
        refusal=refusal,
    )
