"""What every page of the workbench needs: the wards its officer plans for, and what a form or an address told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import PlaceLevel
from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.campaigns.values import Campaign
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Site, Unit
from tiemchung.faces.shared.divisions import names_apart
from tiemchung.faces.shared.doors import POST_KEY, StaffRequest
from tiemchung.faces.shared.numbers import moment_in
from tiemchung.faces.shared.refusals import sentence, status_of
from tiemchung.faces.shared.sites import open_to_people
from tiemchung.faces.shared.vouching import vouching_place
from tiemchung.kernel.actor import Power
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

SAID = "workbench-said"
"""Under which key the session carries, to the next page only, what was done."""


class Office(NamedTuple):
    """Where somebody plans: the wards of their post in its own era, the one that is looked at, and its campaign."""

    wards: list[Unit]
    ward: Unit | None
    campaign: Campaign | None

    @property
    def codes(self) -> list[str]:
        """Return the wards that the page is about: the chosen one, or all."""
        return [self.ward.code] if self.ward else [ward.code for ward in self.wards]

    @property
    def ward_names(self) -> list[tuple[str, str]]:
        """Return the wards to choose from by code and name, told apart where they lie in several districts."""
        return names_apart(self.wards)


def place_told(told: Any) -> campaigns.Place | None:
    """Return the place in line behind which to look on, as an address or a form tells it; None where it tells none."""
    registration = uuid_or_none(told.get("sau"))
    at = moment_in(told.get("sau-luc"))
    if registration is None or at is None:
        return None
    return campaigns.Place(told.get("sau-nhom", ""), at, registration)


def telling(place: campaigns.Place | None) -> dict[str, str]:
    """Return the fields with which an address or a form tells a place in line; none of no place."""
    if place is None:
        return {}
    return {
        "sau-nhom": place.target_group,
        "sau-luc": place.registered_at.isoformat(),
        "sau": str(place.registration),
    }


def office_of(request: StaffRequest) -> Office:
    """Return where this officer plans now. A ward of an address that is not theirs is not there."""
    wards = _wards(request)
    asked = request.POST.get("phuong") or request.GET.get("phuong", "")
    ward = next((ward for ward in wards if ward.code == asked), None)
    if asked and ward is None:
        raise Http404
    if ward is None and len(wards) == 1:
        ward = wards[0]
    return Office(wards, ward, next(iter(campaigns.campaigns()), None))


def _wards(request: StaffRequest) -> list[Unit]:
    posts = access.posts_of(request.actor.id) if request.actor.id else []
    chosen = request.session.get(POST_KEY)
    post = next((held for held in posts if chosen in (None, held.key)), None)
    if post is None or post.level not in (PlaceLevel.COMMUNE, PlaceLevel.DISTRICT, PlaceLevel.PROVINCE):
        return []
    return places.communes_below(post.era, post.place)


def sites_of(request: StaffRequest) -> list[Site]:
    """Return the sites at which this officer plans, by name."""
    return sorted(open_to_people(places.sites_of(request.actor.reach.sites).values()), key=lambda site: site.name)


def page(
    request: StaffRequest, template: str, context: dict[str, Any], *, here: str, status: int = 200
) -> HttpResponse:
    """Show a page with what every page of the workbench says."""
    frame = {
        "here": here,
        "actor": request.actor,
        "now": clock().now(),
        "said_before": request.session.pop(SAID, None),
        "may_plan": request.actor.can(Power.PLAN),
        "may_vouch": vouching_place(request.actor) is not None,
        "may_follow_up": request.actor.can(Power.FOLLOW_UP),
        "may_mend": request.actor.can(Power.MEND),
        "wrong": None,
    }
    return render(request, template, {**frame, **context}, status=status)


def refused(refusal: Refusal) -> tuple[str, int]:
    """Return the sentence of a refusal and its status."""
    return sentence(refusal), status_of(refusal)


def say_next(request: StaffRequest, text: str) -> None:
    """Let the next page say what was done. No name goes into the session."""
    request.session[SAID] = text


def uuids(told: Sequence[str]) -> list[UUID]:
    """Return the ids that a form told; what is none is left out."""
    return [found for found in map(uuid_or_none, told) if found]


def uuid_or_none(text: str | None) -> UUID | None:
    """Return an id, None if the text is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def day_or_none(text: str | None) -> date | None:
    """Return a day, None if the text is none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
