"""What only the demo has: one-click logins beside the real sign-in. Outside it, or from another machine, nothing is here."""

from __future__ import annotations

from typing import NamedTuple

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import get_user_model, login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from tiemchung.domain.access import queries as access
from tiemchung.faces.shared.doors import DEMO_METHOD, demo_only, in_demo
from tiemchung.faces.shared.words import Words, said

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class DemoLogin(NamedTuple):
    """A login of the demo: whose, what they are called, and where they begin."""

    login: str
    name: Words
    start: str


LOGINS = [
    DemoLogin("demo-nurse", Words("Điều dưỡng tại bàn tiêm", "A nurse at the chair"), "/station/"),
    DemoLogin("demo-lead", Words("Trưởng điểm tiêm", "The site's lead"), "/station/lead/"),
    DemoLogin("demo-officer", Words("Trực ban trung tâm", "The center's duty officer"), "/center/"),
    DemoLogin("demo-auditor", Words("Kiểm tra viên", "An auditor"), "/center/"),
]


def logins(request: HttpRequest) -> list[dict[str, str]]:
    """Return the one-click logins that this request may be offered."""
    if not in_demo(request):
        return []
    return [{"login": each.login, "name": said(each.name)} for each in LOGINS if access.staff_of_login(each.login)]


@demo_only
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign somebody of the demo in by one click."""
    wanted = next((each for each in LOGINS if each.login == request.POST.get("login")), None)
    staff = wanted and access.staff_of_login(wanted.login)
    if wanted is None or staff is None:
        raise Http404
    user = get_user_model().objects.get(staff=staff)
    login(request, user, backend=BACKEND)
    record_authentication(request, user, method=DEMO_METHOD)
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(asked if safe else wanted.start)


urlpatterns = [path("sign-in/", sign_in, name="demo-sign-in")]
