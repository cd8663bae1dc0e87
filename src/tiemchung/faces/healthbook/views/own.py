"""One's own data: see who looked and who else opens the book, correct, restrict, say "this was not me", take a copy home."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiemchung.domain.access import actions, queries
from tiemchung.domain.access.values import About
from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.campaigns.values import Standing
from tiemchung.domain.certificates import queries as certificates
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.mending import queries as mending
from tiemchung.domain.people import actions as people_actions
from tiemchung.domain.people import queries as people
from tiemchung.domain.places import queries as places
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.healthbook import called, pages
from tiemchung.faces.shared import numbers, papers
from tiemchung.faces.shared.citizens import CitizenRequest, proved_only
from tiemchung.faces.shared.mending import ending_said
from tiemchung.faces.shared.refusals import sentence
from tiemchung.faces.shared.words import Words, said
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

ADDRESSES = {"sua": About.CORRECT, "han-che": About.RESTRICT}
STANDINGS = {
    Standing.REGISTERED: Words("đang chờ", "waiting"),
    Standing.WITHDRAWN: Words("đã rút", "withdrawn"),
}


@proved_only
@require_GET
def who_looked(request: CitizenRequest, link: UUID) -> HttpResponse:
    """Show who looked at this book, and which other phones open it."""
    del link
    held = request.link
    found = journal.looks(people.ids_of(held.person), reader=request.signed.account)
    names = places.sites_of({look.site for look in found if look.site})
    holders = queries.holders_of(held.person, actor=request.actor, purpose=Purpose.OWN)
    return render(
        request,
        "healthbook/who_looked.html",
        {
            **_head(request),
            "looks": [pages.look_line(look, lambda _codes: names) for look in found],
            "holders": holders,
            "held_by": pages.HELD_BY,
        },
    )


@proved_only
@require_http_methods(["GET", "POST"])
def shut_out(request: CitizenRequest, link: UUID, other: UUID) -> HttpResponse:
    """Withdraw the proof by which another phone opens this book."""
    holders = queries.holders_of(request.link.person, actor=request.actor, purpose=Purpose.OWN)
    found = next((holder for holder in holders if holder.link == other and not holder.own), None)
    if found is None:
        raise Http404
    if request.method == "POST":
        actions.end_link(request.signed.account, other, why="shut-out", now=clock().now())
        return redirect("healthbook:who-looked", link=link)
    return render(request, "healthbook/shut_out.html", {**_head(request), "holder": found})


@proved_only
@require_GET
def data(request: CitizenRequest, link: UUID) -> HttpResponse:
    """Show what somebody can do about their data, and what they asked before with the answers."""
    del link
    asked = queries.requests_of(request.signed.account, request.link.person, purpose=Purpose.OWN)
    standing = mending.standing_of_requests([each.id for each in asked], purpose=Purpose.OWN)
    page = {
        **_head(request),
        "asked": [(each, standing.get(each.id)) for each in asked],
        "about": pages.ABOUT,
        "endings": {case.number: ending_said(case.state, case.outcome) for case in standing.values()},
        "now": clock().now(),
        "restricted": people.restricted_since(request.link.person, purpose=Purpose.OWN),
    }
    return render(request, "healthbook/data.html", page)


@proved_only
@require_POST
def lift(request: CitizenRequest, link: UUID) -> HttpResponse:
    """End the restriction of the use of one's data."""
    people_actions.lift_restriction(request.link.person, actor=request.actor, now=clock().now())
    return redirect("healthbook:data", link=link)


@proved_only
@require_http_methods(["GET", "POST"])
def ask(request: CitizenRequest, link: UUID, about: str) -> HttpResponse:
    """Queue a request to correct or restrict. The form's id makes a second click the same request."""
    wanted = ADDRESSES.get(about)
    if wanted is None:
        raise Http404
    fault = ""
    if request.method == "POST":
        fault = _queue(request, wanted)
        if not fault:
            return redirect("healthbook:data", link=link)
    page = {
        **_head(request),
        "about": about,
        "fault": fault,
        "story": request.POST.get("story", ""),
        "request_id": request.POST.get("id") or str(uuid7()),
    }
    return render(request, "healthbook/ask.html", page, status=422 if fault else 200)


@proved_only
@require_http_methods(["GET", "POST"])
def not_me(request: CitizenRequest, link: UUID, dose: UUID) -> HttpResponse:
    """Say of a dose that it was not given to this person, or is told wrong; a human at its site looks."""
    shown = next((line for line in _doses(request) if line.id == dose), None)
    if shown is None:
        raise Http404
    fault = ""
    if request.method == "POST":
        fault = _queue(request, About.NOT_ME, dose=dose, site=shown.site)
        if not fault:
            return redirect("healthbook:data", link=link)
    page = {
        **_head(request),
        "dose": shown,
        "fault": fault,
        "story": request.POST.get("story", ""),
        "request_id": request.POST.get("id") or str(uuid7()),
    }
    return render(request, "healthbook/not_me.html", page, status=422 if fault else 200)


@proved_only
@require_POST
def copy_json(request: CitizenRequest, link: UUID) -> HttpResponse:
    """Give everything this book holds as a file that other programs read."""
    del link
    answer = HttpResponse(msgspec.json.format(msgspec.json.encode(_copy(request))), content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="so-suc-khoe.json"'
    return answer


@proved_only
@require_GET
def copy_page(request: CitizenRequest, link: UUID) -> HttpResponse:
    """Show everything this book holds on one page for the printer."""
    del link
    told = _copy(request)
    page = {**_head(request), "copy": told, "doses": _doses(request), "lists": _lists(told)}
    return render(request, "healthbook/copy.html", page)


def _lists(told: dict[str, Any]) -> dict[str, list[str]]:
    """Say what was asked for, called to, signed and allowed, a line each."""
    now = clock().now()
    appointments = [called.line(each, today=business_day(now)) for each in told["appointments"]]
    partners = {partner.client: partner.actor.name for partner in queries.partners()}
    return {
        "registrations": [
            " · ".join([pages.reference(each.id), numbers.moment(each.registered_at), said(STANDINGS[each.standing])])
            for each in told["registrations"]
        ],
        "appointments": [
            f"{one.day} · {one.hours} · {one.where} · {one.reference} · {one.status}" for one in appointments
        ],
        "certificates": [
            f"{said(papers.TITLES[each.kind])}: {each.identifier} · {numbers.day(each.given_on)}"
            for each in told["certificates"]
        ],
        "consents": [
            f"{partners.get(each.client, each.client)}: {numbers.moment(each.given_at)} – {numbers.moment(each.ends_at)}"
            for each in told["consents"]
        ],
    }


def _queue(request: CitizenRequest, about: About, *, dose: UUID | None = None, site: str = "") -> str:
    person = request.link.person
    shown = people.persons([person], purpose=Purpose.OWN, actor=request.actor, viewed_at=clock().now()).get(person)
    try:
        key = UUID(request.POST.get("id", ""))
    except ValueError:
        raise Http404 from None
    try:
        actions.ask_about_own(
            request.signed.account,
            person,
            about,
            request.POST.get("story", ""),
            request=key,
            dose=dose,
            site=site,
            commune=shown.commune if shown else "",
            now=clock().now(),
        )
    except Refusal as no:
        return sentence(no)
    return ""


def _head(request: CitizenRequest) -> dict[str, Any]:
    persons = people.persons([request.link.person], purpose=Purpose.OWN, actor=request.actor, viewed_at=clock().now())
    return {
        "here": "book",
        "link": request.link,
        "name": pages.name_of(request.link, persons),
        "person": persons.get(request.link.person),
    }


def _doses(request: CitizenRequest) -> list[pages.DoseLine]:
    person = request.link.person
    doses = immunization.history([person], purpose=Purpose.OWN, actor=request.actor, viewed_at=clock().now())[person]
    products = {code: product.name_vi for code, product in vaccines.products().items()}
    return pages.dose_lines(doses, products, places.sites_of({dose.site for dose in doses}))


def _copy(request: CitizenRequest) -> dict[str, Any]:
    """Return what the book holds, as its pages show it: numbers in their last digits, certificates without those withdrawn."""
    person, account, now = request.link.person, request.signed.account, clock().now()
    asking: Any = {"purpose": Purpose.OWN, "actor": request.actor, "viewed_at": now}
    rows = people.ids_of(person)
    held = scheduling.own_appointments(request.actor, purpose=Purpose.OWN)
    registered = campaigns.registrations_of(account, purpose=Purpose.OWN)
    papers = certificates.of_persons([person], **asking).get(person, [])
    return {
        "person": people.persons([person], **asking).get(person),
        "doses": immunization.history([person], **asking)[person],
        "registrations": [each for each in registered if each.person in rows],
        "appointments": [each for each in held if each.person in rows],
        "certificates": [paper for paper in papers if paper.withdrawn is None],
        "consents": queries.consents_of(rows, purpose=Purpose.OWN, now=now),
        "looks": journal.looks(rows, reader=account, limit=1000),
        "requests": queries.requests_of(account, person, purpose=Purpose.OWN),
        "claimed": request.link.told,
        "proved": {"how": request.link.how, "since": request.link.since},
    }
