"""A journey declared before it begins: who travels, from where to where, on which day. The answer is a code.

Nothing is stored: the code carries what was declared, signed. A place is told as deep as the traveler likes, for a zone
may be a single commune.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiemchung.domain.movement import actions
from tiemchung.domain.movement.errors import DeclarationIncomplete, PlaceUnclear
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Unit
from tiemchung.faces.checkpoint import pages
from tiemchung.faces.checkpoint.views import MOST_LETTERS
from tiemchung.faces.shared import papers
from tiemchung.faces.shared.divisions import in_force
from tiemchung.faces.shared.doors import public
from tiemchung.faces.shared.refusals import sentence
from tiemchung.faces.shared.words import t
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing.time import clock

ENDS = ("origin", "destination")
FIELDS = ("name", "born", "day", *(f"{end}{part}" for end in ENDS for part in ("", "_in", "_at")))
CHOICES = 12
"""Places to choose from when a name fits several; who is not among them types more. Ours."""
LONGEST_NAME = 100
"""Letters of a place's name that are read; none has more."""
PROVINCE_ONLY = "province"


@public("whoever travels declares it, without an account; nothing is stored")
@never_cache
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """Ask for a journey, and answer with its code; a place that could be several is asked back."""
    today = business_day(clock().now())
    wrong, choices = "", {}
    if request.method == "POST":
        choices = {end: found for end in ENDS if (found := _unclear(request, end)) is not None}
        try:
            text = _declared(request)
        except (DeclarationIncomplete, PlaceUnclear) as refusal:
            wrong = sentence(refusal)
        else:
            return _code_page(request, text)
    context = {
        "wrong": wrong,
        "told": {name: request.POST.get(name, "") for name in FIELDS},
        "choices": {end: [(_key(unit), pages.unit_name(unit)) for unit in found] for end, found in choices.items()},
        "provinces": pages.provinces(),
        "days": [today + timedelta(days=ahead) for ahead in range(actions.AHEAD.days + 1)],
        "province_only": PROVINCE_ONLY,
    }
    return render(request, "checkpoint/declare.html", context, status=422 if wrong else 200)


def _declared(request: HttpRequest) -> str:
    form = request.POST
    born = form.get("born", "").strip()
    try:
        day = date.fromisoformat(form.get("day", ""))
    except ValueError as error:
        raise DeclarationIncomplete from error
    return actions.declare(
        name=form.get("name", "")[:200],
        born_year=int(born) if born.isascii() and born.isdecimal() and len(born) == len("1987") else 0,
        origin=_told(request, "origin"),
        destination=_told(request, "destination"),
        day=day,
        now=clock().now(),
    )


def _told(request: HttpRequest, end: str) -> actions.Told:
    """Return one end of the journey as it was named. Refuses a name that is no place of the province, or several."""
    province, chosen = request.POST.get(end, ""), request.POST.get(f"{end}_at", "")
    found = _found(request, end)
    if not found and not _name(request, end):
        return in_force(), province
    if chosen == PROVINCE_ONLY:
        return in_force(), province
    told = next((unit for unit in found if len(found) == 1 or _key(unit) == chosen), None)
    if told is None:
        raise PlaceUnclear(name=_name(request, end), found=len(found))
    return told.era, told.code


def _unclear(request: HttpRequest, end: str) -> list[Unit] | None:
    """Return the places that a name fits if it is not one alone; none at all is an empty list, nothing to ask is None."""
    found = _found(request, end)
    return None if not _name(request, end) or len(found) == 1 else found


def _found(request: HttpRequest, end: str) -> list[Unit]:
    return places.units_named(_name(request, end), province=(in_force(), request.POST.get(end, "")), limit=CHOICES)


def _name(request: HttpRequest, end: str) -> str:
    return request.POST.get(f"{end}_in", "")[:LONGEST_NAME].strip()


def _key(unit: Unit) -> str:
    return f"{unit.era.value}-{unit.code}"


@public("the bearer's own screen: what it shows, it holds itself, behind the address's #")
@never_cache
@require_GET
def code(request: HttpRequest) -> HttpResponse:
    """Show an empty frame, which a script fills with the declaration that this browser holds."""
    return _code_page(request, "")


def _code_page(request: HttpRequest, text: str) -> HttpResponse:
    return render(request, "checkpoint/code.html", {"text": text, **_drawn(text, turning=False)})


@public("draws the code of this half minute for a declaration that the caller already holds")
@never_cache
@require_POST
def picture(request: HttpRequest) -> HttpResponse:
    """Draw a declaration's code as it turns."""
    text = request.POST.get("text", "")[: MOST_LETTERS + 1]
    drawn = _drawn(text, turning=True)
    if drawn["declared"] is None:
        raise Http404
    return render(request, "checkpoint/_code.html", drawn)


def _drawn(text: str, *, turning: bool) -> dict[str, Any]:
    declared = actions.declared(text) if text else None
    drawn = actions.turning(text, real_now=datetime.now(tz=UTC)) if turning and declared else text
    label = t("Mã QR của tờ khai", "The declaration's QR code")
    return {
        "declared": declared,
        "qr": papers.qr_svg(drawn, label=label) if declared else "",
        "turning": turning,
        "route": pages.route(declared) if declared else "",
        "tie": pages.tie(declared) if declared else "",
    }
