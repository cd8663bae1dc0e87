"""Counting the shelves: each lot's field beside its name, without the ledger's figure, so that people count and not copy."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from tiemchung.domain.supply import actions
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.supply.values import CountLine, DecisionKind, Proposal
from tiemchung.faces.depot import forms
from tiemchung.faces.depot.views.frame import at_place, attempt, page, product_names, say_done, staff_names
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import t
from tiemchung.kernel.actor import Power
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock


@staff_only(Power.RECEIVE_STOCK)
@require_http_methods(["GET", "POST"])
def count(request: StaffRequest, site: str) -> HttpResponse:
    """Keep a count, propose why shelf and ledger differ, and show what is still open."""
    at_place(request, site)
    refusal: Refusal | None = None
    wrong: dict[str, str] = {}
    if request.method == "POST":
        if request.POST.get("do") == "explain":
            refusal = attempt(lambda: _explain(request, site))
        else:
            lines, wrong = _told(request, site)
            if not wrong:
                refusal = attempt(lambda: _keep(request, site, lines))
        if refusal is None and not wrong:
            return redirect("depot:count", site=site)
    now = clock().now()
    found = supply.open_counts([site])
    proposals = {(each.subject, each.lot) for each in supply.open_decisions([site])}
    return page(
        request,
        "depot/count.html",
        {
            "lots": supply.shelves(site),
            "names": product_names(),
            "form": request.POST,
            "entry": request.POST.get("id") if wrong else uuid7(now),
            "wrong": wrong,
            "open": [(each, (each.stocktake, each.lot) in proposals, str(uuid7(now))) for each in found],
            "people": staff_names({each.told_by for each in found}),
        },
        here="count",
        site=site,
        refusal=refusal,
    )


def _told(request: StaffRequest, site: str) -> tuple[list[CountLine], dict[str, str]]:
    """Return the lots whose field was filled in; an empty field was not counted."""
    lines, wrong = [], {}
    for line in supply.shelves(site):
        text = request.POST.get(f"lot-{line.lot}", "").strip()
        counted = forms.whole(text)
        if counted is not None:
            lines.append(CountLine(lot=line.lot, counted=counted))
        elif text:
            wrong[f"lot-{line.lot}"] = t("Ghi số liều đếm được.", "Enter the doses counted.")
    if not lines and not wrong:
        wrong["lots"] = t("Chưa có lô nào được đếm.", "No lot was counted yet.")
    return lines, wrong


def _keep(request: StaffRequest, site: str, lines: list[CountLine]) -> None:
    identifier = forms.identifier(request.POST.get("id"))
    if identifier is None:
        raise Http404
    actions.count_shelves(identifier, site=site, lines=lines, actor=request.actor, now=clock().now())
    different = [each for each in supply.open_counts([site]) if each.stocktake == identifier]
    say_done(
        request,
        t("Đã ghi. {n} lô lệch với sổ.", "Recorded. {n} [lot differs|lots differ] from the ledger.", n=len(different))
        if different
        else t("Đã ghi. Kệ và sổ khớp nhau.", "Recorded. Shelf and ledger agree."),
    )


def _explain(request: StaffRequest, site: str) -> None:
    form = request.POST
    identifier, subject = forms.identifier(form.get("id")), forms.identifier(form.get("subject"))
    found = [
        each for each in supply.open_counts([site]) if (each.stocktake, each.lot) == (subject, form.get("lot", ""))
    ]
    if identifier is None or not found:
        raise Http404
    told = Proposal(
        id=identifier,
        kind=DecisionKind.EXPLAIN_COUNT,
        site=site,
        lot=found[0].lot,
        subject=subject,
        doses=found[0].difference,
        reason=forms.text_in(form, "reason"),
    )
    actions.propose(told, actor=request.actor, now=clock().now())
    say_done(request, t("Đã đề nghị. Chờ người thứ hai.", "Proposed. It waits for the second person."))
