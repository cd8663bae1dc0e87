"""Somebody showed their health book's code: what is on record of them, wherever it was told, and the way on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import Presence
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.values import HistoryDose
from tiemchung.domain.people import queries as people
from tiemchung.domain.places import queries as places
from tiemchung.domain.safety import queries as safety
from tiemchung.domain.safety.values import Warned
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.station.pages import expected as pages
from tiemchung.faces.station.pages.known import Known, told_elsewhere
from tiemchung.faces.station.views import known
from tiemchung.faces.station.views.frame import required_site
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.rowsecurity import opening
from tiemchung.plumbing.time import clock


@staff_only(Power.CHECK_IN)
@require_http_methods(["GET", "POST"])
def receive(request: StaffRequest, grant: UUID) -> HttpResponse:
    """Show who stands there and what is on record, and receive them: for their appointment, if they have one today."""
    site, now = required_site(request.actor), clock().now()
    held = access.presence(grant, site=site, actor=request.actor, purpose=Purpose.CARE)
    if held is None:
        raise Http404
    asking: dict[str, Any] = {"purpose": Purpose.CARE, "actor": request.actor, "viewed_at": now, "site": site}
    with opened_record(request, held.person, site=site):
        shown = people.persons([held.person], **asking).get(held.person)
        called = scheduling.expected_among(people.ids_of(held.person), day=business_day(now), **asking)
    appointment = called[0].appointment if called else None
    session = scheduling.campaign_session(appointment.session, sites=[site]) if appointment else None
    return known.receive(
        request,
        known.Comer(
            person=appointment.person if appointment else held.person,
            shown=shown,
            appointment=appointment,
            campaign_session=appointment.session if appointment else None,
            note=pages.called_note(appointment, session) if appointment and session else "",
            record=_record(request, held, site=site) if request.method == "GET" else (),
            open_minutes=max(1, int((held.ends_at - datetime.now(tz=UTC)).total_seconds() // 60)),
        ),
    )


@contextmanager
def opened_record(request: StaffRequest, person: UUID, *, site: str) -> Iterator[None]:
    """Read the record of somebody who showed their book's code here a moment ago; of anybody else nothing more is read."""
    with opening(access.opened_at(person, site=site, actor=request.actor)):
        yield


@dataclass(frozen=True, kw_only=True)
class SameNumber:
    """Doses and warnings of whoever has the number that was shown on a visit."""

    doses: Sequence[HistoryDose] = ()
    warned: Sequence[Warned] = ()


def same_number_of(request: StaffRequest, visit: UUID, *, site: str) -> SameNumber:
    """Return what the number shown at reception opened for this visit, while it is open: doses, days and warnings."""
    persons = access.numbers_shown_at(visit, site=site, actor=request.actor)
    if not persons:
        return SameNumber()
    asking: dict[str, Any] = {
        "purpose": Purpose.CARE,
        "actor": request.actor,
        "viewed_at": clock().now(),
        "site": site,
    }
    with opening(persons):
        warned = safety.warnings_of(persons, **asking)
    lines = immunization.told_anywhere(persons, **asking)
    return SameNumber(doses=[dose for line in lines.values() for dose in line], warned=warned)


def _record(request: StaffRequest, held: Presence, *, site: str) -> tuple[Known, ...]:
    """Return what reception needs: doses and warnings. Whoever screens reads the rest."""
    asking: dict[str, Any] = {
        "purpose": Purpose.CARE,
        "actor": request.actor,
        "viewed_at": clock().now(),
        "site": site,
    }
    with opened_record(request, held.person, site=site):
        doses = immunization.told_anywhere([held.person], **asking)[held.person]
        warned = safety.warnings_of(sorted(people.ids_of(held.person)), **asking)
    known = places.site(site)
    here = immunization.given_at(site, doses)
    return tuple(told_elsewhere(doses, warned, here=here, site=known.name if known else site))
