"""What every page of the station needs: the site it is at, its frame, and what a form sent, read with distrust."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from tiemchung.domain.places import queries as places
from tiemchung.faces.shared.doors import StaffRequest
from tiemchung.faces.station.pages import chair
from tiemchung.kernel.actor import Actor, Power
from tiemchung.plumbing.time import clock

RECORDED = "recorded"
"""Under which key the session carries, to the next page only, what has just been recorded."""
CODE_LENGTH = 60
"""Letters of a lot or a vial's label that a form takes. Ours; a GS1 lot has twenty."""
NOTE_LENGTH = 500
"""Letters of a reason or a note that a form takes."""


def page(request: StaffRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Show a page with what every page of the station says: who is signed in, and at which site."""
    site = site_of(request.actor)
    known = places.site(site) if site else None
    frame = {
        "actor": request.actor,
        "site_name": known.name if known else site or "",
        "may_lead": request.actor.can(Power.ATTEST) or request.actor.can(Power.ENROLL_DEVICE),
        "may_record": request.actor.can(Power.RECORD_DOSE),
        "now": clock().now(),
        "arms": chair.ARMS,
        "finding_words": chair.finding_words,
    }
    return render(request, template, {**frame, **context}, status=status)


def site_of(actor: Actor) -> str | None:
    """Return the one site at which the actor works now; None for whoever has to choose."""
    return next(iter(actor.reach.sites)) if len(actor.reach.sites) == 1 else None


def required_site(actor: Actor) -> str:
    """Return the one site at which the actor works now; who has to choose first finds nothing here."""
    site = site_of(actor)
    if site is None:
        raise Http404
    return site


def uuid_in(text: str | None) -> UUID | None:
    """Return the id that a form sent, None if it sent none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def day_in(text: str | None) -> date | None:
    """Return the day that a form or an address names, None if it names none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def words_in(text: str | None, *, longest: int) -> str:
    """Return what somebody typed as one line: no control characters, no more than so many letters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())[:longest]
