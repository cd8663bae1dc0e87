"""What every page of the station needs: the site it is at, its frame, and what a form sent, read with distrust."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from tiemchung.domain.places import queries as places
from tiemchung.domain.visits.values import VisitListed
from tiemchung.faces.shared.doors import StaffRequest
from tiemchung.faces.shared.words import said
from tiemchung.faces.station.pages import chair
from tiemchung.kernel.actor import Actor, Power
from tiemchung.plumbing.time import clock

RECORDED = "recorded"
"""Under which key the session carries, to the next page only, what has just been recorded."""
SAID = "said"
"""Under which key the session carries a sentence about what was recorded at any other desk."""
CODE_LENGTH = 60
"""Letters of a lot or a vial's label that a form takes. Ours; a GS1 lot has twenty."""
NOTE_LENGTH = 500
"""Letters of a reason or a note that a form takes."""


def page(request: StaffRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Show a page with what every page of the station says."""
    return render(request, template, {**frame_of(request), **context}, status=status)


def frame_of(request: StaffRequest) -> dict[str, Any]:
    """Return what every page of the station says: who is signed in, at which site, and what they may do there."""
    site = site_of(request.actor)
    known = places.site(site) if site else None
    return {
        "actor": request.actor,
        "site_name": known.name if known else site or "",
        "may_lead": request.actor.can(Power.ATTEST) or request.actor.can(Power.ENROLL_DEVICE),
        "may_record": request.actor.can(Power.RECORD_DOSE),
        "may_stop": bool(request.actor.powers & {Power.CHECK_IN, Power.SCREEN, Power.RECORD_DOSE}),
        "may_mend": request.actor.can(Power.RECORD_DOSE) or request.actor.can(Power.ATTEST),
        "may_check_in": request.actor.can(Power.CHECK_IN),
        "may_observe": request.actor.can(Power.OBSERVE),
        "may_unlock": site is not None and not request.actor.can(Power.ENROLL_DEVICE),
        "now": clock().now(),
        "arms": chair.ARMS,
        "finding_words": chair.finding_words,
    }


def site_of(actor: Actor) -> str | None:
    """Return the one site at which the actor works now; None for whoever has to choose."""
    return next(iter(actor.reach.sites)) if len(actor.reach.sites) == 1 else None


def required_site(actor: Actor) -> str:
    """Return the one site at which the actor works now; who has to choose first finds nothing here."""
    site = site_of(actor)
    if site is None:
        raise Http404
    return site


def person_line(listed: VisitListed, day: date, *, identifier: str = "") -> str:
    """Say birth, age, sex and the last digits of a number in one line."""
    sex = [said(chair.SEXES[listed.sex])] if listed.sex in chair.SEXES else []
    return " · ".join([chair.age_on(listed.born, day), *sex, *([identifier] if identifier else [])])


def say_next(
    request: StaffRequest,
    sentence: str,
    *,
    findings: Sequence[str] = (),
    href: str = "",
    link: str = "",
    register: str = "",
) -> None:
    """Let the next page say what was recorded, and ask the register about a visit's person. No name goes into the session."""
    told = {"sentence": sentence, "findings": list(findings), "href": href, "link": link, "register": register}
    request.session[SAID] = told
