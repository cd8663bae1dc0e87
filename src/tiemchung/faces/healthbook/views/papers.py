"""A certificate of the book: on the screen with its code, and as a page to print."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tiemchung.domain.certificates import queries as certificates
from tiemchung.domain.certificates.values import CertificateShown
from tiemchung.domain.movement import actions as movement
from tiemchung.faces.healthbook import pages
from tiemchung.faces.shared import papers
from tiemchung.faces.shared.citizens import CitizenRequest, citizen_only, proved_only
from tiemchung.faces.shared.words import t
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.time import clock


def _in_force(view: Callable[[CitizenRequest, CertificateShown], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the certificate that is asked for, or lead to the one that has come in its place meanwhile."""

    @functools.wraps(view)
    def with_paper(request: CitizenRequest, link: UUID, paper: UUID) -> HttpResponse:
        del link
        found = _own(request, paper)
        if found.id != paper:
            return redirect(request.path.replace(str(paper), str(found.id)))
        return view(request, found)

    return with_paper


@proved_only
@require_GET
@_in_force
def show(request: CitizenRequest, found: CertificateShown) -> HttpResponse:
    """Show one certificate in force."""
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
@_in_force
def print_out(_request: CitizenRequest, found: CertificateShown) -> HttpResponse:
    """Give one certificate in force as a PDF."""
    answer = HttpResponse(papers.pdf(found), content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="chung-nhan.pdf"'
    return answer


LIVE_SALT, LIVE_S = "healthbook.live", 12 * 3600
"""What a screen brings along to have its code drawn anew, and for how long: as long as a book stays open."""


@proved_only
@require_GET
@_in_force
def live(request: CitizenRequest, found: CertificateShown) -> HttpResponse:
    """Show a certificate's code as checkpoints like it: drawn anew every half minute, so that a picture of it grows old."""
    held = signing.dumps({"text": found.text, "account": str(request.signed.account)}, salt=LIVE_SALT, compress=True)
    page = {
        "here": "book",
        "link": request.link,
        "paper": found,
        "held": held,
        "name": found.name or found.name_latin,
        "code": _turned(found.text),
    }
    return render(request, "healthbook/live.html", page)


@citizen_only
@require_POST
def turn(request: CitizenRequest) -> HttpResponse:
    """Draw the code of this half minute for a certificate that this account's screen shows. Nobody's data is read."""
    try:
        held = signing.loads(request.POST.get("text", ""), salt=LIVE_SALT, max_age=LIVE_S)
    except signing.BadSignature as error:
        raise Http404 from error
    if held["account"] != str(request.signed.account):
        raise Http404
    return HttpResponse(_turned(held["text"]))


def _turned(text: str) -> str:
    turning = movement.turning(text, real_now=datetime.now(tz=UTC))
    return papers.qr_svg(turning, label=t("Mã QR sống", "Live QR code"))


def _own(request: CitizenRequest, paper: UUID) -> CertificateShown:
    """Return the certificate in force of the dose for which this one was made, once, for the person whose book this is.

    Any other is not found, whoever it belongs to; nor is one that was withdrawn without another in its place.
    """
    person = request.link.person
    held = certificates.of_persons([person], purpose=Purpose.OWN, actor=request.actor, viewed_at=clock().now())
    mine = held.get(person, [])
    dose = next((each.dose for each in mine if each.id == paper), None)
    found = next((each for each in mine if each.dose == dose and each.withdrawn is None), None)
    if found is None:
        raise Http404
    return found
