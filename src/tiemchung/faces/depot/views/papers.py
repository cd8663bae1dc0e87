"""Papers of a consignment: handed in as files, and given out as they came, never shown as a page of ours."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from tiemchung.domain.supply import actions
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.supply.actions.papers import MOST_BYTES
from tiemchung.faces.depot import forms
from tiemchung.faces.depot.views import receiving
from tiemchung.faces.depot.views.frame import at_place, attempt, say_done
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import t
from tiemchung.kernel.actor import Power
from tiemchung.plumbing.time import clock


@staff_only(Power.RECEIVE_STOCK)
@require_POST
def keep(request: StaffRequest, site: str, consignment: UUID) -> HttpResponse:
    """Keep a paper. No more is read than is taken: of a larger file one byte too many, which refuses it."""
    at_place(request, site)
    upload, identifier = request.FILES.get("paper"), forms.identifier(request.POST.get("id"))
    if identifier is None:
        raise Http404
    if upload is None:
        return receiving.shown(request, site, wrong={f"paper-{consignment}": t("Chọn một tệp.", "Choose a file.")})
    content, name = upload.read(MOST_BYTES + 1), upload.name or ""
    refusal = attempt(
        lambda: actions.keep_paper(
            identifier,
            consignment=consignment,
            site=site,
            name=name,
            content=content,
            actor=request.actor,
            now=clock().now(),
        )
    )
    if refusal is None:
        say_done(request, t("Đã giữ giấy tờ này.", "The paper is kept."))
        return receiving.again(site)
    return receiving.shown(request, site, refusal=refusal)


@staff_only(Power.RECEIVE_STOCK, Power.JUDGE_QUALITY)
@require_safe
def give(request: StaffRequest, site: str, paper: UUID) -> HttpResponse:
    """Give a paper as it came, to be saved: a file from outside never runs among our pages."""
    at_place(request, site)
    found = supply.paper(paper, site=site)
    if found is None:
        raise Http404
    media, name, content = found
    answer = HttpResponse(content, content_type=media.value)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer
