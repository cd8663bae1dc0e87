"""Signing in: the phone on one page, the six digits on the next. No answer tells whether a number is known."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tiemchung.domain.access import actions, policy, queries
from tiemchung.domain.access.errors import CodeGone, CodeNeedsWork, CodeWrong
from tiemchung.domain.access.values import Asked
from tiemchung.domain.notices.values import Channel
from tiemchung.faces.healthbook import pages
from tiemchung.faces.shared.citizens import ASK, ASKED, BOOK, BROWSER, drop_cookie, set_cookie
from tiemchung.faces.shared.doors import public
from tiemchung.faces.shared.numbers import time
from tiemchung.faces.shared.refusals import sentence
from tiemchung.faces.shared.words import language, t
from tiemchung.kernel.refusal import Refusal

SIGNING_IN = "part of signing in to a book"
A_YEAR_S = 365 * 24 * 60 * 60
ASK_S = 10 * 60
RESEND_AFTER = timedelta(seconds=60)


@public(SIGNING_IN)
@never_cache
@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """Ask for the phone and send a code to it."""
    if request.method == "POST":
        return _sent(request, request.POST.get("phone", ""), channel=_channel(request))
    if queries.account_of(request.COOKIES.get(BOOK, "")) is not None:
        return redirect("healthbook:home")
    return _phone_page(request)


@public(SIGNING_IN)
@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the digits that were sent to this browser's request, and sign in."""
    if request.method == "GET" and queries.account_of(request.COOKIES.get(BOOK, "")) is not None:
        return redirect("healthbook:home")
    token = request.COOKIES.get(ASK, "")
    asked = queries.asked(token, now=datetime.now(tz=UTC))
    if request.method == "POST":
        return _entered(request, token, asked)
    if asked is None:
        return redirect("healthbook:phone")
    return _code_page(request, asked)


@public(SIGNING_IN)
@never_cache
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Send another code to the phone that this browser asked for, as a message or as a call."""
    asked = queries.asked(request.COOKIES.get(ASK, ""), now=datetime.now(tz=UTC))
    if asked is None:
        return redirect("healthbook:phone")
    return _sent(request, asked.number, channel=_channel(request))


def _sent(request: HttpRequest, typed: str, *, channel: Channel) -> HttpResponse:
    browser = request.COOKIES.get(BROWSER) or secrets.token_urlsafe(16)
    try:
        asked = actions.ask_code(
            typed,
            browser=browser,
            address=request.META.get("REMOTE_ADDR", ""),
            channel=channel,
            language=language(),
            before=request.COOKIES.get(ASK, ""),
            challenge=request.POST.get("challenge", ""),
            answer=request.POST.get("answer", ""),
        )
    except CodeNeedsWork as no:
        answer = _work_page(request, typed, challenge=no.facts["challenge"])
    except Refusal as no:
        answer = _phone_page(request, typed=typed, fault=sentence(no))
    else:
        answer = redirect("healthbook:code")
        set_cookie(answer, ASK, asked.token, age_s=ASK_S)
    set_cookie(answer, BROWSER, browser, age_s=A_YEAR_S)
    return answer


def _entered(request: HttpRequest, token: str, asked: Asked | None) -> HttpResponse:
    try:
        session, _account = actions.check_code(token, request.POST.get("code", ""), browser=pages.browser_name(request))
    except CodeWrong as no:
        facts = {**no.facts, "sent_at": time(no.facts["sent_at"]), "expires_at": time(no.facts["expires_at"])}
        wrong = CodeWrong(**facts)
        return _code_page(request, asked, fault=sentence(wrong)) if asked else redirect("healthbook:phone")
    except CodeGone as no:
        return _phone_page(request, fault=sentence(no), typed=asked.number if asked else "")
    # Whoever was signed in here before is not any more, and no token from before the sign-in is worth anything.
    actions.sign_out(request.COOKIES.get(BOOK, ""))
    rotate_token(request)
    answer = redirect("healthbook:decide" if ASKED in request.COOKIES else "healthbook:home")
    set_cookie(answer, BOOK, session, age_s=None)
    drop_cookie(answer, ASK)
    return answer


def _channel(request: HttpRequest) -> Channel:
    return Channel.VOICE if request.POST.get("channel") == "voice" else Channel.SMS


def _phone_page(request: HttpRequest, *, typed: str = "", fault: str = "") -> HttpResponse:
    page = {
        "typed": typed,
        "fault": fault,
        "ended": "het-phien" in request.GET,
        "takes_abroad": policy.takes_numbers_abroad(),
    }
    return render(request, "healthbook/phone.html", page, status=422 if fault else 200)


def _work_page(request: HttpRequest, typed: str, *, challenge: str) -> HttpResponse:
    return render(request, "healthbook/work.html", {"typed": typed, "challenge": challenge}, status=429)


def _code_page(request: HttpRequest, asked: Asked, *, fault: str = "") -> HttpResponse:
    again_at = asked.sent_at + RESEND_AFTER
    page = {
        "asked": asked,
        "number": pages.phone_shown(asked.number),
        "fault": fault,
        "again_at": again_at,
        "may_ask_again": datetime.now(tz=UTC) >= again_at,
        "called": asked.channel == Channel.VOICE,
        "field": t("Mã gồm 6 số", "The 6-digit code"),
    }
    return render(request, "healthbook/code.html", page, status=422 if fault else 200)
