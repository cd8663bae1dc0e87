"""What tablets sent that does not count: the lead holds it against stock and persons, lets it in or closes it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tiemchung.domain.access import queries as access
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.intake import queries as intake_queries
from tiemchung.domain.intake.values import Outcome
from tiemchung.domain.people import queries as people
from tiemchung.domain.supply import queries as supply
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.refusals import sentence as sentence_of
from tiemchung.faces.shared.refusals import status_of
from tiemchung.faces.shared.words import t
from tiemchung.faces.station.pages import aside as pages
from tiemchung.faces.station.typed import uuid_in, words_in
from tiemchung.faces.station.views.frame import NOTE_LENGTH, SAID, page, required_site, say_next
from tiemchung.kernel.actor import Power
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock


@staff_only(Power.ATTEST)
@require_safe
def aside(request: StaffRequest) -> HttpResponse:
    """Show what is set aside at the site, by the tablet that sent it. Who is named in it is told that somebody looked."""
    return _page(request)


@staff_only(Power.ATTEST)
@require_POST
def let_in(request: StaffRequest) -> HttpResponse:
    """Let in what the page showed of one tablet that was cut off, after the lead has held it against stock and persons."""
    site, now = required_site(request.actor), clock().now()
    answers = intake.release(site, only=_shown(request), actor=request.actor, now=now)
    kept = sum(answer.outcome is Outcome.KEPT for answer in answers)
    findings = sorted({code for answer in answers for code in answer.findings})
    sentence = t("Đã cho vào sổ {n} bản ghi.", "{n} [entry was|entries were] let in.", n=numbers.number(kept))
    if kept < len(answers):
        rest = numbers.number(len(answers) - kept)
        sentence += " " + t("{n} bản ghi vẫn để riêng.", "{n} [entry stays|entries stay] aside.", n=rest)
    say_next(request, sentence, findings=findings)
    return redirect("station:aside")


@staff_only(Power.ATTEST)
@require_POST
def close(request: StaffRequest) -> HttpResponse:
    """Close what the page showed of one tablet and is not let in, for a reason. Its bytes stay."""
    why = words_in(request.POST.get("why"), longest=NOTE_LENGTH)
    try:
        closed = intake.close(
            required_site(request.actor), _shown(request), why=why, actor=request.actor, now=clock().now()
        )
    except Refusal as refusal:
        return _page(request, refusal=refusal)
    say_next(
        request,
        t(
            "Đã đóng {n} bản ghi: không vào sổ, vẫn được giữ.",
            "{n} [entry was|entries were] closed: not let in, still kept.",
            n=numbers.number(closed),
        ),
    )
    return redirect("station:aside")


def _shown(request: StaffRequest) -> list[UUID]:
    return [found for found in map(uuid_in, request.POST.getlist("entry")) if found is not None]


def _page(request: StaffRequest, *, refusal: Refusal | None = None) -> HttpResponse:
    site, actor, now = required_site(request.actor), request.actor, clock().now()
    held = intake_queries.set_aside(site, purpose=Purpose.CORRECTION, actor=actor, viewed_at=now)
    unnamed = sorted({one.person for one in held if one.person and not one.name})
    known = people.persons(unnamed, purpose=Purpose.CORRECTION, actor=actor, viewed_at=now, site=site)
    context = {
        "sentence": None if refusal is None else sentence_of(refusal),
        "said_before": request.session.pop(SAID, None),
        "waiting": intake_queries.count_aside(site, actor=actor),
        "shown": len(held),
        "groups": pages.by_device(
            held,
            devices=access.devices_of(site, actor=actor) if actor.can(Power.ENROLL_DEVICE) else [],
            staff=access.staff_names([one.staff for one in held if one.staff]),
            persons={person: shown.name for person, shown in known.items()},
            stock=supply.stock_of(site),
        ),
    }
    return page(request, "station/aside.html", context, status=200 if refusal is None else status_of(refusal))
