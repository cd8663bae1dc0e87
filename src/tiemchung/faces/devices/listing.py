"""Today's list as a tablet takes it along: who came and who is called, with as little of each as a chair needs offline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tiemchung.domain.access.values import Device
from tiemchung.domain.declarations import queries as declarations
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.values import Prospect
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import PersonShort
from tiemchung.domain.places.values import ward_code
from tiemchung.domain.safety import queries as safety
from tiemchung.domain.safety.values import Warned
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.domain.scheduling.values import CalledTo
from tiemchung.domain.visits import queries as visits
from tiemchung.domain.visits.values import VisitOnList
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Actor, ActorKind, Reach
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.rowsecurity import OPENED_AT_ONCE, opened, opening, reaching

AT_ONCE = 1_000
"""Persons of one transaction: a list of thousands takes longer than one may live."""


@dataclass(frozen=True, kw_only=True)
class _OnList:
    """Somebody on the list: who has come, or is called, with the product that is meant for them."""

    person: UUID
    product: str | None
    visit: VisitOnList | None
    called: CalledTo | None


@dataclass(kw_only=True)
class _Known:
    """What the rooms know of a part of the list."""

    short: Mapping[UUID, PersonShort]
    prospects: Mapping[UUID, Prospect]
    warned: Mapping[UUID, list[Warned]]
    conditions: Mapping[UUID, list[str]]
    same: Mapping[UUID, frozenset[UUID]]


def persons_of(
    device: Device, *, day: date, products: Mapping[UUID, str], token_key: bytes, now: datetime
) -> list[dict[str, Any]]:
    """Return the list of a day at the device's site; `products` are those of its campaign sessions. The views are logged.

    Tokens are under a key of this bundle alone: who takes a tablet away can test a number against it and learns none from it.
    """
    actor = Actor(id=device.id, kind=ActorKind.DEVICE, reach=Reach(sites=frozenset({device.site})))
    with reaching(actor.reach):
        comers = visits.on_list(device.site, day, purpose=Purpose.CARE)
        called = scheduling.called_to(device.site, day, purpose=Purpose.CARE)
    listed = list(_listed(comers, called, products))
    told = []
    for start in range(0, len(listed), AT_ONCE):
        part = listed[start : start + AT_ONCE]
        known = _known(part, day=day, token_key=token_key, actor=actor, site=device.site, now=now)
        told += [_told(one, known) for one in part]
    return told


def _listed(
    comers: Sequence[VisitOnList], called: Sequence[CalledTo], products: Mapping[UUID, str]
) -> Iterator[_OnList]:
    only = next(iter(products.values())) if len(set(products.values())) == 1 else None
    fulfilled = {visit.appointment for visit in comers}
    for visit in comers:
        product = products.get(visit.campaign_session, only) if visit.campaign_session else only
        yield _OnList(person=visit.person, product=product, visit=visit, called=None)
    for one in called:
        if one.appointment not in fulfilled:
            yield _OnList(person=one.person, product=one.product, visit=None, called=one)


def _known(part: Sequence[_OnList], *, day: date, token_key: bytes, actor: Actor, site: str, now: datetime) -> _Known:
    """Ask each room once for a part of the list. Who is called was written down by a ward: its reach is opened for them."""
    persons = list(dict.fromkeys(one.person for one in part))
    wards = {one.called.commune for one in part if one.called}
    warned: dict[UUID, list[Warned]] = {}
    conditions: dict[UUID, list[str]] = {}
    with reaching(Reach(sites=frozenset({site, *map(ward_code, wards)}), communes=frozenset(wards))):
        short = opened(
            persons,
            lambda wanted: people.short_of(
                wanted, token_key=token_key, purpose=Purpose.CARE, actor=actor, viewed_at=now, site=site
            ),
        )
        for start in range(0, len(persons), OPENED_AT_ONCE):
            few = persons[start : start + OPENED_AT_ONCE]
            with opening(few):
                warned |= safety.warned_persons(few, purpose=Purpose.CARE)
                conditions |= declarations.conditions_of(few, purpose=Purpose.CARE)
        prospects = immunization.prospects(
            {one.person: one.product for one in part}, on=day, site=site, purpose=Purpose.CARE
        )
        same = people.ids_of_many(persons)
    return _Known(short=short, prospects=prospects, warned=warned, conditions=conditions, same=same)


def _told(one: _OnList, known: _Known) -> dict[str, Any]:
    short, prospect = known.short.get(one.person), known.prospects[one.person]
    visit, called = one.visit, one.called
    return {
        "person": one.person,
        "visit": visit.visit if visit else None,
        "ticket": visit.ticket if visit else None,
        "stage": visit.stage if visit else None,
        "appointment": called.appointment if called else visit.appointment if visit else None,
        "session": called.session if called else visit.campaign_session if visit else None,
        "starts_at": called.starts_at if called else None,
        "reference": called.reference if called else None,
        "product": one.product,
        "name": short.name if short else "",
        "born": str(short.born_year or "") if short else "",
        "sex": short.sex if short else "unknown",
        "last4": [{"kind": number.kind, "end": number.value} for number in short.last_four] if short else [],
        "tokens": [wire.to_base64url(token) for token in short.tokens] if short else [],
        "doses": [
            {"product": dose.product, "given_on": dose.given_on, "number": dose.dose_number} for dose in prospect.doses
        ],
        "eligible": None if prospect.reasons is None else not prospect.reasons,
        "reasons": prospect.reasons or [],
        "from_on": prospect.from_on,
        "warnings": [
            {"severity": reaction.severity, "on": business_day(reaction.onset)}
            for reaction in known.warned.get(one.person, [])
        ],
        "conditions": known.conditions.get(one.person, []),
        "same_as": sorted(known.same[one.person] - {one.person}),
    }
