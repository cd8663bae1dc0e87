"""One site: how it stands, what is wrong there now, what was told of it in the last day, and the links up from it."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tiemchung.domain.figures import queries as figures
from tiemchung.domain.figures.values import Level
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era, Site
from tiemchung.domain.response import policy
from tiemchung.domain.response import queries as response
from tiemchung.domain.response.values import AlertKind
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.center import sayings
from tiemchung.faces.center.areas import CASES_SHOWN, address_of, shape_of, trail
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing.time import clock


@staff_only(Power.SEE_BOARD)
@require_safe
def show(request: StaffRequest, site: str) -> HttpResponse:
    """Show a site within reach; any other is not found."""
    actor, now = request.actor, clock().now()
    found = places.site(site)
    if found is None or not policy.may_see(actor, site):
        raise Http404
    today = business_day(now)
    sites = {site: found}
    doses = figures.doses_on(Level.SITE, {site}, days=(today, today - timedelta(days=1)))[site]
    standing = response.site_standing(site, actor=actor)
    cases = [case for case in response.cases(since=now - CASES_SHOWN, actor=actor) if case.site == site]
    alerts = [alert for alert in response.alerts(tuple(AlertKind), actor=actor) if alert.site == site]
    incidents = [incident for incident in response.incidents_open(actor=actor) if incident.site == site]
    page = {
        "here": "areas",
        "now": now,
        "open_count": response.open_count(actor=actor),
        "site": found,
        "trail": _trail(found),
        "standing": standing,
        "shape": shape_of(standing.days if standing else None),
        "today": doses[0],
        "yesterday": doses[1],
        "doses_as_of": figures.as_of(),
        "heard_at": response.heard_at(site),
        "alerts": sayings.alert_lines(alerts, now=now, sites=sites),
        "incidents": sayings.incident_lines(incidents, now=now, sites=sites),
        "cases": sayings.case_lines(
            cases,
            now=now,
            sites=sites,
            products={code: product.name_vi for code, product in vaccines.products().items()},
        ),
        "may_respond": policy.may_respond(actor, site),
    }
    return render(request, "center/site.html", page)


def _trail(site: Site) -> list[tuple[str, str]]:
    path = places.unit_path(site.commune_code, site.era) if site.era is Era.Y2021 else []
    return [*trail(path), *([(path[-1].display_name, address_of(path))] if path else [])]
