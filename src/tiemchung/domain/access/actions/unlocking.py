"""Who may unlock a tablet: said once with a network, by a passkey of their own or by digits that the site's lead gives them.

All times here are real ones: codes and tries are about people at a screen, whatever day a replay plays.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tiemchung.domain.access import models
from tiemchung.domain.access.actions.asking import count_up, take_back, tries_end
from tiemchung.domain.access.actions.service import verify_assertion
from tiemchung.domain.access.errors import (
    AgreementMissing,
    StaffUnknown,
    UnlockRefused,
    UnlockTriesSpent,
    UnlockTriesSpentAtSite,
)
from tiemchung.domain.access.policy import may_hand_unlock_code
from tiemchung.domain.access.queries import service as queries
from tiemchung.domain.access.values import Assertion, Device
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database, sealing

UNLOCK_DIGITS = 8
UNLOCK_CODE_TERM = timedelta(minutes=15)
"""How long the digits can be used. Ours: whoever got them stands before the tablet."""
TRIES_ON_DEVICE, TRIES_AT_SITE = 5, 20
"""Wrong digits a day. Ours: with eight digits that leaves one guess in five million."""


def open_unlock_code(staff: UUID, *, site: str, actor: Actor) -> str:
    """Return eight digits by which this member of the site's staff may unlock one tablet there. Only a hash is kept.

    For the site's lead, and for the member themselves. Refuses who is neither, and whoever holds no role at the site.
    """
    if actor.id is None or not may_hand_unlock_code(actor, staff=staff, site=site):
        raise NotPermitted(site=site)
    if staff not in queries.roster(site):
        raise StaffUnknown(staff=staff)
    digits = f"{secrets.randbelow(10**UNLOCK_DIGITS):0{UNLOCK_DIGITS}}"
    models.UnlockCode.objects.create(
        code_hash=_hash(site, staff, digits),
        opened_by=actor.id,
        expires_at=datetime.now(tz=UTC) + UNLOCK_CODE_TERM,
    )
    return digits


def unlock_by_code(device: Device, staff: UUID, digits: str, *, now: datetime) -> None:
    """Let a member of the staff unlock this tablet from now on, for digits that were given to them for its site.

    Refuses without a reason what is unknown, used, over, another's or another site's. Wrong digits count before they are
    looked at, so that many at once are no more tries. What one tablet may not try counts for nobody else at the site.
    """
    _check(device, staff)
    on_device, at_site = ("unlock", str(device.id)), ("unlock-site", device.site)
    if count_up(*on_device) > TRIES_ON_DEVICE:
        raise UnlockTriesSpent(until=tries_end())
    if count_up(*at_site) > TRIES_AT_SITE:
        raise UnlockTriesSpentAtSite(until=tries_end())
    row = database.row(
        "update access_unlockcode set used_at = now() where code_hash = %s and used_at is null and expires_at > now() "
        "returning opened_by",
        (_hash(device.site, staff, "".join(filter(str.isdecimal, digits))),),
    )
    if row is None:
        raise UnlockRefused
    take_back(*on_device)
    take_back(*at_site)
    _keep(device, staff, vouched_by=row[0], now=now)


def unlock_by_passkey(device: Device, staff: UUID, proof: Assertion, *, nonce: str, now: datetime) -> None:
    """Let a member of the staff unlock this tablet from now on, for a passkey's word over tablet, member and this nonce."""
    _check(device, staff)
    if not verify_assertion(staff, wire.unlock_challenge(device.id, staff, nonce=nonce), proof):
        raise UnlockRefused
    _keep(device, staff, vouched_by=None, now=now)


def _check(device: Device, staff: UUID) -> None:
    if device.agreement_key is None:
        raise AgreementMissing(device=device.id)
    if staff not in queries.roster(device.site):
        raise UnlockRefused


def _keep(device: Device, staff: UUID, *, vouched_by: UUID | None, now: datetime) -> None:
    models.Unlocking.objects.update_or_create(
        device_id=device.id, staff_id=staff, defaults={"since": now, "vouched_by": vouched_by}
    )


def _hash(site: str, staff: UUID, digits: str) -> bytes:
    return sealing.lookup_hash("unlock-code", f"{site}\0{staff}\0{digits}")
