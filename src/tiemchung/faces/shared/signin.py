"""Sign-in of the staff: which of allauth's pages exist here, and what they say in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from allauth.account import views as account
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa import urls as mfa
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils.functional import lazy

from tiemchung.faces.shared import demo
from tiemchung.faces.shared.doors import UNSENT, Policy, StaffRequest, public, staff_only, with_policy
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.kernel.actor import Power

BEFORE_SIGN_IN = "part of signing in"
HALFWAY = frozenset({"mfa_authenticate", "mfa_login_webauthn"})
"""Pages of the second factor that are seen before anybody is signed in."""
OWN = frozenset(
    {
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_add_webauthn",
        "mfa_remove_webauthn",
        "mfa_reauthenticate_webauthn",
    }
)
"""Pages about one's own second factor."""
STARTS: tuple[tuple[frozenset[Power], str], ...] = (
    (frozenset({Power.CHECK_IN, Power.SCREEN, Power.RECORD_DOSE, Power.OBSERVE}), "station:today"),
    (frozenset({Power.ATTEST, Power.ENROLL_DEVICE}), "station:lead"),
    (frozenset({Power.RESPOND, Power.AUDIT}), "center:board"),
    (frozenset({Power.PLAN}), "workbench:waiting"),
    (frozenset({Power.FOLLOW_UP}), "workbench:cases"),
    (frozenset({Power.RECEIVE_STOCK, Power.JUDGE_QUALITY}), "depot:home"),
    (frozenset({Power.CHECK_PASSAGE, Power.ENROLL_CHECKPOINT, Power.DECLARE_ZONE}), "checkpoint:home"),
)
"""Where whoever holds one of these powers begins after signing in; the first that fits."""
_said = lazy(said, str)


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts come from loading staff; the sign-up page is closed. Its own sentences have no Vietnamese."""

    error_messages = {  # noqa: RUF012 - allauth reads a plain dict of the class
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _said(Words("Tài khoản này đã đóng.", "This account is closed.")),
        "enter_current_password": _said(Words("Nhập mật khẩu đang dùng.", "Enter your present password.")),
        "incorrect_password": _said(Words("Mật khẩu chưa đúng.", "That password is not right.")),
        "invalid_login": _said(Words("Chưa đăng nhập được.", "Signing in did not work.")),
        "rate_limited": _said(Words("Đợi vài phút rồi thử lại.", "Wait a few minutes and try again.")),
        "too_many_login_attempts": _said(
            Words("Thử quá nhiều lần. Đợi vài phút rồi thử lại.", "Too many tries. Wait a few minutes and try again.")
        ),
        "username_password_mismatch": _said(
            Words("Tên đăng nhập hoặc mật khẩu chưa đúng.", "User name or password is not right.")
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: nobody on the staff makes their own account."""
        del request
        return False

    def add_message(self, *args: object, **kwargs: object) -> None:
        """Say nothing: the page that follows shows what came of it."""


class StaffMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """The second factor's sentences in both languages."""

    error_messages = {  # noqa: RUF012 - allauth reads a plain dict of the class
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _said(Words("Mã hoặc khóa chưa đúng. Thử lại.", "That code or key is not right. Try again.")),
        "cannot_delete_authenticator": _said(
            Words("Phải giữ một cách xác nhận thứ hai.", "One second factor must remain.")
        ),
    }

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's word
        """Return the name that is proposed for a new passkey."""
        held = Authenticator.objects.filter(user=user, type=type).count()
        return t("Khóa thứ {n}", "Passkey {n}", n=held + 1)


class SignInView(account.LoginView):  # type: ignore[misc]  # allauth ships no types
    """The sign-in page, with the one-click logins of the demo beside it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "one_click": demo.offered(self.request), "unsent": UNSENT in self.request.GET}


@public("says that there is nothing here")
def no_such_page(request: HttpRequest) -> HttpResponse:
    """Answer for addresses that allauth names and this platform does not have."""
    raise Http404(request.path)


@login_required
def passkeys_moved(request: HttpRequest) -> HttpResponse:
    """Send whoever has just changed a passkey to the page that lists them."""
    del request
    return redirect("mfa_index")


@staff_only()
def start(request: StaffRequest) -> HttpResponse:
    """Lead whoever has just signed in to where their work begins."""
    found = next((page for powers, page in STARTS if powers & request.actor.powers), None)
    return redirect(found or "portal:home")


def _open(view: Callable[..., Any]) -> Callable[..., Any]:
    return public(BEFORE_SIGN_IN)(view)


def _own(view: Callable[..., Any]) -> Callable[..., Any]:
    return with_policy(login_required(view), Policy(door="staff", why="one's own sign-in, half signed in or wholly"))


def _second_factor(patterns: Iterable[URLPattern | URLResolver], prefix: str = "") -> list[URLPattern]:
    """Return those of allauth's pages that exist here, flat, each with its policy."""
    pages: list[URLPattern] = []
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            pages.extend(_second_factor(pattern.url_patterns, route))
        elif pattern.name in HALFWAY:
            pages.append(path(route, _open(pattern.callback), name=pattern.name))
        elif pattern.name in OWN:
            pages.append(path(route, _own(pattern.callback), name=pattern.name))
    return pages


urlpatterns = [
    path("login/", _open(SignInView.as_view()), name="account_login"),
    path("start/", start, name="start"),
    path("logout/", _open(account.logout), name="account_logout"),
    path("inactive/", _open(account.account_inactive), name="account_inactive"),
    path("reauthenticate/", _own(account.reauthenticate), name="account_reauthenticate"),
    path("password/change/", _own(account.password_change), name="account_change_password"),
    path("password/set/", _own(account.password_set), name="account_set_password"),
    # allauth names these two addresses, so they must exist.
    path("signup/", no_such_page, name="account_signup"),
    path("2fa/webauthn/", _own(passkeys_moved), name="mfa_list_webauthn"),
    *_second_factor(mfa.urlpatterns, "2fa/"),
]
