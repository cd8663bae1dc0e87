"""The account: its phone, where it is signed in, and the ways out."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tiemchung.domain.access import actions, queries
from tiemchung.faces.healthbook import pages
from tiemchung.faces.shared.citizens import BOOK, CitizenRequest, citizen_only, drop_cookie


@citizen_only
@require_http_methods(["GET", "POST"])
def show(request: CitizenRequest) -> HttpResponse:
    """Show the browsers in which this account is signed in; end one of them."""
    account = request.signed.account
    if request.method == "POST":
        browsers = {str(each.id): each.id for each in queries.sign_ins_of(account)}
        ended: UUID | None = browsers.get(request.POST.get("end", ""))
        if ended is not None:
            actions.end_sign_in(account, ended)
        return redirect("healthbook:account")
    page = {
        "here": "account",
        "phone": pages.phone_shown(queries.phone_of(account)),
        "browsers": queries.sign_ins_of(account),
        "this": request.signed.id,
    }
    return render(request, "healthbook/account.html", page)


@citizen_only
@require_POST
def leave(request: CitizenRequest) -> HttpResponse:
    """Sign out here."""
    actions.sign_out(request.COOKIES.get(BOOK, ""))
    return _left(request)


@citizen_only
@require_POST
def leave_everywhere(request: CitizenRequest) -> HttpResponse:
    """Sign out in every browser: for a phone that was lost."""
    actions.sign_out_everywhere(request.signed.account)
    return _left(request)


def _left(request: CitizenRequest) -> HttpResponse:
    rotate_token(request)
    answer = redirect("healthbook:phone")
    drop_cookie(answer, BOOK)
    return answer
