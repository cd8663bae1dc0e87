"""The citizens' doors: who is signed in by the cookie of their book, and whose page they may open.

A citizen's sign-in has nothing to do with Django's sessions and the staff's: its own cookie, its own table, its own ends.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from tiemchung.domain.access import queries as access
from tiemchung.domain.access.errors import LinkUnknown
from tiemchung.domain.access.values import Link, SignedIn
from tiemchung.faces.shared.doors import Policy, with_policy
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing import rowsecurity
from tiemchung.plumbing.time import clock

_SECURE = settings.SESSION_COOKIE_SECURE
_PREFIX = "__Host-" if _SECURE else ""
BOOK, ASK, BROWSER = f"{_PREFIX}tc_book", f"{_PREFIX}tc_ask", f"{_PREFIX}tc_browser"
"""The cookies: the sign-in's token, the token of a code that was asked for, and a mark of this browser."""
ASKED = f"{_PREFIX}tc_asked"
"""The cookie of what another system asks for, while its citizen signs in and decides."""
P = ParamSpec("P")
View = Callable[..., HttpResponse]


class CitizenRequest(HttpRequest):
    """A request that came through a citizen's door. `links` are all whom the account holds; `link` the page's own."""

    signed: SignedIn
    actor: Actor
    links: list[Link]
    link: Link


def set_cookie(response: HttpResponse, name: str, value: str, *, age_s: int | None) -> None:
    """Set one of our cookies: for this host alone, out of scripts' reach, never sent along from another site's form."""
    response.set_cookie(name, value, max_age=age_s, httponly=True, secure=_SECURE, samesite="Lax", path="/")


def drop_cookie(response: HttpResponse, name: str) -> None:
    """Take one of our cookies away."""
    response.delete_cookie(name, path="/", samesite="Lax")


def phone_signed_in(request: HttpRequest) -> str:
    """Return the number by which this browser is signed in to a book; "" if it is not. For pages that are open to anybody."""
    signed = access.account_of(request.COOKIES.get(BOOK, ""))
    return access.phone_of(signed.account) if signed else ""


def citizen_only(
    view: Callable[Concatenate[CitizenRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Open a view to whoever is signed in to a book. Others are sent to where one signs in.

    A `link` in the address must be this account's own: any other is `LinkUnknown`, whoever it belongs to.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        signed = access.account_of(request.COOKIES.get(BOOK, ""))
        if signed is None:
            return redirect(f"{reverse('healthbook:phone')}{'?het-phien=1' if BOOK in request.COOKIES else ''}")
        now = clock().now()
        citizen = cast("CitizenRequest", request)
        with rowsecurity.reaching(Reach(account=signed.account)):
            citizen.signed, citizen.links = signed, access.links_of(signed.account, purpose=Purpose.OWN, now=now)
            citizen.actor = access.actor_with(signed.account, citizen.links)
            wanted = kwargs.get("link")
            if wanted is not None:
                citizen.link = _own(citizen.links, cast("UUID", wanted))
            answer = _within(citizen, lambda: view(citizen, *args, **kwargs))
        if isinstance(answer, Refusal):
            raise answer
        return answer

    return with_policy(never_cache(guarded), Policy(door="citizen", why="whoever answered the phone of this account"))


def proved_only(
    view: Callable[Concatenate[CitizenRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Open a view about a person's book to an account that opens it by a proof; a claim leads to the ways of proving."""

    @functools.wraps(view)
    def proved(request: CitizenRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.link.proved:
            return redirect("healthbook:prove", link=request.link.id)
        return view(request, *args, **kwargs)

    return citizen_only(proved)


def _own(links: list[Link], wanted: UUID) -> Link:
    found = next((link for link in links if link.id == wanted), None)
    if found is None:
        raise LinkUnknown
    return found


def _within(request: CitizenRequest, view: Callable[[], HttpResponse]) -> HttpResponse | Refusal:
    """Answer within the account's reach. A refusal ends the answer, but not what was counted: tries must stay counted."""
    with rowsecurity.looking(request.actor.reach):
        try:
            return view()
        except Refusal as no:
            return no
