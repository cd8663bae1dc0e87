"""What only the site's lead decides: the day's lines, stopped sessions. Tablets and what was set aside have pages of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import DeviceKind
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.intake import queries as intake_queries
from tiemchung.domain.supply import actions as supply_actions
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.visits import actions as visits_actions
from tiemchung.domain.visits import queries as visits
from tiemchung.domain.visits.values import Explained
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.refusals import sentence as sentence_of
from tiemchung.faces.shared.refusals import status_of
from tiemchung.faces.shared.words import t
from tiemchung.faces.station.pages import lead as pages
from tiemchung.faces.station.pages.chair import finding_words
from tiemchung.faces.station.typed import day_in, uuid_in, words_in
from tiemchung.faces.station.views.frame import CODE_LENGTH, NOTE_LENGTH, page, required_site
from tiemchung.kernel.actor import Actor, Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

TOLD: dict[str, Callable[..., Event]] = {
    pages.WASTED: supply_actions.vial_wasted,
    pages.RETURNED: supply_actions.vial_returned,
    pages.OPENED: supply_actions.vial_opened,
}
"""What makes the fact of a stock line, by the word of its form."""


@staff_only(Power.ATTEST, Power.ENROLL_DEVICE)
@require_GET
def lead(request: StaffRequest) -> HttpResponse:
    """Show what the site's lead decides: which tablets are ours, and whether the day's lines are true."""
    return _lead_page(request)


@staff_only(Power.ATTEST)
@require_POST
def close_day(request: StaffRequest) -> HttpResponse:
    """Attest the day's lines that were looked at. Being signed in is the attester's own proof."""
    site, now = required_site(request.actor), clock().now()
    day = day_in(request.POST.get("day")) or business_day(now)
    lines_hash, explained = request.POST.get("lines_hash", ""), _explained(request, site, day)
    try:
        event = visits_actions.close_day(
            site, day, lines_hash=lines_hash, actor=request.actor, now=now, explained=explained
        )
    except Refusal as refusal:
        return _lead_page(request, refusal=refusal)
    (answer,) = intake.record([event], actor=request.actor, site=site, now=now)
    if visits.day_closed(site, day) is not None:
        _close_sessions(request.actor, site, day=day, now=now)
    return _lead_page(request, closing_findings=answer.findings)


def _explained(request: StaffRequest, site: str, day: date) -> list[Explained]:
    """Return the lead's words for the lines that differ: each stands under its line, in the field of its place."""
    differences = visits.unexplained(visits.day_lines(site, day)).differences
    told = [words_in(request.POST.get(f"why-{place}"), longest=NOTE_LENGTH) for place, _ in enumerate(differences)]
    return [
        Explained(line=one.line, lot=one.lot, difference=one.difference, reason=reason)
        for one, reason in zip(differences, told, strict=True)
        if reason
    ]


@staff_only(Power.RECEIVE_STOCK)
@require_POST
def count(request: StaffRequest) -> HttpResponse:
    """Keep what the lead counted by hand of a day: paper slips, or vials of a lot that went out to the tables."""
    site, now, form = required_site(request.actor), clock().now(), request.POST
    entry, what = uuid_in(form.get("entry")), form.get("what", "")
    today = business_day(now)
    day = day_in(form.get("day")) or today
    lot = words_in(form.get("lot"), longest=CODE_LENGTH) or None
    if entry is None or what not in ("slips", "vials") or (what == "vials") is (lot is None) or day > today:
        raise Http404
    if not re.fullmatch(r"[0-9]{1,5}", form.get("quantity", "")):
        return _lead_page(
            request, sentence=t("Ghi số đếm được, từ 0.", "Enter what was counted, 0 or more."), status=422
        )
    event = supply_actions.counted(
        entry,
        what="slips" if what == "slips" else "vials",
        quantity=int(form["quantity"]),
        lot=lot,
        day=None if day == today else day,
        site=site,
        actor=request.actor,
        now=now,
    )
    intake.record([event], actor=request.actor, site=site, now=now)
    return _back(None if day == today else day)


def _close_sessions(actor: Actor, site: str, *, day: date, now: datetime) -> None:
    """Let the campaign sessions of a closed day end with the lines that were attested."""
    lines = visits.day_lines(site, day)
    closings = [
        visits_actions.session_closed(session, lines=lines, site=site, actor=actor, now=now)
        for session in visits.sessions_to_close(site, day)
    ]
    intake.record(closings, actor=actor, site=site, now=now)


@staff_only(Power.ATTEST)
@require_POST
def resume(request: StaffRequest, campaign_session: UUID) -> HttpResponse:
    """Let a stopped session go on, for a reason. The stop and its reason stay on record."""
    site, now, entry = required_site(request.actor), clock().now(), uuid_in(request.POST.get("entry"))
    if entry is None:
        raise Http404
    if campaign_session not in {one.campaign_session for one in visits.stopped_sessions(site)}:
        return redirect("station:lead")
    try:
        event = visits_actions.session_resumed(
            entry,
            campaign_session=campaign_session,
            reason=words_in(request.POST.get("reason"), longest=NOTE_LENGTH),
            site=site,
            actor=request.actor,
            now=now,
        )
    except Refusal as refusal:
        return _lead_page(request, refusal=refusal)
    intake.record([event], actor=request.actor, site=site, now=now)
    return redirect("station:lead")


@staff_only(Power.RECEIVE_STOCK)
@require_POST
def tell_vial(request: StaffRequest) -> HttpResponse:
    """Say what became of doses that nobody drew, or from which vial doses came: for a lead without a tablet."""
    site, now, form = required_site(request.actor), clock().now(), request.POST
    entry, what = uuid_in(form.get("entry")), form.get("what", "")
    lot, vial = (words_in(form.get(name), longest=CODE_LENGTH) for name in ("lot", "vial"))
    doses = int(form["doses"]) if re.fullmatch(r"[0-9]{1,5}", form.get("doses", "")) else 0
    if entry is None or what not in TOLD or not lot:
        raise Http404
    if doses == 0:
        return _lead_page(request, sentence=t("Ghi số liều, từ 1 trở lên.", "Enter the doses, 1 or more."), status=422)
    if not vial and what != pages.RETURNED:
        return _lead_page(request, sentence=t("Ghi mã trên nhãn lọ.", "Enter the vial's label."), status=422)
    reason = form.get("reason", "")
    event = TOLD[what](
        entry,
        lot=lot,
        vial=vial or None,
        doses=doses,
        reason=reason if reason in pages.reasons_of(what) else "",
        site=site,
        actor=request.actor,
        now=now,
    )
    intake.record([event], actor=request.actor, site=site, now=now)
    return _back(day_in(form.get("day")))


def _flagged(site: str) -> int:
    return immunization.waiting_count(site, closed_days=visits.closed_days(site))


def _back(day: date | None) -> HttpResponse:
    return redirect(reverse("station:lead") + (f"?day={day}" if day else ""))


def _lead_page(
    request: StaffRequest,
    *,
    refusal: Refusal | None = None,
    sentence: str | None = None,
    status: int = 200,
    closing_findings: Sequence[str] = (),
) -> HttpResponse:
    site, now = required_site(request.actor), clock().now()
    day = day_in(request.POST.get("day") or request.GET.get("day")) or business_day(now)
    lines = visits.day_lines(site, day)
    names = {product: facts.name_vi for product, facts in vaccines.products().items()}
    devices = access.devices_of(site, actor=request.actor) if request.actor.can(Power.ENROLL_DEVICE) else []
    devices = [device for device in devices if device.kind is DeviceKind.TABLET]
    closed = visits.day_closed(site, day)
    return page(
        request,
        "station/lead.html",
        {
            "sentence": sentence if refusal is None else sentence_of(refusal),
            "day": day,
            "begun": day <= business_day(now),
            "tablets": pages.tablet_counts(devices),
            "aside": intake_queries.count_aside(site, actor=request.actor) if request.actor.can(Power.ATTEST) else 0,
            "flagged": _flagged(site) if request.actor.can(Power.ATTEST) else 0,
            "changed": visits.changes_waiting(site) if request.actor.can(Power.ATTEST) else 0,
            "being_judged": closed is not None and visits.being_judged(site, day),
            "may_keep_stock": request.actor.can(Power.RECEIVE_STOCK),
            "waste_reasons": pages.WASTE_REASONS,
            "return_reasons": pages.RETURN_REASONS,
            "opened_reasons": pages.OPENED_REASONS,
            "stock": supply.stock_of(site) if request.actor.can(Power.RECEIVE_STOCK) else [],
            "fresh_id": lambda: uuid7(now),
            "lines": lines,
            "names": names,
            "unexplained": visits.unexplained(lines),
            "sums": pages.sums_of(lines),
            "line_words": pages.LINE_WORDS,
            "reason": lambda place: request.POST.get(f"why-{place}", ""),
            "held_vials": supply.held_vials(site),
            "stopped": visits.stopped_sessions(site) if request.actor.can(Power.ATTEST) else [],
            "stop_words": {"anaphylaxis": t("phản vệ", "anaphylaxis")},
            "closed": closed,
            "closed_by": access.staff_names([closed.by]).get(closed.by, "") if closed else "",
            "closing_findings": finding_words(closing_findings),
        },
        status=status if refusal is None else status_of(refusal),
    )
