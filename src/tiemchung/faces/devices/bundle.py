"""The site bundle: what a site needs to work for three days without a network, in one signed and versioned piece.

It holds what the rooms know today. Persons are in it by id and by tokens under a random key of this very bundle: who takes a
tablet away can test an identity number against it and learns no number from it.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from tiemchung.domain.access import actions, queries
from tiemchung.domain.access.values import Device
from tiemchung.domain.declarations import queries as declarations
from tiemchung.domain.people import queries as people
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Site, ward_code
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.visits import queries as visits
from tiemchung.faces.devices import signing
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Actor, ActorKind, Reach
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.rowsecurity import reaching

TOKEN_KEY_BYTES = 32


def issue(device: Device, *, now: datetime) -> str:
    """Return the next bundle of the device's site as a compact JWS."""
    with reaching(Reach(sites=frozenset({device.site}))):
        content = _content(device, now=now)
    return signing.compact(content, typ=signing.BUNDLE, deflated=True)


def _content(device: Device, *, now: datetime) -> dict[str, Any]:
    today = business_day(now)
    book = vaccines.rule_book(today)
    return {
        "format": "tiemchung/bundle/1",
        "version": actions.next_bundle_version(device, at=now),
        "issued_at": now,
        "site": _site(device.site),
        "staff": [
            {"id": member.id, "name": member.name, "roles": sorted(member.roles)}
            for member in queries.staff_of_site(device.site)
        ],
        "devices_cut_off": queries.devices_cut_off(device.site),
        "products": list(vaccines.products().values()),
        "rules": book.rules,
        "decisions": book.decisions,
        "rule_book": book.version,
        "forms": declarations.forms_on(today),
        "held_lots": supply.held_lots(device.site),
        "today": _list_of(device, day=today, now=now),
    }


def _list_of(device: Device, *, day: date, now: datetime) -> dict[str, Any]:
    """Return the day's list, with tokens under a key made for this bundle alone: who came, and who is called."""
    key = secrets.token_bytes(TOKEN_KEY_BYTES)
    actor = Actor(id=device.id, kind=ActorKind.DEVICE, reach=Reach(sites=frozenset({device.site})))
    expected = visits.expected_at(device.site, day, token_key=key, purpose=Purpose.CARE, actor=actor, viewed_at=now)
    return {
        "day": day,
        "token_key": wire.to_base64url(key),
        "visits": [
            {
                "visit": visit.visit,
                "person": visit.person,
                "ticket": visit.ticket,
                "stage": visit.stage,
                "tokens": [wire.to_base64url(token) for token in visit.tokens],
            }
            for visit in expected
        ],
        "called": _called_to(device.site, day=day, key=key, actor=actor, now=now),
    }


def _called_to(site: str, *, day: date, key: bytes, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Return who has a place at the site on this day. Wards wrote them down: for them alone their wards are reached."""
    called = scheduling.called_to(site, day, purpose=Purpose.CARE)
    wards = {one.commune for one in called}
    with reaching(Reach(sites=frozenset({site, *map(ward_code, wards)}), communes=frozenset(wards))):
        tokens = people.lookup_tokens(
            [one.person for one in called], key=key, purpose=Purpose.CARE, actor=actor, viewed_at=now, site=site
        )
    return [
        {
            "appointment": one.appointment,
            "session": one.session,
            "person": one.person,
            "starts_at": one.starts_at,
            "reference": one.reference,
            "tokens": [wire.to_base64url(token) for token in tokens.get(one.person, [])],
        }
        for one in called
    ]


def _site(code: str) -> Site | dict[str, str]:
    """Return what is known of the site; of one that no directory has, its code alone."""
    return places.site(code) or {"code": code}
