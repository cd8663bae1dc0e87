"""One fridge: its temperatures within their limits, what was outside, the lots in it, and the reading of now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from tiemchung.domain.supply import actions
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.supply.values import Band, FridgeShown, ReadingTold
from tiemchung.faces.depot import forms, pages
from tiemchung.faces.depot.charts import temperature_chart, window
from tiemchung.faces.depot.views.frame import at_place, attempt, page, product_names, say_done, staff_names
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import t
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

SPANS = (1, 7, 30)
"""Days that the drawing may show."""


@staff_only(Power.RECEIVE_STOCK, Power.JUDGE_QUALITY)
@require_http_methods(["GET", "POST"])
def fridge(request: StaffRequest, site: str, code: str) -> HttpResponse:
    """Show a fridge; keep a reading, or set aside all that lies in it."""
    at_place(request, site)
    found = next((each for each in supply.fridges(site) if each.code == code), None)
    if found is None:
        raise Http404
    refusal: Refusal | None = None
    wrong: dict[str, str] = {}
    if request.method == "POST":
        now = clock().now()
        if request.POST.get("do") == "hold":
            refusal = attempt(lambda: _hold(request, found, now=now))
        else:
            told, wrong = _told(request, found, now=now)
            if told is not None:
                refusal = attempt(lambda: actions.read_temperature(told, actor=request.actor, now=now))
                if refusal is None:
                    say_done(request, t("Đã ghi {temp}.", "Recorded {temp}.", temp=pages.degrees(told.temp_c)))
        if refusal is None and not wrong:
            return redirect("depot:fridge", site=site, code=code)
    return _page(request, found, wrong=wrong, refusal=refusal)


def _told(request: StaffRequest, fridge: FridgeShown, *, now: datetime) -> tuple[ReadingTold | None, dict[str, str]]:
    form = request.POST
    wrong: dict[str, str] = {}
    identifier, temp = forms.identifier(form.get("id")), forms.decimal(form.get("temp"))
    at = forms.instant(business_day(now), form.get("at")) if form.get("at") else now
    seen: dict[str, float | None] = {}
    if identifier is None:
        raise Http404
    if temp is None:
        wrong["temp"] = t("Ghi số đo, ví dụ 4,7 hoặc -18.", "Enter the figure, for example 4.7 or -18.")
    if at is None:
        wrong["at"] = t("Ghi giờ đo, ví dụ 07:30.", "Enter the time, for example 07:30.")
    for name in ("lowest", "highest"):
        seen[name] = forms.decimal(form.get(name))
        if form.get(name, "").strip() and seen[name] is None:
            wrong[name] = t("Ghi số đo, hoặc để trống.", "Enter the figure, or leave it empty.")
    minutes = forms.whole(form.get("minutes"))
    if form.get("minutes", "").strip() and minutes is None:
        wrong["minutes"] = t("Ghi số phút, hoặc để trống.", "Enter minutes, or leave it empty.")
    if wrong or temp is None or at is None:
        return None, wrong
    return (
        ReadingTold(
            id=identifier,
            site=fridge.site,
            fridge=fridge.code,
            taken_at=at,
            temp_c=temp,
            lowest_c=seen["lowest"],
            highest_c=seen["highest"],
            minutes_outside=minutes,
            note=forms.text_in(form, "note"),
        ),
        {},
    )


def _hold(request: StaffRequest, fridge: FridgeShown, *, now: datetime) -> None:
    reason = forms.text_in(request.POST, "reason")
    lines = [line for line in supply.shelves(fridge.site) if line.fridge == fridge.code and not line.held_since]
    for line in lines:
        actions.hold_here(fridge.site, line.lot, reason=reason, actor=request.actor, now=now)
    say_done(
        request,
        t("Đã giữ {n} lô trong tủ này.", "{n} [lot in this fridge is|lots in this fridge are] on hold.", n=len(lines)),
    )


def _page(
    request: StaffRequest, fridge: FridgeShown, *, wrong: dict[str, str], refusal: Refusal | None
) -> HttpResponse:
    now = clock().now()
    today = business_day(now)
    days = next((span for span in SPANS if request.GET.get("ngay") == str(span)), SPANS[1])
    band = Band(low_c=fridge.low_c, high_c=fridge.high_c)
    readings = supply.readings(fridge.site, since=now - pages.READ_SINCE, fridge=fridge.code)
    found = supply.excursions(fridge, readings, now=now)
    first, last = window(now, days)
    shown = [each for each in readings if each.taken_at >= first]
    lines = [line for line in supply.shelves(fridge.site) if line.fridge == fridge.code]
    names = product_names()
    late = pages.recent(found, now=now)
    free = [line for line in lines if line.held_since is None]
    tellers: set[UUID | None] = {each.told_by for each in shown}
    return page(
        request,
        "depot/fridge.html",
        {
            "fridge": fridge,
            "row": pages.fridge_row(fridge, readings, now=now),
            "limits": pages.limits(fridge.low_c, fridge.high_c),
            "chart": temperature_chart(shown, fridge, found, first=first, last=last) if shown else None,
            "readings": list(reversed(shown)),
            "tellers": staff_names(tellers),
            "days": days,
            "spans": SPANS,
            "excursions": [{"words": pages.outside_words(each, band), "facts": each} for each in reversed(late)],
            "held": [line for line in lines if line.held_since is not None],
            "free_lots": free,
            "free_doses": sum(line.doses for line in free),
            "lots": [pages.lot_row(line, names=names, today=today) for line in lines],
            "degrees": pages.degrees,
            "entry": request.POST.get("id") or uuid7(now),
            "form": request.POST,
            "wrong": wrong,
        },
        here="store",
        site=fridge.site,
        refusal=refusal,
    )
