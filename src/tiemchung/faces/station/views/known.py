"""Receiving somebody who is on record: who it is stands there, the desk says how it made sure, and nothing is typed twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from tiemchung.domain.access import actions as access
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.people.values import PersonShown
from tiemchung.domain.scheduling.values import Appointment
from tiemchung.domain.visits import actions as visits_actions
from tiemchung.domain.visits import queries as visits
from tiemchung.domain.visits.values import How
from tiemchung.faces.shared.doors import StaffRequest
from tiemchung.faces.shared.words import t
from tiemchung.faces.station.pages import desk
from tiemchung.faces.station.pages import expected as pages
from tiemchung.faces.station.pages.known import Known
from tiemchung.faces.station.typed import words_in
from tiemchung.faces.station.views.frame import page, required_site, say_next
from tiemchung.faces.station.views.joining import joined
from tiemchung.faces.station.views.onward import to_screening
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing.time import clock

IDS_SALT = "station.known"


@dataclass(frozen=True, kw_only=True)
class Comer:
    """Somebody on record who stands at the desk: as far as this desk may see, and for which appointment."""

    person: UUID
    shown: PersonShown | None
    appointment: Appointment | None = None
    campaign_session: UUID | None = None
    note: str = ""
    record: tuple[Known, ...] = ()
    open_minutes: int = 0
    told_again: Mapping[str, str] = field(default_factory=dict)
    """What the form sends along, where its address does not name who came."""


def ask(request: StaffRequest, comer: Comer) -> HttpResponse:
    """Show who came, with the form that `receive` reads."""
    site, day = required_site(request.actor), business_day(clock().now())
    here = visits.received_on([comer.person], site=site, day=day).get(comer.person)
    return _page(request, comer, visit=here, wrong={})


def receive(request: StaffRequest, comer: Comer) -> HttpResponse:
    """Ask how it was made sure who this is, and record the arrival; a form sent twice is one arrival."""
    if request.method == "GET":
        return ask(request, comer)
    site, now = required_site(request.actor), clock().now()
    here = visits.received_on([comer.person], site=site, day=business_day(now)).get(comer.person)
    ids = _ids(request, comer)
    if here is not None and here != ids["visit"]:
        return _page(request, comer, visit=here, wrong={})
    how = request.POST.get("how", "")
    if how not in {str(int(known)) for known in How}:
        wrong = {"how": t("Chọn cách đã nhận ra người này.", "Choose how you made sure who this is.")}
        return _page(request, comer, visit=None, wrong=wrong)
    return _record(request, comer, ids, How(int(how)))


def _ids(request: StaffRequest, comer: Comer) -> dict[str, UUID]:
    try:
        told = signing.loads(request.POST.get("ids", ""), salt=IDS_SALT)
    except signing.BadSignature:
        raise Http404 from None
    ids = {name: UUID(value) for name, value in told.items()}
    if ids.pop("person") != comer.person:
        raise Http404
    return ids


def _record(request: StaffRequest, comer: Comer, ids: dict[str, UUID], how: How) -> HttpResponse:
    site, now = required_site(request.actor), clock().now()
    documents = comer.shown.identifiers if comer.shown else []
    ticket = words_in(request.POST.get("ticket"), longest=desk.TICKET_LENGTH)
    shared: dict[str, Any] = {
        "visit": ids["visit"],
        "person": comer.person,
        "site": site,
        "actor": request.actor,
        "now": now,
    }
    session, opening_it = joined(comer.campaign_session, actor=request.actor, site=site, now=now)
    events = [
        *opening_it,
        visits_actions.arrived(
            ids["first"],
            ticket=ticket,
            block=None,
            campaign_session=session,
            appointment=comer.appointment.id if comer.appointment else None,
            **shared,
        ),
        visits_actions.identified(
            ids["second"],
            how=how,
            document=documents[0].kind if documents and how in (How.CARD_SCANNED, How.DOCUMENT_SEEN) else None,
            **shared,
        ),
    ]
    answers = intake.record(events, actor=request.actor, site=site, now=now)
    born = comer.shown.born if comer.shown else ""
    if request.POST.get("own_phone") and how is not How.TOLD and born:
        access.confirm_told_phone(comer.person, born_year=int(born[:4]), by=request.actor, site=site, now=now)
    findings = sorted({code for answer in answers for code in answer.findings})
    recorded = t("Đã ghi. Số thứ tự {n}.", "Recorded. Ticket {n}.", n=ticket or "–")
    say_next(request, recorded, findings=findings, **to_screening(request.actor, ids["visit"]))
    return redirect("station:today")


def _page(request: StaffRequest, comer: Comer, *, visit: UUID | None, wrong: dict[str, str]) -> HttpResponse:
    site, now = required_site(request.actor), clock().now()
    day = business_day(now)
    ids = {name: str(uuid7(now)) for name in ("visit", "first", "second")} | {"person": str(comer.person)}
    return page(
        request,
        "station/known.html",
        {
            "name": pages.name_of(comer.shown),
            "facts": pages.facts_of(comer.shown, day=day),
            "phone": comer.shown.phone if comer.shown else None,
            "note": comer.note,
            "record": comer.record,
            "open_minutes": comer.open_minutes,
            "received": visit is not None,
            "hows": {str(int(how)): words for how, words in desk.HOW.items()},
            "how": request.POST.get("how", ""),
            "ticket": words_in(request.POST.get("ticket"), longest=desk.TICKET_LENGTH)
            or str(sum(visits.stage_counts(site, day).values()) + 1),
            "ids": request.POST.get("ids") or signing.dumps(ids, salt=IDS_SALT),
            "told_again": comer.told_again,
            "wrong": wrong,
        },
        status=422 if wrong else 200,
    )
