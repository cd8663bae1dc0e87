"""The code that a desk scans: it turns every half minute and opens this one book there for a quarter of an hour."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from tiemchung.domain.access import actions
from tiemchung.faces.healthbook import pages
from tiemchung.faces.healthbook.persons import persons_of
from tiemchung.faces.shared import papers
from tiemchung.faces.shared.citizens import CitizenRequest, proved_only
from tiemchung.faces.shared.words import t
from tiemchung.plumbing.time import clock


@proved_only
@require_GET
def show(request: CitizenRequest, link: UUID) -> HttpResponse:
    """Show the code of this half minute. Without a script it is asked for again by hand."""
    del link
    return render(request, "healthbook/present.html", {**_head(request), "qr": _qr(request)})


@proved_only
@require_POST
def picture(request: CitizenRequest, link: UUID) -> HttpResponse:
    """Draw the code of this half minute."""
    del link
    return render(request, "healthbook/_present.html", {"qr": _qr(request)})


def _qr(request: CitizenRequest) -> Any:
    code = actions.code_of_book(request.signed.account, request.link.id)
    return papers.qr_svg(code, label=t("Mã đưa ở bàn đón", "The code for the desk"))


def _head(request: CitizenRequest) -> dict[str, Any]:
    return {
        "here": "book",
        "link": request.link,
        "name": pages.name_of(request.link, persons_of(request, clock().now())),
    }
