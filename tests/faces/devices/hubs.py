"""A site's hub as the center meets it, and tablets' sealed batches for it to carry."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from tests.faces.devices.tablets import SITE, Tablet
from tiemchung.domain.access import actions
from tiemchung.domain.access.values import DeviceKind, EnrollmentTerms
from tiemchung.faces.devices.relays import RELAYED
from tiemchung.kernel import relay, sealed, wire
from tiemchung.kernel.actor import Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7

DOMAIN = "hub.example.vn"
ADDRESS = f"https://hoi-truong.{DOMAIN}:8443"
TAKEN_AT = datetime(2021, 9, 13, 0, 30, 0, 125_000, tzinfo=UTC)
Lines = tuple[wire.Header, list[bytes]]


def lead(site: str = SITE) -> Actor:
    """Return the lead of a site."""
    return Actor(
        id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({Power.ENROLL_DEVICE}), reach=Reach(sites=frozenset({site}))
    )


class Hub(Tablet):
    """A hub: its code says that it is one, and it tells where it answers."""

    def __init__(self, *, now: datetime, site: str = SITE, address: str = ADDRESS) -> None:
        self.address, self.now, self.lead = address, now, lead(site)
        terms = EnrollmentTerms(device=DeviceKind.HUB)
        super().__init__(
            code=actions.open_enrollment(site=site, name="Hội trường", actor=self.lead, now=now, terms=terms)
        )

    def asked(self, **other: Any) -> dict[str, Any]:
        """Return what the hub asks with: one key, for nothing is ever sealed to it, and its address."""
        return {
            "code": self.code,
            "public_key": wire.to_base64url(self.point),
            "name": "Hội trường",
            "address": self.address,
            **other,
        }

    def confirmed(self) -> Hub:
        """Enroll it, with the lead's six digits."""
        told = self.enroll()
        actions.confirm(self.device, fingerprint=told["fingerprint"], actor=self.lead, now=self.now)
        self.told = self.standing()
        return self

    def brings(self, batch: bytes, *, taken_at: datetime = TAKEN_AT) -> Any:
        """Bring a batch to the center."""
        envelope = relay.put_in_envelope(batch, hub=self.device, taken_at=taken_at, private_key=self.key)
        return Client().post("/api/devices/relays", envelope, content_type=RELAYED)


def opened(vials: Sequence[str], tablet: Tablet, *, first: int = 1, previous: bytes | None = None) -> Lines:
    """Return the header and the clear lines of a stretch of a tablet's chain: so many vials opened."""
    lines = [
        json.dumps(
            {
                "kind": "vial-opened",
                "id": str(uuid7()),
                "schema": 1,
                "seq": seq,
                "at": "2021-09-13T00:15:00.000Z",
                "offset_ms": 0,
                "site": SITE,
                "staff": str(uuid7()),
                "lot": "ABX6412",
                "vial": vial,
                "doses": 10,
                "reason": None,
            }
        ).encode()
        for seq, vial in enumerate(vials, first)
    ]
    return cut(lines, tablet, first=first, previous=previous or wire.genesis(tablet.device))


def cut(lines: list[bytes], tablet: Tablet, *, first: int, previous: bytes) -> Lines:
    """Sign a stretch of a tablet's chain."""
    header = wire.sign_batch(lines, device=tablet.device, first=first, previous=previous, private_key=tablet.key)
    return header, lines


def in_third_dress(cut_off: Lines, tablet: Tablet) -> bytes:
    """Return the bytes of a batch whose lines are sealed to the center."""
    header, lines = cut_off
    to = wire.load_public_key(wire.from_base64url(tablet.told["sealing_key"]))
    return wire.frame(
        header,
        [
            wire.to_base64url(sealed.seal_entry(to, line, device=tablet.device, seq=seq)).encode()
            for seq, line in enumerate(lines, header.first)
        ],
    )
