"""What only the demo has: one-click logins beside the real sign-in. Outside it, or from another machine, nothing is here."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

import msgspec
from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import get_user_model, login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import get_script_prefix, path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from tiemchung.domain.access import queries as access
from tiemchung.domain.access.actions import load_staff
from tiemchung.domain.notices import queries as notices
from tiemchung.domain.places import queries as places
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.supply.values import StoreLevel
from tiemchung.faces.shared.doors import DEMO_METHOD, demo_only, in_demo
from tiemchung.faces.shared.words import Words, said
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing.time import clock

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class DemoLogin(NamedTuple):
    """A login of the demo: whose, what they are called, where they begin, and as what they work."""

    login: str
    name: Words
    start: str
    roles: tuple[str, ...]


ALONE = ("check-in", "screener", "vaccinator", "observer")
"""A nurse of a small station does it all."""
QUALITY = ("quality-officer",)
WARD, AEFI = ("ward-officer",), ("aefi-officer",)
LOGINS = [
    DemoLogin("demo-nurse", Words("Điều dưỡng tại bàn tiêm", "A nurse at the chair"), "/station/", ALONE),
    DemoLogin("demo-recorder", Words("Người nhập liệu", "A recorder"), "/station/", ("recorder",)),
    DemoLogin("demo-lead", Words("Trưởng điểm tiêm", "The site's lead"), "/station/lead/", ("lead",)),
    DemoLogin("demo-keeper", Words("Thủ kho thành phố", "The city's storekeeper"), "/kho/", ("storekeeper",)),
    DemoLogin("demo-quality", Words("Kiểm định, người thứ nhất", "Quality, first person"), "/kho/", QUALITY),
    DemoLogin("demo-quality-2", Words("Kiểm định, người thứ hai", "Quality, second person"), "/kho/", QUALITY),
    DemoLogin("demo-checkpoint", Words("Cán bộ chốt kiểm soát", "A checkpoint officer"), "/chot/", ("checkpoint",)),
    DemoLogin("demo-ward", Words("Cán bộ phường", "A ward officer"), "/cong-tac/", WARD),
    DemoLogin(
        "demo-planner", Words("Người lập kế hoạch của tỉnh", "A planner of the province"), "/cong-tac/", ("planner",)
    ),
    DemoLogin("demo-aefi", Words("Cán bộ theo dõi phản ứng", "An AEFI officer"), "/cong-tac/an-toan/", AEFI),
    DemoLogin("demo-officer", Words("Trực ban trung tâm", "The center's duty officer"), "/center/", ("duty-officer",)),
    DemoLogin("demo-auditor", Words("Kiểm tra viên", "An auditor"), "/center/", ("auditor",)),
]
EVERYWHERE = {"level": "everywhere"}
AT_THE_SITE = {*ALONE, "recorder", "lead", "aefi-officer"}
AT_THE_STORE = {"storekeeper"}
IN_THE_WARD = {"checkpoint", "ward-officer"}
"""Roles of the ward in which the demo's first site stands."""
IN_THE_PROVINCE = {"planner"}
"""Roles of its province."""


class Offered(NamedTuple):
    """What the sign-in page offers: one-click logins, and the names of those whose places are still being loaded."""

    logins: list[dict[str, str]]
    awaited: list[str]


def offered(request: HttpRequest) -> Offered:
    """Return the one-click logins that this request may be offered, and who comes once the campaign is loaded.

    A campaign is loaded whole or not at all: once its first site is there, whoever is still missing does not come.
    """
    if not in_demo(request):
        return Offered([], [])
    loading = access.first_site_with_staff() is None
    missing = {
        *(AT_THE_SITE | IN_THE_WARD | IN_THE_PROVINCE if loading else ()),
        *(AT_THE_STORE if _store() is None else ()),
    }
    there = [each for each in LOGINS if missing.isdisjoint(each.roles)]
    awaited = [said(each.name) for each in LOGINS if each not in there] if loading else []
    return Offered([{"login": each.login, "name": said(each.name)} for each in there], awaited)


def _store() -> str | None:
    """Return the code of the store at which the demo's storekeeper works."""
    return next((store.code for store in supply.stores() if store.level is StoreLevel.PROVINCIAL), None)


def _ward_of(site: str | None) -> dict[str, str]:
    """Return the ward in which a site stands, as a role names it."""
    found = places.site(site or "")
    return {"level": "commune", "era": found.era.value, "place": found.commune_code} if found else {}


def _province_of(site: str | None) -> dict[str, str]:
    """Return the province in which a site stands, as a role names it."""
    found = places.site(site or "")
    return {"level": "province", "era": found.era.value, "place": found.province_code} if found else {}


def _hire(wanted: DemoLogin) -> UUID | None:
    """Load the demo's own staff at its first site or its city's store, once a campaign is there."""
    here = (AT_THE_SITE | IN_THE_WARD | IN_THE_PROVINCE).intersection(wanted.roles)
    site = access.first_site_with_staff() if here else _store()
    local = (AT_THE_SITE | AT_THE_STORE | IN_THE_WARD | IN_THE_PROVINCE).intersection(wanted.roles)
    if site is None and local:
        return None
    place: dict[str, str | None] = {"site": site}
    if IN_THE_WARD.intersection(wanted.roles):
        place = {**_ward_of(site)}
    elif IN_THE_PROVINCE.intersection(wanted.roles):
        place = {**_province_of(site)}
    roles = [{"role": role, **(place if local else EVERYWHERE)} for role in wanted.roles]
    row = {"id": str(uuid7()), "name": wanted.name.vi, "login": wanted.login, "roles": roles}
    load_staff([row], actor=SYSTEM, now=clock().now())
    return access.staff_of_login(wanted.login)


@demo_only
@require_GET
def where(request: HttpRequest) -> HttpResponse:
    """Lead to the page that has the one-click logins."""
    del request
    return redirect("account_login")


@demo_only
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign somebody of the demo in by one click: one of its own people, or of the campaign that it plays.

    Whoever has been given a sign-in of their own uses that.
    """
    told = request.POST.get("login", "")
    wanted = next((each for each in LOGINS if each.login == told), None)
    staff = access.staff_of_login(told) or (wanted and _hire(wanted))
    if staff is None:
        raise Http404
    user = get_user_model().objects.get(staff=staff)
    if wanted is None and user.has_usable_password():
        raise Http404
    login(request, user, backend=BACKEND)
    record_authentication(request, user, method=DEMO_METHOD)
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    start = get_script_prefix().rstrip("/") + (wanted.start if wanted else "/")
    return redirect(asked if safe else start)


@demo_only
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """Show what the simulated operator received last, of some numbers (commas between) or of all; as JSON for a program."""
    to = request.GET.get("to", "")
    lines = notices.outbox([number for told in to.split(",") if (number := told.strip())])
    if not request.accepts("text/html"):
        return HttpResponse(msgspec.json.encode(lines), content_type="application/json")
    return render(request, "shared/outbox.html", {"lines": lines, "to": to.strip()})


urlpatterns = [
    path("outbox", outbox, name="demo-outbox"),
    path("logins", where, name="demo-logins"),
    path("sign-in/", sign_in, name="demo-sign-in"),
]
