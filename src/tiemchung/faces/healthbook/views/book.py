"""The book itself: people first, then the next thing to do, then the past."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from tiemchung.domain.access import queries as access
from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.certificates import queries as certificates
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.people import queries as people
from tiemchung.domain.places import queries as places
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.healthbook import pages
from tiemchung.faces.healthbook.persons import persons_of
from tiemchung.faces.healthbook.views import called, joining
from tiemchung.faces.healthbook.views.registering import registrations
from tiemchung.faces.shared import ahead, identity
from tiemchung.faces.shared.citizens import CitizenRequest, citizen_only
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.time import clock


@citizen_only
@require_GET
def home(request: CitizenRequest) -> HttpResponse:
    """Show the first person of the book; an empty one says how it is filled."""
    if request.links:
        return redirect("healthbook:person", link=request.links[0].id)
    return render(request, "healthbook/empty.html", {"tabs": [], "here": "book"})


@citizen_only
@require_GET
def person(request: CitizenRequest, link: UUID) -> HttpResponse:
    """Show one person's book; of a claimed one nothing but what this account typed."""
    del link
    now = clock().now()
    persons = persons_of(request, now)
    held = request.link
    page: dict[str, Any] = {
        "here": "book",
        "link": held,
        "name": pages.name_of(held, persons),
        "tabs": pages.tabs(request.links, persons, current=held.id),
        "relation": pages.RELATIONS[held.relation],
    }
    page["called"] = called.coming(request)
    registered = [] if page["called"] else registrations(request, held.person)
    page["registered"] = registered
    page["references"] = [pages.reference(each.id) for each in registered]
    page["may_register"] = bool(campaigns.open_campaigns(business_day(now)))
    if not held.proved:
        return render(request, "healthbook/claimed.html", {**page, "told": _told(held)})
    asking = {"purpose": Purpose.OWN, "actor": request.actor, "viewed_at": now}
    doses = immunization.history([held.person], **asking).get(held.person, [])  # type: ignore[arg-type]  # the same for all
    sites = places.sites_of({dose.site for dose in doses})
    products = {code: product.name_vi for code, product in vaccines.products().items()}
    looks = journal.looks(people.ids_of(held.person), reader=request.signed.account, limit=20)
    papers = certificates.of_persons([held.person], **asking).get(held.person, [])  # type: ignore[arg-type]  # same
    shown = persons.get(held.person)
    page["ahead"] = ahead.told(immunization.ahead(held.person, **asking), products) if doses else ""  # type: ignore[arg-type]  # same
    return render(
        request,
        "healthbook/book.html",
        {
            **page,
            "person": shown,
            "birth": pages.birth(shown.born) if shown else "",
            "numbers": [identity.number_held(number) for number in shown.identifiers] if shown else [],
            "sex": pages.SEXES[shown.sex if shown else "unknown"],
            "doses": pages.dose_lines(doses, products, sites),
            "looked": next((pages.look_line(look, places.sites_of) for look in looks if not look.own), None),
            "papers": [paper for paper in papers if paper.withdrawn is None],
            "joins": joining.proposed(request),
            "objected": joining.SAID in request.GET,
            "asked": access.requests_of(request.signed.account, held.person, purpose=Purpose.OWN),
        },
    )


def _told(held: Any) -> list[tuple[str, str]]:
    return pages.claim_lines(held.told) if held.told else []
