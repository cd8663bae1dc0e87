"""The site bundle: what a site needs to work for three days without a network, in one signed and versioned piece.

It holds what the rooms know today, and of persons as little as a chair needs (`listing`). It is for one device, which seals it
at rest; nothing in it gives anybody a right.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from tiemchung.domain.access import actions, queries
from tiemchung.domain.access.values import Device
from tiemchung.domain.declarations import queries as declarations
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Site
from tiemchung.domain.response import queries as response
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.domain.scheduling.values import CampaignSession, SessionState
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.visits import queries as visits
from tiemchung.domain.visits.values import SessionStanding
from tiemchung.faces.devices.listing import persons_of
from tiemchung.faces.shared import tabletkeys as signing
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing import keys
from tiemchung.plumbing.rowsecurity import reaching

FORMAT = "tiemchung/bundle/2"
DAYS_ALONE = 3
"""How many days a site may work without the center."""


def issue(device: Device, *, now: datetime) -> str:
    """Return the next bundle of the device's site as a compact JWS."""
    return signing.compact(_content(device, now=now), typ=signing.BUNDLE, deflated=True)


def token_key(site: str, version: int) -> bytes:
    """Return the key under which the tokens of one bundle stand: random to whoever has no key of the server's."""
    return hmac.digest(keys.secret("bundle-tokens"), f"{site}\0{version}".encode(), "sha256")


def _content(device: Device, *, now: datetime) -> dict[str, Any]:
    today = business_day(now)
    book = vaccines.rule_book(today)
    with reaching(Reach(sites=frozenset({device.site}))):
        version = actions.next_bundle_version(device, at=now)
        sessions = scheduling.sessions_at([device.site], first=today, last=today)
        standings = visits.standings(device.site, [session.id for session in sessions])
        content = {
            "format": FORMAT,
            "version": version,
            "issued_at": now,
            "device": device.id,
            "site": _site(device.site),
            "communes": _communes(device.site),
            "sessions": [_session(session, standings.get(session.id)) for session in sessions],
            "staff": _staff(device.site),
            "products": list(vaccines.products().values()),
            "rules": book.rules,
            "decisions": book.decisions,
            "rule_book": book.version,
            "forms": declarations.forms_on(today),
            "lots": supply.stock_of(device.site),
            "vials": supply.open_vials(device.site, today),
            "locks_after_s": settings.TIEMCHUNG_TABLET_LOCK_MINUTES * 60,
            "openings": supply.opening_rules(today),
            "fridges_outside": _fridges_outside(device.site),
            "hubs": (named := hubs(device.site, now=now)),
            "hall": _hall(device.site, today=today) if named else [],
            **cut_off(device.site),
        }
    products = {session.id: session.product for session in sessions}
    return {**content, "list": _list_of(device, today, products=products, version=version, now=now)}


def hubs(site: str, *, now: datetime) -> list[dict[str, Any]]:
    """Return where a tablet of the site may leave its batches when the center does not answer, each with its key."""
    return [
        {"device": hub.device, "name": hub.name, "address": hub.address, "key": wire.to_base64url(hub.public_key)}
        for hub in queries.hubs_of(site, now=now)
    ]


def _hall(site: str, *, today: date) -> list[dict[str, Any]]:
    """Return the keys under which the desks of a site tell each other what they wrote, of today and of the days it may work alone.

    Whoever has no key of the server's cannot tell one day's from another's; no hub is given any.
    """
    days = [today + timedelta(days=passed) for passed in range(DAYS_ALONE + 1)]
    secret = keys.secret("hall-notes")
    return [
        {"day": day, "key": wire.to_base64url(hmac.digest(secret, f"{site}\0{day.isoformat()}".encode(), "sha256"))}
        for day in days
    ]


def cut_off(site: str) -> dict[str, Any]:
    """Return what may not be used or trusted at a site as it stands now: lots on hold, devices cut off."""
    return {"held_lots": supply.held_lots(site), "devices_cut_off": queries.devices_cut_off(site)}


def _fridges_outside(site: str) -> list[dict[str, Any]]:
    """Return the site's fridges whose latest reading lies beyond their limits, as the center's board has them."""
    found = response.fridges_outside([site])
    return [{"name": one.facts.reason or one.key, "temp_c": one.facts.temp_c, "at": one.facts.since} for one in found]


def _list_of(device: Device, day: date, *, products: Mapping[UUID, str], version: int, now: datetime) -> dict[str, Any]:
    key = token_key(device.site, version)
    return {
        "day": day,
        "token_key": wire.to_base64url(key),
        "persons": persons_of(device, day=day, products=products, token_key=key, now=now),
    }


def _staff(site: str) -> list[dict[str, Any]]:
    roster = queries.staff_of_site(site)
    passkeys = queries.passkeys_of_many([member.id for member in roster])
    return [
        {
            "id": member.id,
            "name": member.name,
            "roles": sorted(member.roles),
            "credentials": [wire.to_base64url(passkey.credential) for passkey in passkeys.get(member.id, [])],
        }
        for member in roster
    ]


def _session(session: CampaignSession, standing: SessionStanding | None) -> dict[str, Any]:
    state = "planned"
    if session.state is SessionState.CLOSED or (standing and standing.closed_at):
        state = "closed"
    elif standing:
        state = "stopped" if standing.stopped_at else "open"
    return {"id": session.id, "product": session.product, "state": state}


def _communes(site: str) -> list[dict[str, str]]:
    """Return the communes around a site, for somebody on no list: those of its district, or of its province where none is."""
    known = places.site(site)
    if known is None:
        return []
    return [
        {"code": unit.code, "name": unit.display_name}
        for unit in places.children(known.era, known.district_code or known.province_code)
    ]


def _site(code: str) -> Site | dict[str, str]:
    """Return what is known of the site; of one that no directory has, its code alone."""
    return places.site(code) or {"code": code}
