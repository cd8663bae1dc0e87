"""Opening a book: by the code on the slip, by a phone confirmed in person, or at a desk with a document."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiemchung.domain.access import actions
from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import Link, Relation
from tiemchung.faces.healthbook import pages
from tiemchung.faces.healthbook.persons import persons_of
from tiemchung.faces.healthbook.views.registering import carry_over
from tiemchung.faces.shared.citizens import CitizenRequest, citizen_only
from tiemchung.faces.shared.refusals import sentence
from tiemchung.faces.shared.words import t
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

FIRST_YEAR = 1890
YEAR_DIGITS = 4


@citizen_only
@require_GET
def ways(request: CitizenRequest, link: UUID) -> HttpResponse:
    """Show the three ways in which a claimed person's book opens."""
    del link
    if request.link.proved:
        return redirect("healthbook:person", link=request.link.id)
    return _slip_page(request)


@citizen_only
@require_http_methods(["GET", "POST"])
def by_slip(request: CitizenRequest) -> HttpResponse:
    """Open a book by the code on the slip and the birth year; wrong, used and unknown answer alike."""
    claimed = next((link for link in request.links if str(link.id) == request.POST.get("claimed")), None)
    if request.method == "GET":
        return _slip_page(request)
    code, year = request.POST.get("code", ""), _year(request.POST.get("year", ""))
    relation = request.POST.get("relation", "")
    if year is None:
        fault = t("Năm sinh gồm bốn chữ số.", "The birth year has four digits.")
        return _slip_page(request, fault=fault, field="year", claimed=claimed.id if claimed else None)
    try:
        link = actions.prove_by_code(
            request.signed.account,
            code,
            year,
            relation=Relation(relation) if relation in set(Relation) else Relation.SELF,
            claimed=claimed.id if claimed else None,
            now=clock().now(),
        )
    except Refusal as no:
        return _slip_page(request, fault=sentence(no), field="code", claimed=claimed.id if claimed else None)
    _carry_over(request, [link])
    return redirect("healthbook:person", link=link.id)


@citizen_only
@require_http_methods(["GET", "POST"])
def by_phone(request: CitizenRequest) -> HttpResponse:
    """Open the books that go with this very phone, as was confirmed face to face, and a birth year."""
    if request.method == "GET":
        return render(request, "healthbook/by_phone.html", {"fault": "", "asked": False})
    year = _year(request.POST.get("year", ""))
    if year is None:
        fault = t("Năm sinh gồm bốn chữ số.", "The birth year has four digits.")
        return render(request, "healthbook/by_phone.html", {"fault": fault, "asked": False}, status=422)
    try:
        opened = actions.prove_by_phone(request.signed.account, year, now=clock().now())
    except Refusal as no:
        return render(request, "healthbook/by_phone.html", {"fault": sentence(no), "asked": False}, status=422)
    if opened:
        _carry_over(request, opened)
        return redirect("healthbook:person", link=opened[0].id)
    return render(request, "healthbook/by_phone.html", {"fault": "", "asked": True})


@citizen_only
@require_POST
def at_desk(request: CitizenRequest, link: UUID) -> HttpResponse:
    """Show a short code that a site's or ward's desk types to find this claim."""
    code = actions.show_at_desk(request.signed.account, link)
    name = pages.name_of(request.link, {})
    return render(request, "healthbook/at_desk.html", {"code": code, "link": request.link, "name": name})


def _carry_over(request: CitizenRequest, opened: list[Link]) -> None:
    """Let what a claim registered go on in the book for which it has just stepped back."""
    held = access.links_of(request.signed.account, purpose=Purpose.OWN, now=clock().now())
    standing = {link.id for link in held}
    for claim in request.links:
        heir = next((link for link in opened if not claim.proved and link.told == claim.told), None)
        if claim.id not in standing and heir is not None:
            carry_over(request, claim, heir)


def _year(typed: str) -> int | None:
    told = typed.strip()
    if not (told.isascii() and told.isdigit() and len(told) == YEAR_DIGITS):
        return None
    return int(told) if int(told) >= FIRST_YEAR else None


def _slip_page(
    request: CitizenRequest, *, fault: str = "", field: str = "", claimed: UUID | None = None
) -> HttpResponse:
    held = getattr(request, "link", None) or next((link for link in request.links if link.id == claimed), None)
    page = {
        "link": held,
        "name": pages.name_of(held, persons_of(request, clock().now())) if held else "",
        "fault": fault,
        "at": field,
        "typed": {name: request.POST.get(name, "") for name in ("code", "year", "relation")},
        "relations": [(relation.value, words) for relation, words in pages.RELATIONS.items()],
    }
    return render(request, "healthbook/prove.html", page, status=422 if fault else 200)
