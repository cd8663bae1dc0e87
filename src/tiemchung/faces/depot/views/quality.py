"""What waits for its second person: each proposal with who made it, and the two answers."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from tiemchung.domain.supply import actions
from tiemchung.domain.supply import queries as supply
from tiemchung.faces.depot import forms, pages
from tiemchung.faces.depot.views.frame import attempt, names_of, page, say_done, staff_names
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import t
from tiemchung.kernel.actor import Power
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock


@staff_only(Power.RECEIVE_STOCK, Power.JUDGE_QUALITY)
@require_http_methods(["GET", "POST"])
def decisions(request: StaffRequest) -> HttpResponse:
    """Show the open proposals within reach; agree to one, or turn it down."""
    refusal: Refusal | None = None
    if request.method == "POST":
        refusal = attempt(lambda: _answer(request))
        if refusal is None:
            return redirect("depot:decisions")
    reach = request.actor.reach
    found = supply.open_decisions(None if reach.everywhere else reach.sites)
    names = {key: name for key, name in staff_names({each.proposed_by for each in found}).items() if key}
    places = names_of({each.site for each in found})
    only = next(iter(reach.sites)) if len(reach.sites) == 1 and not reach.everywhere else None
    return page(
        request,
        "depot/decisions.html",
        {"rows": [pages.decision_row(each, names=names, places=places, reader=request.actor.id) for each in found]},
        here="decisions",
        site=only,
        refusal=refusal,
    )


def _answer(request: StaffRequest) -> None:
    form, now = request.POST, clock().now()
    identifier = forms.identifier(form.get("decision"))
    if identifier is None:
        raise Http404
    if form.get("do") == "agree":
        actions.agree(identifier, actor=request.actor, now=now)
        say_done(request, t("Đã đồng ý. Việc đã được ghi.", "Agreed. It is done."))
    else:
        actions.withdraw(identifier, reason=forms.text_in(form, "reason"), actor=request.actor, now=now)
        say_done(request, t("Đã bỏ đề nghị. Không có gì thay đổi.", "The proposal is off. Nothing was changed."))
