"""Complaints from the book: one about somebody's doses, and how all those stand that name this account's phone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tiemchung.domain.access import queries as access
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.values import DoseShown
from tiemchung.domain.mending import actions
from tiemchung.domain.mending import queries as mending
from tiemchung.domain.mending.values import CORRECT, LONGEST_STORY, NOT_ME, ComplaintTold
from tiemchung.domain.people import queries as people
from tiemchung.domain.places import queries as places
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.healthbook import pages
from tiemchung.faces.shared.citizens import CitizenRequest, citizen_only, proved_only
from tiemchung.faces.shared.complaints import field_of, kinds_taken, read_complaint
from tiemchung.faces.shared.mending import ending_said, kind_said, reason_said
from tiemchung.faces.shared.refusals import sentence, status_of
from tiemchung.faces.shared.sites import SiteOffered, offered, sites_meant
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

ELSEWHERE = frozenset({CORRECT, NOT_ME})
"""Kinds with a page of their own in the book: who it is about is known there, and a dose said to be another's is held up."""


@citizen_only
@require_http_methods(["GET", "POST"])
def complaints(request: CitizenRequest) -> HttpResponse:
    """Show the complaints that name this phone, and take the word of whoever holds it that they sent one, or did not."""
    phone = access.phone_of(request.signed.account)
    if request.method == "POST":
        case, answer = _id(request.POST.get("case", "")), request.POST.get("answer", "")
        if case is None or answer not in ("mine", "not-mine"):
            raise Http404
        actions.confirm_phone(case, phone=phone, is_theirs=answer == "mine", now=clock().now())
        return redirect("healthbook:complaints")
    found = mending.complaints_of_phone(phone, purpose=Purpose.OWN)
    lines = [
        (
            each,
            kind_said(each.standing.kind),
            ending_said(each.standing.state, each.standing.outcome),
            reason_said(each.standing.reason),
        )
        for each in found
    ]
    return render(
        request, "healthbook/complaints.html", {"here": "account", "lines": lines, "now": clock().now(), "fault": ""}
    )


@proved_only
@require_http_methods(["GET", "POST"])
def complain(request: CitizenRequest, link: UUID) -> HttpResponse:
    """File a complaint about this person's doses: which one, what is wrong, and a photo of the paper. A number comes at once."""
    del link
    now, person = clock().now(), request.link.person
    asking: dict[str, Any] = {"purpose": Purpose.OWN, "actor": request.actor, "viewed_at": now}
    shown = people.persons([person], **asking).get(person)
    doses = immunization.history([person], **asking)[person]
    lines = pages.dose_lines(
        doses,
        {code: product.name_vi for code, product in vaccines.products().items()},
        places.sites_of({dose.site for dose in doses}),
    )
    chosen = next((each for each in doses if str(each.id) == request.POST.get("dose")), None)
    phone = access.phone_of(request.signed.account)
    known = ComplaintTold(
        id=uuid7(now),
        kind="",
        story="",
        phone=phone,
        name=shown.name if shown else "",
        born=shown.born if shown else "",
        person=chosen.person if chosen else person,
        dose=chosen.id if chosen else None,
        commune=shown.commune if shown else "",
    )
    told, refusal, filed = known, None, None
    if request.method == "POST":
        told = read_complaint(request, site=_site(request, chosen), account_phone=phone, like=known, now=now)
    if request.method == "POST" and "find" not in request.POST:
        try:
            if told.kind in ELSEWHERE:
                told = ComplaintTold(id=told.id, kind="", story=told.story)
            filed = actions.file_complaint(told, actor=request.actor, now=now)
        except Refusal as no:
            refusal = no
    page = {
        "here": "book",
        "link": request.link,
        "sites": _offered(request, person, told=told, doses=doses) if not filed else [],
        "looked": "find" in request.POST,
        "name": pages.name_of(request.link, {person: shown} if shown else {}),
        "told": told,
        "filed": filed,
        "doses": [line for line in lines if not line.voided],
        "chosen": chosen.id if chosen else None,
        "kinds": kinds_taken(but=ELSEWHERE),
        "most": LONGEST_STORY,
        "fault": sentence(refusal) if refusal else "",
        "field": field_of(refusal) if refusal else "",
    }
    return render(request, "healthbook/complain.html", page, status=status_of(refusal) if refusal else 200)


def _site(request: CitizenRequest, chosen: DoseShown | None) -> str:
    """Return the site whose desk can look: that of the dose, or the one that was chosen for a dose that is missing."""
    return chosen.site if chosen else request.POST.get("site", "")


def _offered(
    request: CitizenRequest, person: UUID, *, told: ComplaintTold, doses: Sequence[DoseShown]
) -> list[SiteOffered]:
    """Return the sites to choose from: what the text names, or where the person was called or had a dose; and the chosen one."""
    codes = [told.site] if told.site else []
    if not told.place:
        called = scheduling.own_appointments(request.actor, purpose=Purpose.OWN)
        codes += [one.site for one in sorted(called, key=lambda one: one.day, reverse=True) if one.person == person]
        codes += [dose.site for dose in reversed(doses)]
    known = places.sites_of(codes)
    meant = {site.code: site for site in sites_meant(told.place)} if told.place else {}
    return offered({**{code: known[code] for code in codes if code in known}, **meant}.values())


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
