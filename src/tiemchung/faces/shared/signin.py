"""Sign-in of the staff: which of allauth's pages exist here, and who may open an account (nobody by themselves)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from allauth.account import views as account
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa import urls as mfa
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path

from tiemchung.faces.shared.doors import Policy, public, with_policy

BEFORE_SIGN_IN = "part of signing in"
HALFWAY = frozenset({"mfa_authenticate", "mfa_login_webauthn"})
"""Pages of the second factor that are seen before anybody is signed in."""


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts come from loading staff; the sign-up page is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: nobody on the staff makes their own account."""
        del request
        return False


@public("says that there is nothing here")
def no_such_page(request: HttpRequest) -> HttpResponse:
    """Answer for addresses that allauth names and this platform does not have."""
    raise Http404(request.path)


def _open(view: Callable[..., Any]) -> Callable[..., Any]:
    return public(BEFORE_SIGN_IN)(view)


def _own(view: Callable[..., Any]) -> Callable[..., Any]:
    return with_policy(login_required(view), Policy(door="staff", why="one's own sign-in, half signed in or wholly"))


def _second_factor(patterns: Iterable[URLPattern | URLResolver], prefix: str = "") -> list[URLPattern]:
    """Return allauth's pages of the second factor, flat, each with its policy."""
    pages: list[URLPattern] = []
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            pages.extend(_second_factor(pattern.url_patterns, route))
            continue
        guard = _open if pattern.name in HALFWAY else _own
        pages.append(path(route, guard(pattern.callback), name=pattern.name))
    return pages


urlpatterns = [
    path("login/", _open(account.login), name="account_login"),
    path("logout/", _open(account.logout), name="account_logout"),
    path("inactive/", _open(account.account_inactive), name="account_inactive"),
    path("reauthenticate/", _own(account.reauthenticate), name="account_reauthenticate"),
    path("password/change/", _own(account.password_change), name="account_change_password"),
    path("password/set/", _own(account.password_set), name="account_set_password"),
    # allauth's sign-in page names this address, so it must be one.
    path("signup/", no_such_page, name="account_signup"),
    *_second_factor(mfa.urlpatterns, "2fa/"),
]
