"""A consignment from outside: its documents, its code read from the box, its doses; and those that wait for two persons."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from tiemchung.domain.supply import actions, policy
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.supply.values import ConsignmentTold, DecisionKind, PaperShown, Proposal, Verdict
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.depot import forms, pages
from tiemchung.faces.depot.views.frame import at_place, attempt, page, product_names, say_done, staff_names
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.numbers import number
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.kernel import gs1
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

ELEMENTS: dict[gs1.ElementCode, Words] = {
    gs1.ElementCode.EMPTY: Words("Chưa có mã nào.", "There is no code yet."),
    gs1.ElementCode.IDENTIFIER_UNKNOWN: Words(
        "Mã này không phải mã GS1 của vắc xin. Quét lại mã vuông trên hộp.",
        "This is no GS1 code of a vaccine. Scan the square code on the box again.",
    ),
    gs1.ElementCode.CHECK_DIGIT_WRONG: Words(
        "Số kiểm tra không khớp: mã bị đọc thiếu hoặc sai. Quét lại.",
        "The check digit does not fit: the code was misread. Scan it again.",
    ),
    gs1.ElementCode.NO_SUCH_DAY: Words(
        "Ngày trong mã không có thật. Quét lại.", "The code names no real day. Scan again."
    ),
}
UNREADABLE = Words(
    "Mã không đọc được. Quét lại, hoặc gõ số lô và hạn.",
    "The code cannot be read. Scan it again, or type lot and expiry.",
)

WRITTEN: dict[str, Words] = {
    "lot": Words("số lô", "lot number"),
    "invoice": Words("số hóa đơn", "invoice number"),
    "certificate": Words("số giấy chứng nhận xuất xưởng", "certificate number"),
}
"""What stands on the papers and may not be left out."""


@staff_only(Power.RECEIVE_STOCK, Power.JUDGE_QUALITY)
@require_http_methods(["GET", "POST"])
def receive(request: StaffRequest, site: str) -> HttpResponse:
    """Show the form and what waits; read a scanned code into the form, or keep the consignment."""
    at_place(request, site)
    refusal: Refusal | None = None
    wrong: dict[str, str] = {}
    form = {name: request.POST.get(name, "") for name in request.POST}
    if request.method == "POST":
        now, do = clock().now(), request.POST.get("do")
        if do == "scan":
            form, wrong = _scanned(form, today=business_day(now))
        elif do in (DecisionKind.RELEASE_CONSIGNMENT, DecisionKind.REFUSE_CONSIGNMENT):
            refusal = attempt(lambda: _propose(request, site, DecisionKind(do), now=now))
            if refusal is None:
                return redirect("depot:decisions")
        else:
            told, wrong = _told(request, site, today=business_day(now))
            if told is not None:
                refusal = attempt(lambda: actions.receive_consignment(told, actor=request.actor, now=now))
                if refusal is None:
                    say_done(
                        request,
                        t(
                            "Đã nhận lô {lot}. Chờ hai người kiểm định cho dùng.",
                            "Lot {lot} is received. It waits for two persons to release it.",
                            lot=told.lot,
                        ),
                    )
                    return redirect("depot:receive", site=site)
    return _page(request, site, form=form, wrong=wrong, refusal=refusal)


def again(site: str) -> HttpResponse:
    """Lead back to the page."""
    return redirect("depot:receive", site=site)


def shown(
    request: StaffRequest, site: str, *, wrong: dict[str, str] | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    """Show the page with what was wrong with a paper."""
    return _page(request, site, form={}, wrong=wrong or {}, refusal=refusal)


def _propose(request: StaffRequest, site: str, kind: DecisionKind, *, now: datetime) -> None:
    subject, identifier = forms.identifier(request.POST.get("subject")), forms.identifier(request.POST.get("id"))
    found = supply.consignments([site], id=subject) if subject else []
    if not found or identifier is None:
        raise Http404
    told = Proposal(
        id=identifier,
        kind=kind,
        site=site,
        lot=found[0].lot,
        subject=subject,
        doses=found[0].doses,
        reason=forms.text_in(request.POST, "reason"),
    )
    actions.propose(told, actor=request.actor, now=now)
    say_done(request, t("Đã đề nghị. Chờ người thứ hai.", "Proposed. It waits for the second person."))


def _scanned(form: dict[str, str], *, today: date) -> tuple[dict[str, str], dict[str, str]]:
    """Fill lot and expiry from the code; what it does not tell stays as typed."""
    try:
        read = gs1.parse(form.get("scan", "").strip(), today=today)
    except gs1.ElementStringError as error:
        return form, {"scan": said(ELEMENTS.get(error.code, UNREADABLE))}
    filled = {"lot": read.lot, "expires": read.expires_on.isoformat() if read.expires_on else None}
    return {**form, **{name: value for name, value in filled.items() if value}}, {}


def _told(request: StaffRequest, site: str, *, today: date) -> tuple[ConsignmentTold | None, dict[str, str]]:
    form = request.POST
    identifier, expires_on = forms.identifier(form.get("id")), forms.day(form.get("expires"))
    product = vaccines.products().get(form.get("product", ""))
    vials, per_vial = forms.whole(form.get("vials")), forms.whole(form.get("per_vial"))
    if identifier is None:
        raise Http404
    wrong = _wrong(form, has_vials=bool(vials), has_expiry=expires_on is not None, has_product=product is not None)
    if wrong or product is None or expires_on is None or not vials:
        return None, wrong
    text = {name: forms.text_in(form, name) for name in ("lot", "invoice", "certificate", "packing", "fridge", "scan")}
    if differs := _code_differs(text["scan"], lot=text["lot"], expires_on=expires_on, today=today):
        return None, {"scan": differs}
    told = ConsignmentTold(
        id=identifier,
        site=site,
        lot=text["lot"],
        product=product.code,
        expires_on=expires_on,
        vials=vials,
        doses=vials * (per_vial or product.doses_per_vial),
        invoice=text["invoice"],
        certificate=text["certificate"],
        packing=text["packing"],
        verdict=Verdict(form["verdict"]),
        element_string=text["scan"],
        fridge=text["fridge"],
    )
    return told, {}


def _wrong(form: QueryDict, *, has_vials: bool, has_expiry: bool, has_product: bool) -> dict[str, str]:
    """Say by field what is missing or cannot be."""
    lot = forms.text_in(form, "lot")
    plain = lot.isascii() and lot.isprintable() and " " not in lot
    checks = [(name, bool(forms.text_in(form, name)), forms.missing(words)) for name, words in WRITTEN.items()] + [
        ("lot", plain, t("Số lô chỉ có chữ không dấu và số.", "A lot number has plain letters and digits only.")),
        ("product", has_product, t("Chọn loại vắc xin.", "Choose the product.")),
        ("expires", has_expiry, t("Ghi hạn dùng, ví dụ 31/12/2021.", "Enter the expiry, for example 31/12/2021.")),
        ("vials", has_vials, forms.amount_wrong()),
        ("verdict", form.get("verdict") in set(Verdict), t("Chọn điều máy đo nói.", "Choose what the device says.")),
    ]
    return {name: words for name, is_right, words in checks if not is_right}


def _code_differs(scan: str, *, lot: str, expires_on: date, today: date) -> str:
    """Say that a scanned code and what was typed do not fit; nothing if they do."""
    if not scan:
        return ""
    try:
        read = gs1.parse(scan, today=today)
    except gs1.ElementStringError:
        return said(UNREADABLE)
    if (read.lot or lot) != lot or (read.expires_on or expires_on) != expires_on:
        return t("Mã quét nói khác số lô hoặc hạn đã gõ.", "The code says another lot or expiry.")
    return ""


def _page(
    request: StaffRequest, site: str, *, form: dict[str, str], wrong: dict[str, str], refusal: Refusal | None
) -> HttpResponse:
    now = clock().now()
    found = supply.consignments([site])
    papers: dict[UUID, list[PaperShown]] = {each.id: [] for each in found}
    for paper in supply.papers_of(list(papers)):
        papers[paper.consignment].append(paper)
    return page(
        request,
        "depot/receive.html",
        {
            "form": form,
            "wrong": wrong,
            "entry": form.get("id")
            if request.POST.get("do") == "keep" or form.get("do") == "scan"
            else str(uuid7(now)),
            "products": sorted(product_names().items(), key=lambda product: product[1]),
            "names": product_names(),
            "fridges": [
                (each.code, f"{each.name} · {pages.limits(each.low_c, each.high_c)}") for each in supply.fridges(site)
            ],
            "verdicts": [(verdict.value, said(words)) for verdict, words in pages.VERDICTS.items()],
            "verdict_words": pages.VERDICTS,
            "consignments": [
                {"facts": each, "proposal": str(uuid7(now)), "paper": str(uuid7(now)), "papers": papers[each.id]}
                for each in found
            ],
            "size": lambda paper: number(-(-paper.size // 1024)),
            "tellers": staff_names({each.told_by for each in found}),
            "may_judge": policy.may_judge(request.actor, site),
            "lot_address": lambda lot: f"?{urlencode({'so': lot})}",
        },
        here="receive",
        site=site,
        refusal=refusal,
    )
