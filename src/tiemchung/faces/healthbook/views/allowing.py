"""Letting another system read: what is allowed now, a code to allow more, and the answer to a system that asks.

A system that asks sends the citizen's browser here (OAuth's authorization request, with PKCE). What it asks for is checked
before anybody signs in, waits in a signed cookie, and goes back to an address that the operator has registered, or nowhere.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiemchung.domain.access import actions, queries
from tiemchung.domain.access.values import Link, Partner, Relation
from tiemchung.domain.people import queries as people
from tiemchung.faces.healthbook import pages
from tiemchung.faces.healthbook.persons import persons_of
from tiemchung.faces.shared.citizens import (
    ASKED,
    CitizenRequest,
    citizen_only,
    drop_cookie,
    proved_only,
    set_cookie,
)
from tiemchung.faces.shared.doors import public
from tiemchung.faces.shared.numbers import count_in
from tiemchung.faces.shared.refusals import sentence
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

ASKED_S, SALT = 10 * 60, "healthbook.asked"
"""How long a request waits for its citizen's answer. Ours."""
LONGEST_STATE = 500
SCOPES = {
    "patient/Patient.rs": Words("Họ tên, ngày sinh, giới tính", "Name, birth date, sex"),
    "patient/Immunization.rs": Words("Các mũi đã tiêm", "Doses given"),
    "patient/ImmunizationRecommendation.rs": Words("Mũi sắp tới", "The dose that comes next"),
}
TERMS = {1: Words("1 ngày", "1 day"), 30: Words("30 ngày", "30 days"), 365: Words("1 năm", "1 year")}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a system asks for, as its cookie keeps it."""

    client: str
    scopes: list[str]
    address: str = ""
    state: str = ""
    challenge: str = ""


@public("a system sends a citizen here to be asked; nothing is told before somebody signs in")
@never_cache
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Take a system's request, and lead to the sign-in and the question."""
    told = request.GET
    partner = queries.partner(told.get("client_id", ""))
    address = told.get("redirect_uri", "")
    if partner is None or address not in partner.addresses:
        # Whoever is not registered gets no browser back: the page says so to the citizen alone.
        return render(request, "healthbook/asked_wrong.html", {}, status=400)
    scopes = [scope for scope in dict.fromkeys(told.get("scope", "").split()) if scope in partner.asks_citizens]
    ask = Asked(
        client=partner.client,
        address=address,
        scopes=[scope for scope in scopes if scope in SCOPES],
        state=told.get("state", "")[:LONGEST_STATE],
        challenge=told.get("code_challenge", ""),
    )
    if told.get("response_type") != "code" or told.get("code_challenge_method") != "S256" or not ask.challenge:
        return _to(ask, error="invalid_request")
    if not ask.scopes:
        return _to(ask, error="invalid_scope")
    answer = redirect("healthbook:decide")
    set_cookie(answer, ASKED, signing.dumps(msgspec.to_builtins(ask), salt=SALT), age_s=ASKED_S)
    return answer


@citizen_only
@require_http_methods(["GET", "POST"])
def decide(request: CitizenRequest) -> HttpResponse:
    """Ask whether the system may read, of whom and how long; then lead back to it."""
    ask = _waiting(request)
    partner = queries.partner(ask.client) if ask else None
    if ask is None or partner is None:
        return redirect("healthbook:home")
    fault = ""
    if request.method == "POST":
        if request.POST.get("do") == "deny":
            return _leave(request, partner, _back(ask, error="access_denied"), allowed=False)
        code, fault = _code(request, ask)
        if code:
            return _leave(request, partner, _back(ask, code=code), allowed=True)
    persons = persons_of(request, clock().now())
    page = {
        **_form(request, fault=fault),
        "partner": partner.actor.name,
        "scopes": [said(SCOPES[scope]) for scope in ask.scopes],
        "books": [(str(link.id), pages.name_of(link, persons)) for link in request.links if _may_allow(link)],
        "chosen": request.POST.get("link", ""),
    }
    return render(request, "healthbook/decide.html", page, status=422 if fault else 200)


@proved_only
@require_http_methods(["GET", "POST"])
def allowed(request: CitizenRequest, link: UUID) -> HttpResponse:
    """Show who may read this book, and make a code by which a system of one's own choice may."""
    del link
    offering = [partner for partner in queries.partners() if partner.asks_citizens]
    fault = ""
    if request.method == "POST":
        scopes = [scope for scope in SCOPES if scope in request.POST.getlist("scope")]
        ask = Asked(client=request.POST.get("client", ""), scopes=scopes)
        code, fault = _code(request, ask, link=request.link.id)
        if code:
            page = {**_head(request), "code": code, "partner": _named(offering).get(request.POST["client"], "")}
            return render(request, "healthbook/allowed_code.html", page)
    now, held = clock().now(), request.link
    page = {
        **_head(request),
        **_form(request, fault=fault),
        "given": queries.consents_of(people.ids_of(held.person), purpose=Purpose.OWN, now=now),
        "partners": [(partner.client, partner.actor.name) for partner in offering],
        "names": _named(queries.partners()),
        "words": SCOPES,
        "may_allow": _may_allow(held),
        "chosen": request.POST.get("client", ""),
        "ticked": request.POST.getlist("scope") or list(SCOPES),
    }
    return render(request, "healthbook/allowed.html", page, status=422 if fault else 200)


@proved_only
@require_POST
def withdraw(request: CitizenRequest, link: UUID, consent: UUID) -> HttpResponse:
    """Take a consent back."""
    actions.withdraw_consent(request.signed.account, consent, now=clock().now())
    return redirect("healthbook:allowed", link=link)


def _code(request: CitizenRequest, ask: Asked, *, link: UUID | None = None) -> tuple[str, str]:
    """Return the code of a new consent, or the sentence that says why there is none. Without a link the form names it."""
    form = request.POST
    try:
        consent, book = UUID(form.get("id", "")), link or UUID(form.get("link", ""))
    except ValueError:
        raise Http404 from None
    if not ask.client or not ask.scopes:
        return "", t("Chọn nơi được xem và điều được xem.", "Choose who may read, and what.")
    try:
        code = actions.allow(
            request.signed.account,
            book,
            client=ask.client,
            scopes=ask.scopes,
            days=count_in(form.get("days")),
            consent=consent,
            challenge=ask.challenge,
            address=ask.address,
            now=clock().now(),
        )
    except Refusal as no:
        return "", sentence(no)
    return code, ""


def _waiting(request: CitizenRequest) -> Asked | None:
    try:
        told = signing.loads(request.COOKIES.get(ASKED, ""), salt=SALT, max_age=ASKED_S)
        return msgspec.convert(told, Asked)
    except (signing.BadSignature, msgspec.ValidationError):
        return None


def _leave(request: CitizenRequest, partner: Partner, back: str, *, allowed: bool) -> HttpResponse:
    """Say what was decided, with the way back: a link, for no form may lead to another origin."""
    page = {"partner": partner.actor.name, "back": back, "allowed": allowed}
    answer = render(request, "healthbook/decided.html", page)
    drop_cookie(answer, ASKED)
    return answer


def _back(ask: Asked, **told: str) -> str:
    state = {"state": ask.state} if ask.state else {}
    return f"{ask.address}{'&' if '?' in ask.address else '?'}{urlencode({**told, **state})}"


def _to(ask: Asked, **told: str) -> HttpResponse:
    answer = HttpResponse(status=302)
    answer["Location"] = _back(ask, **told)
    return answer


def _may_allow(link: Link) -> bool:
    return link.proved and link.relation is not Relation.HELPED


def _named(partners: list[Partner]) -> dict[str, str]:
    return {partner.client: partner.actor.name for partner in partners}


def _form(request: CitizenRequest, *, fault: str) -> dict[str, Any]:
    return {
        "fault": fault,
        "terms": [(str(days), said(words)) for days, words in TERMS.items()],
        "days": request.POST.get("days", "30"),
        "request_id": request.POST.get("id") or str(uuid7()),
    }


def _head(request: CitizenRequest) -> dict[str, Any]:
    persons = persons_of(request, clock().now())
    return {"here": "book", "link": request.link, "name": pages.name_of(request.link, persons)}
