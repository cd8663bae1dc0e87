"""A fridge's logger: its file is handed in, and the page says for each lot how long it was outside its own limits."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from tiemchung.domain.supply import actions
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.supply.actions.logger import MOST_BYTES
from tiemchung.domain.supply.values import LoggerHeard
from tiemchung.faces.depot import forms, pages
from tiemchung.faces.depot.views.frame import at_place, page, product_names
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import t
from tiemchung.kernel.actor import Power
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted, Refusal
from tiemchung.plumbing.time import clock


@staff_only(Power.RECEIVE_STOCK)
@require_http_methods(["GET", "POST"])
def logger(request: StaffRequest, site: str, code: str) -> HttpResponse:
    """Take a logger's file, and show what it means for the lots in the fridge."""
    at_place(request, site)
    fridge = next((each for each in supply.fridges(site) if each.code == code), None)
    if fridge is None:
        raise Http404
    heard: LoggerHeard | None = None
    refusal: Refusal | None = None
    wrong: dict[str, str] = {}
    if request.method == "POST":
        upload, identifier = request.FILES.get("file"), forms.identifier(request.POST.get("id"))
        if identifier is None:
            raise Http404
        if upload is None:
            wrong["file"] = t("Chọn tệp CSV của máy ghi.", "Choose the logger's CSV file.")
        else:
            content = upload.read(MOST_BYTES + 1)
            try:
                heard = actions.read_logger(
                    identifier, content, site=site, fridge=code, actor=request.actor, now=clock().now()
                )
            except NotPermitted:
                raise
            except Refusal as no:
                refusal = no
    names = product_names()
    lots = heard.lots if heard else ()
    context = {
        "fridge": fridge,
        "limits": pages.limits(fridge.low_c, fridge.high_c),
        "heard": heard,
        "lots": [(each, names.get(each.product, each.product), pages.limits(each.low_c, each.high_c)) for each in lots],
        "degrees": pages.degrees,
        "entry": uuid7(clock().now()),
        "wrong": wrong,
    }
    return page(request, "depot/logger.html", context, here="store", site=site, refusal=refusal)
