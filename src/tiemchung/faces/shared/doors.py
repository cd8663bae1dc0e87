"""Who may come in: every view says it here, and nothing is open that does not say so.

A view carries its `policy`; a house test walks all addresses and reads it. The door of a staff view finds the actor,
asks for the power and opens the database's row security for exactly the actor's reach.
"""

from __future__ import annotations

import functools
import ipaddress
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from tiemchung.domain.access import queries as access
from tiemchung.kernel.actor import Actor, Power
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import rowsecurity

if TYPE_CHECKING:
    from django.contrib.auth.models import User

DEMO_METHOD = "demo"
"""How a one-click login of the demo is recorded in its session; outside the demo it counts for nothing."""
POST_KEY = "post"
"""Under which key the session keeps the post that somebody with several chose."""
UNSENT = "unsent"
"""Under which name the sign-in's address says that a form was sent after the session had ended."""
SEEN_KEY = "seen"
"""Under which key the session keeps when its staff member last asked for a page, in seconds of real time."""
IDLE_S, NOTED_EVERY_S = 45 * 60, 60
"""A sign-in that asks for nothing this long ends: the desk's computer is shared, and the next nurse is not her. Noted
at most once a minute. A board that refreshes itself stays. The figures are ours."""
P = ParamSpec("P")
ViewT = TypeVar("ViewT", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What a route asks of whoever comes: `public` (with the reason), `staff` (with one of the powers) or `device`."""

    door: str
    powers: frozenset[Power] = frozenset()
    why: str = ""


class StaffRequest(HttpRequest):
    """A request that came through a staff door: the actor is known, and so is the session's user."""

    actor: Actor
    user: User


def public(why: str) -> Callable[[ViewT], ViewT]:
    """Open a view to anybody, for this reason."""

    def mark(view: ViewT) -> ViewT:
        return with_policy(view, Policy(door="public", why=why))

    return mark


def device_only(view: ViewT) -> ViewT:
    """Mark a view that asks for a device's signature by itself."""
    return with_policy(view, Policy(door="device", why="the view checks the device's signature"))


def staff_only(
    *powers: Power, in_one: bool = True
) -> Callable[
    [Callable[Concatenate[StaffRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """Open a view to signed-in staff who hold one of these powers; without any, to all staff at one of their posts.

    Strangers are sent to the sign-in, a password alone to the second factor. Who lacks the power meets `NotPermitted`.
    The view runs in one transaction, within the reach of who asks; with `in_one=False` it opens its transactions, and enters
    the reach, by itself: one that does much must not hold up the readers of the journal.
    """

    def guard(
        view: Callable[Concatenate[StaffRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if _left_alone(request):
                logout(request)
                return _to_sign_in(request)
            if not signed_in_strongly(request):
                return redirect("mfa_index")
            staff_request = cast("StaffRequest", request)
            staff_request.actor = _actor(request)
            if powers and not any(staff_request.actor.can(power) for power in powers):
                raise NotPermitted
            with rowsecurity.reaching(staff_request.actor.reach) if in_one else nullcontext():
                return view(staff_request, *args, **kwargs)

        return with_policy(never_cache(guarded), Policy(door="staff", powers=frozenset(powers)))

    return guard


def staff_of(request: HttpRequest) -> Actor | None:
    """Return whom a staff door would let in with this request's session; None for anybody else.

    Asking is no sign that somebody sits there: a sign-in left alone ends all the same.
    """
    left_alone = int(time.time()) - request.session.get(SEEN_KEY, 0) > IDLE_S
    if not request.user.is_authenticated or left_alone or not signed_in_strongly(request):
        return None
    try:
        return _actor(request)
    except NotPermitted:
        return None


def demo_only(view: ViewT) -> ViewT:
    """Let a view exist only in the demo and only for this very machine; elsewhere its address is not found."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not in_demo(request):
            raise Http404
        return view(request, *args, **kwargs)

    return cast("ViewT", with_policy(guarded, Policy(door="public", why="exists in the demo only, on loopback only")))


def in_demo(request: HttpRequest) -> bool:
    """Tell whether this is the demo, asked from this very machine."""
    try:
        nearby = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        nearby = False
    return bool(settings.TIEMCHUNG_DEMO) and nearby


def signed_in_strongly(request: HttpRequest) -> bool:
    """Tell whether this session was opened by a passkey or a second factor (or, in the demo, by one click)."""
    methods = {record["method"] for record in get_authentication_records(request, request.user)}
    return "mfa" in methods or (DEMO_METHOD in methods and in_demo(request))


def with_policy(view: ViewT, policy: Policy) -> ViewT:
    """Write the policy on the view, where the house test reads it."""
    view.policy = policy  # type: ignore[attr-defined]  # functions take attributes, their type does not say so
    return view


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a stranger to the sign-in and back. Of a form that was sent nothing is taken, and the sign-in says so."""
    if request.headers.get("HX-Request"):
        # A board that asks by itself: the whole page goes to the sign-in, which must not be set into the board.
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = redirect_to_login(request.path)["Location"]
        return answer
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    came_from = urlsplit(request.headers.get("Referer", ""))
    here = came_from.path if came_from.netloc == request.get_host() else request.path
    answer = redirect_to_login(here)
    answer["Location"] += f"&{UNSENT}=1"
    return answer


def _left_alone(request: HttpRequest) -> bool:
    """Tell whether this session has asked for nothing for too long; otherwise note that it asks now."""
    now = int(time.time())
    seen = request.session.get(SEEN_KEY, now)
    if now - seen > IDLE_S:
        return True
    if now - seen >= NOTED_EVERY_S or SEEN_KEY not in request.session:
        request.session[SEEN_KEY] = now
    return False


def _actor(request: HttpRequest) -> Actor:
    actor = access.actor_of_user(cast("User", request.user).pk, post=request.session.get(POST_KEY))
    if actor is None:
        raise NotPermitted
    return actor
