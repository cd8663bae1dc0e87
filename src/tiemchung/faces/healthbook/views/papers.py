"""A certificate of the book: on the screen with its code, and as a page to print."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tiemchung.domain.certificates import queries as certificates
from tiemchung.domain.certificates.values import CertificateShown
from tiemchung.faces.healthbook import pages
from tiemchung.faces.shared import papers
from tiemchung.faces.shared.citizens import CitizenRequest, proved_only
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.time import clock


@proved_only
@require_GET
def show(request: CitizenRequest, link: UUID, paper: UUID) -> HttpResponse:
    """Show one certificate in force."""
    del link
    found = _own(request, paper)
    page = {
        "here": "book",
        "link": request.link,
        "name": pages.name_of(request.link, {}),
        "shown": found,
        "paper": papers.paper(found),
        "shown_with": papers.SHOW_WITH[found.kind],
    }
    return render(request, "healthbook/paper.html", page)


@proved_only
@require_GET
def print_out(request: CitizenRequest, link: UUID, paper: UUID) -> HttpResponse:
    """Give one certificate in force as a PDF."""
    del link
    answer = HttpResponse(papers.pdf(_own(request, paper)), content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="chung-nhan.pdf"'
    return answer


def _own(request: CitizenRequest, paper: UUID) -> CertificateShown:
    """Return a certificate of the person whose book this is; any other is not found, whoever it belongs to."""
    person = request.link.person
    held = certificates.of_persons([person], purpose=Purpose.OWN, actor=request.actor, viewed_at=clock().now())
    found = next((each for each in held.get(person, []) if each.id == paper and each.withdrawn is None), None)
    if found is None:
        raise Http404
    return found
