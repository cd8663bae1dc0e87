"""The site's tablets: enrolled by a code and six digits, cut off with a reason, unlocked by whom the lead knows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from tiemchung.domain.access import actions as access_actions
from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import DeviceKind, EnrollmentTerms
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.shared import numbers, tabletkeys
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.papers import qr_svg
from tiemchung.faces.shared.refusals import sentence as sentence_of
from tiemchung.faces.shared.refusals import status_of
from tiemchung.faces.shared.words import said, t
from tiemchung.faces.station.pages import tablets as pages
from tiemchung.faces.station.typed import uuid_in, words_in
from tiemchung.faces.station.views.frame import NOTE_LENGTH, page, required_site
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

NAME_LENGTH = 80
WRONG_DIGITS = "fingerprint-differs"
"""Why a tablet is turned away whose digits are others than those on the screen in the hall."""


@staff_only(Power.ENROLL_DEVICE)
@require_http_methods(["GET", "HEAD", "POST"])
def tablets(request: StaffRequest) -> HttpResponse:
    """Show the site's tablets; posted, make a one-time code and show it, once."""
    if request.method != "POST":
        return _page(request)
    site, form = required_site(request.actor), request.POST
    desk, days = form.get("desk", "all"), numbers.count_in(form.get("days", "180"))
    is_hub = bool(settings.TIEMCHUNG_HUB_DOMAIN) and desk == pages.HUB
    if not (is_hub or desk in pages.DESKS) or days not in pages.TERMS:
        raise Http404
    session = uuid_in(form.get("session"))
    if session is not None and session not in {one[0] for one in _sessions(site)}:
        raise Http404
    code = access_actions.open_enrollment(
        site=site,
        name=words_in(form.get("name"), longest=NAME_LENGTH) or t("Máy mới", "New tablet"),
        kinds=None if is_hub else pages.DESKS[desk][1],
        terms=EnrollmentTerms(
            device=DeviceKind.HUB if is_hub else DeviceKind.TABLET,
            session=None if is_hub else session,
            days=days,
        ),
        actor=request.actor,
        now=clock().now(),
    )
    return _page(request, code=code, for_hub=is_hub)


@staff_only(Power.ENROLL_DEVICE)
@require_POST
def confirm(request: StaffRequest, device: UUID) -> HttpResponse:
    """Enroll a tablet whose screen shows these six digits."""
    try:
        access_actions.confirm(
            device, fingerprint=request.POST.get("fingerprint", ""), actor=request.actor, now=clock().now()
        )
    except Refusal as refusal:
        return _page(request, refusal=refusal)
    return redirect("station:tablets")


@staff_only(Power.ENROLL_DEVICE)
@require_POST
def revoke(request: StaffRequest, device: UUID) -> HttpResponse:
    """Cut a tablet off, with a reason; one that still waits is turned away so."""
    reason = words_in(request.POST.get("reason"), longest=NOTE_LENGTH)
    try:
        access_actions.revoke(device, reason=reason, actor=request.actor, now=clock().now())
    except Refusal as refusal:
        return _page(request, refusal=refusal)
    return redirect("station:tablets")


@staff_only(Power.ENROLL_DEVICE)
@require_POST
def unlock_code(request: StaffRequest) -> HttpResponse:
    """Give a member of the site's staff the digits by which they may unlock a tablet, and show them once."""
    site, staff = required_site(request.actor), uuid_in(request.POST.get("staff"))
    if staff is None:
        raise Http404
    try:
        digits = access_actions.open_unlock_code(staff, site=site, actor=request.actor)
    except Refusal as refusal:
        return _page(request, refusal=refusal)
    return _page(request, unlock=(access.staff_names([staff]).get(staff, ""), digits))


@staff_only()
@require_http_methods(["GET", "HEAD", "POST"])
def own_code(request: StaffRequest) -> HttpResponse:
    """Let whoever works at the site give themselves the digits for a tablet: their own sign-in is the proof."""
    site, digits = required_site(request.actor), ""
    if request.method == "POST" and request.actor.id is not None:
        digits = access_actions.open_unlock_code(request.actor.id, site=site, actor=request.actor)
    return page(request, "station/own_code.html", {"digits": _spaced(digits)})


def _page(
    request: StaffRequest,
    *,
    code: str = "",
    for_hub: bool = False,
    unlock: tuple[str, str] | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    site, now = required_site(request.actor), clock().now()
    context: dict[str, Any] = {
        "sentence": None if refusal is None else sentence_of(refusal),
        "tablets": [pages.shown(one, now=now) for one in access.devices_of(site, actor=request.actor)],
        "code": code,
        "pin": tabletkeys.pin() if code else "",
        "hub_command": pages.hub_command(code) if for_hub else "",
        "qr": qr_svg(pages.enrollment_address(code), label=t("Mã đăng ký cho máy mới", "Code for the new tablet"))
        if code and not for_hub
        else "",
        "unlock": None if unlock is None else (unlock[0], _spaced(unlock[1])),
        "staff": access.staff_of_site(site),
        "desks": {desk: said(words) for desk, (words, _) in pages.DESKS.items()}
        | ({pages.HUB: said(pages.HUB_WORDS)} if settings.TIEMCHUNG_HUB_DOMAIN else {}),
        "terms": {days: said(words) for days, words in pages.TERMS.items()},
        "sessions": _sessions(site),
        "wrong_digits": t("sáu số khác nhau", "the six digits differ"),
    }
    return page(request, "station/tablets.html", context, status=200 if refusal is None else status_of(refusal))


def _sessions(site: str) -> list[tuple[UUID, str]]:
    today = business_day(clock().now())
    products = vaccines.products()
    return [
        (one.id, products[one.product].name_vi if one.product in products else one.product)
        for one in scheduling.sessions_at([site], first=today, last=today)
    ]


def _spaced(digits: str) -> str:
    return f"{digits[:4]} {digits[4:]}".strip()
