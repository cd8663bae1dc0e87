"""What a tablet is told of its enrollment, and of who may unlock it."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import Agreement, Device, DeviceStatus, EnrollmentReceipt
from tiemchung.faces.devices import bundle
from tiemchung.faces.devices.admitting import EnrollmentAsked
from tiemchung.faces.shared import tabletkeys as signing
from tiemchung.kernel import wire
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing.time import clock

POLL_AFTER_S = 2
"""How often a waiting tablet asks whether the lead has confirmed it. Ours: the lead stands beside it."""


def agreement_of(asked: EnrollmentAsked) -> Agreement | None:
    """Return the key to which secrets are sealed, with its proof, if the tablet named one; raises WireError if it cannot be read."""
    if asked.agreement_key is None:
        return None
    return Agreement(
        public_key=wire.from_base64url(asked.agreement_key), proof=wire.from_base64url(asked.agreement_proof or "")
    )


def enrollment_told(receipt: EnrollmentReceipt) -> dict[str, Any]:
    """Return where an enrollment stands, with the server's word for it once it is complete."""
    told = {
        "device": receipt.device,
        "status": receipt.standing(clock().now()),
        "fingerprint": receipt.fingerprint,
        "name": receipt.name,
        "site": receipt.site,
        "session": receipt.session,
        "enrolled_at": receipt.enrolled_at,
        "expires_at": receipt.expires_at,
        "kinds": None if receipt.kinds is None else list(receipt.kinds),
        "server_key": signing.server_key(),
        "sealing_key": signing.sealing_key(),
    }
    statement = _statement(receipt, told) if told["status"] == DeviceStatus.ENROLLED else None
    return {**told, "statement": statement, "poll_after_s": POLL_AFTER_S}


def _statement(receipt: EnrollmentReceipt, told: dict[str, Any]) -> str:
    """Return what was enrolled, under the key that the lead's QR code named: nobody between says otherwise."""
    agreed = None if receipt.agreement_key is None else wire.to_base64url(receipt.agreement_key)
    content = {
        "format": "tiemchung/enrollment/1",
        **{name: told[name] for name in told if name != "status"},
        "public_key": wire.to_base64url(receipt.public_key),
        "agreement_key": agreed,
        "origin": settings.TIEMCHUNG_PUBLIC_URL,
        "address": receipt.address or None,
        "hubs": bundle.hubs(receipt.site, now=clock().now()),
    }
    return signing.compact(content, typ=signing.ENROLLMENT)


def unlocks_told(device: Device) -> dict[str, Any]:
    """Return who may unlock the device, with the days' secrets sealed to it."""
    now = clock().now()
    today = business_day(now)
    return {
        "server_time": now,
        "day": today,
        "staff": [
            {
                "staff": one.staff,
                "salt": wire.to_base64url(one.salt),
                "iterations": one.iterations,
                "days": [{"day": day, "secret": wire.to_base64url(secret)} for day, secret in one.days],
            }
            for one in access.unlockings(device, today=today)
        ],
    }
