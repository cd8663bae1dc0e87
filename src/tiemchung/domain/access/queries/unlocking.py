"""What a tablet needs to be unlocked without a network: a secret of each day, sealed to it, for each who may."""

from __future__ import annotations

import hmac
from datetime import date, timedelta
from uuid import UUID

from tiemchung.domain.access import models
from tiemchung.domain.access.queries.service import roster
from tiemchung.domain.access.values import Device, UnlockTold
from tiemchung.kernel import sealed, wire
from tiemchung.plumbing import keys

DAYS_AHEAD = 3
"""For how many days after today secrets are handed out: a site works three days without a network (DESIGN, law 4)."""
PIN_ROUNDS = 600_000
"""Rounds of PBKDF2 over a PIN, as OWASP advises for SHA-256 (Password Storage Cheat Sheet, 2023)."""
SALT_BYTES = 16
_SALT, _DAY = b"tc/pin-salt/1", b"tc/day-secret/1"


def unlockings(device: Device, *, today: date) -> list[UnlockTold]:
    """Return for each who may unlock this tablet their salt and the secrets of today and the days ahead, sealed to it.

    Whoever holds no role at its site any more is absent. A secret is the same each time it is asked for: it is made of the
    tablet, the member and the day, and nothing is stored.
    """
    if device.agreement_key is None:
        return []
    allowed = set(models.Unlocking.objects.filter(device_id=device.id).values_list("staff_id", flat=True))
    to = wire.load_public_key(device.agreement_key)
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1)]
    return [
        UnlockTold(
            staff=staff,
            salt=_made(_SALT, device.id, staff)[:SALT_BYTES],
            iterations=PIN_ROUNDS,
            days=tuple(
                (
                    day,
                    sealed.seal(to, day_secret(device.id, staff, day), sealed.unlock_context(device.id, staff, day)),
                )
                for day in days
            ),
        )
        for staff in sorted(allowed & roster(device.site))
    ]


def day_secret(device: UUID, staff: UUID, day: date) -> bytes:
    """Return the secret of a day for one member of the staff on one tablet, 32 bytes."""
    return _made(_DAY, device, staff, day.isoformat().encode())


def _made(tag: bytes, device: UUID, staff: UUID, rest: bytes = b"") -> bytes:
    return hmac.digest(keys.secret("unlocking"), tag + device.bytes + staff.bytes + rest, "sha256")
