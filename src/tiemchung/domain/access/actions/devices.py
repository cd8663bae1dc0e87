"""What is done about devices: codes that enroll one, the lead's comparison of digits, cutting off, and last words."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare

from tiemchung.domain.access import models
from tiemchung.domain.access.errors import (
    DeviceNotWaiting,
    DeviceUnknown,
    EnrollmentRefused,
    FingerprintDiffers,
    PublicKeyUnreadable,
    ReasonMissing,
)
from tiemchung.domain.access.events import DeviceEnrolled, DeviceRevoked
from tiemchung.domain.access.policy import may_enroll_devices
from tiemchung.domain.access.queries import service as queries
from tiemchung.domain.access.values import (
    BY_CODE,
    WAITING_TERM,
    Agreement,
    Device,
    DeviceKind,
    DeviceStatus,
    EnrollmentReceipt,
    EnrollmentTerms,
)
from tiemchung.domain.journal import actions as journal
from tiemchung.kernel import sealed, wire
from tiemchung.kernel.actor import SYSTEM, Actor, Reach
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database, rowsecurity

DEVICE_TERM = timedelta(days=180)
"""How long an enrollment holds at most. Ours: a campaign outlasts it seldom, a lost tablet always."""
ENROLLMENT_TERM = timedelta(hours=24)
"""How long a code opened by a lead can be used. Ours: it is opened at the site on the day the tablet is there."""
_ADDRESS = re.compile(r"https://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::[1-9][0-9]{0,4})?")
CODE_BYTES = 15
"""Random bytes of an enrollment code: 120 bits, so that nobody guesses one however often they try."""


def open_enrollment(
    *,
    site: str,
    name: str,
    actor: Actor,
    now: datetime,
    kinds: Sequence[str] | None = None,
    term: timedelta = ENROLLMENT_TERM,
    terms: EnrollmentTerms | None = None,
) -> str:
    """Return a new one-time code for a tablet of this site. Only its digest is kept: a lost code is lost.

    `term` is how long the code can be used, `terms` what the enrollment it makes is for and how long that one holds.
    """
    if not may_enroll_devices(actor, site=site):
        raise NotPermitted(site=site)
    terms = terms or EnrollmentTerms()
    code = wire.to_base64url(secrets.token_bytes(CODE_BYTES))
    models.Enrollment.objects.create(
        code_sha256=code_digest(code),
        site=site,
        name=name,
        device_kind=terms.device,
        kinds=None if kinds is None else sorted(kinds),
        session=terms.session,
        device_days=terms.days,
        opened_by=actor.id,
        expires_at=now + term,
    )
    return code


@transaction.atomic
def enroll(
    code: str,
    *,
    public_key: bytes,
    name: str,
    now: datetime,
    agreement: Agreement | None = None,
    address: str = "",
) -> EnrollmentReceipt:
    """Spend a code on the device with this key (a raw P-256 point) and return where it stands.

    A key vouched for when the code was made is enrolled at once; any other waits until a lead has compared
    fingerprints. Told again by the same keys, the code answers the same. Any other use is refused without a reason.
    A hub, and nobody else, tells the `address` under which its hall finds it.
    """
    agreement_key = _checked(public_key, agreement)
    enrollment = models.Enrollment.objects.select_for_update(of=("self",)).filter(code_sha256=code_digest(code)).first()
    if enrollment is None:
        raise EnrollmentRefused
    if enrollment.device is not None:
        known = _receipt(enrollment.device)
        if (known.public_key, known.agreement_key) != (public_key, agreement_key):
            raise EnrollmentRefused
        return known
    vouched = enrollment.vouched_key_sha256
    if now >= enrollment.expires_at or (vouched and bytes(vouched) != hashlib.sha256(public_key).digest()):
        raise EnrollmentRefused
    if models.Device.objects.filter(public_key=public_key).exists():
        raise EnrollmentRefused
    is_hub = enrollment.device_kind == DeviceKind.HUB
    if is_hub != bool(address) or (is_hub and not is_address(address)):
        raise EnrollmentRefused
    days = enrollment.device_days
    device = models.Device.objects.create(
        id=uuid7(),
        kind=DeviceKind(enrollment.device_kind),
        address=address,
        name=name.strip() or enrollment.name,
        site=enrollment.site,
        public_key=public_key,
        agreement_key=agreement_key,
        kinds=enrollment.kinds,
        session=enrollment.session,
        status=DeviceStatus.ENROLLED if vouched else DeviceStatus.WAITING,
        enrolled_at=now,
        expires_at=now + (DEVICE_TERM if days is None else timedelta(days=days)),
    )
    enrollment.device, enrollment.used_at = device, now
    enrollment.save(update_fields=["device", "used_at"])
    if vouched:
        _tell(
            [DeviceEnrolled(id=uuid7(), at=now, device=device.id, vouched=True)], actor=SYSTEM, at=now, site=device.site
        )
    return _receipt(device)


def enrollment_of(device: UUID) -> EnrollmentReceipt:
    """Return where the enrollment of a tablet or hub stands; the id is known to who enrolled it and to its site."""
    found = models.Device.objects.filter(id=device, kind__in=BY_CODE).first()
    if found is None:
        raise DeviceUnknown(device=device)
    return _receipt(found)


@transaction.atomic
def confirm(device: UUID, *, fingerprint: str, actor: Actor, now: datetime) -> None:
    """Enroll a waiting device whose screen shows these six digits, as its site's lead read them there.

    Who has waited too long enrolls anew: a code that was left lying about makes no tablet next week.
    """
    waiting = _locked(device, actor=actor)
    if waiting.status != DeviceStatus.WAITING or now >= waiting.enrolled_at + WAITING_TERM:
        raise DeviceNotWaiting(device=device, status=waiting.status)
    told = "".join(character for character in fingerprint if character.isdecimal())
    if not constant_time_compare(told, wire.fingerprint(bytes(waiting.public_key))):
        raise FingerprintDiffers(device=device)
    waiting.status, waiting.confirmed_by = DeviceStatus.ENROLLED, actor.id
    waiting.save(update_fields=["status", "confirmed_by"])
    enrolled = DeviceEnrolled(id=uuid7(), at=now, device=device, vouched=False)
    _tell([enrolled], actor=actor, at=now, site=waiting.site)


@transaction.atomic
def revoke(device: UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """Cut a device off for good. Told again, nothing changes and the first reason stands."""
    if not reason.strip():
        raise ReasonMissing(device=device)
    found = _locked(device, actor=actor)
    if found.status == DeviceStatus.REVOKED:
        return
    found.status = DeviceStatus.REVOKED
    found.cut_off_at, found.cut_off_by, found.cut_off_reason = now, actor.id, reason.strip()
    found.save(update_fields=["status", "cut_off_at", "cut_off_by", "cut_off_reason"])
    revoked = DeviceRevoked(id=uuid7(), at=now, device=device, reason=found.cut_off_reason)
    _tell([revoked], actor=actor, at=now, site=found.site)


def stop_forked(device: UUID, *, now: datetime) -> None:
    """Stop listening to a device that signed two entries under one sequence, until it is enrolled again."""
    models.Device.objects.filter(id=device, status=DeviceStatus.ENROLLED).update(
        status=DeviceStatus.FORK, cut_off_at=now
    )


YEARS_TOLD = range(2000, 2201)
"""The years that a device's instant may name: PostgreSQL keeps instants that Python cannot read back."""


def keep_word(
    device: Device,
    *,
    at: datetime,
    pending: int,
    oldest_pending_at: datetime | None,
    bundle_version: int | None,
    erased_at: datetime | None = None,
) -> None:
    """Keep a device's heartbeat as its last word; an earlier instant than the one known changes nothing.

    `erased_at` is when it last deleted its data key, after five wrong PINs; once told, it stands. An instant of another
    age is none: that it was told counts, and stands at this one.
    """
    if erased_at is not None and erased_at.year not in YEARS_TOLD:
        erased_at = at
    if oldest_pending_at is not None and oldest_pending_at.year not in YEARS_TOLD:
        oldest_pending_at = None
    database.run(
        """insert into access_deviceword (device, site, at, pending, oldest_pending_at, bundle_version, erased_at)
           values (%s, %s, %s, %s, %s, %s, %s)
           on conflict (device) do update set site = excluded.site, at = excluded.at, pending = excluded.pending,
             oldest_pending_at = excluded.oldest_pending_at,
             bundle_version = coalesce(excluded.bundle_version, access_deviceword.bundle_version),
             erased_at = coalesce(excluded.erased_at, access_deviceword.erased_at)
           where access_deviceword.at <= excluded.at""",
        (device.id, device.site, at, pending, oldest_pending_at, bundle_version, erased_at),
    )


def hear(device: UUID, *, at: datetime) -> Device | None:
    """Return a device as it stands now, and take the batch it sent for its word while it is enrolled; None for a stranger.

    What the device last said it still holds stands until it says otherwise.
    """
    row = database.row(
        """with d as (select kind, site, public_key, kinds, status, expires_at, agreement_key
                      from access_device where id = %s),
           w as (insert into access_deviceword (device, site, at, pending) select %s, d.site, %s, 0 from d
                 where d.status = %s on conflict (device) do update set site = excluded.site, at = excluded.at
                 where access_deviceword.at <= excluded.at)
           select * from d""",
        (device, device, at, DeviceStatus.ENROLLED.value),
    )
    return None if row is None else queries.device_of_row(device, row)


def next_bundle_version(device: Device, *, at: datetime) -> int:
    """Return a version for a new bundle of the device's site, higher than every one before, and note that it took one."""
    row = database.row(
        """insert into access_bundleissue (site, version) values (%s, 1)
           on conflict (site) do update set version = access_bundleissue.version + 1 returning version""",
        (device.site,),
    )
    assert row is not None  # noqa: S101 - an upsert with `returning` gives one row
    version: int = row[0]
    database.run(
        "update access_deviceword set bundle_version = %s, bundle_at = %s where device = %s", (version, at, device.id)
    )
    return version


def is_address(told: str) -> bool:
    """Tell whether a hub may answer there: https, under the domain to whose names the app may speak."""
    named = _ADDRESS.fullmatch(told)
    domain = settings.TIEMCHUNG_HUB_DOMAIN
    return bool(domain) and named is not None and named[1].endswith(f".{domain}")


def code_digest(code: str) -> bytes:
    """Return what is kept of a code: whoever reads the table cannot use it."""
    return hashlib.sha256(code.encode()).digest()


def _tell(events: Sequence[Event], *, actor: Actor, at: datetime, site: str) -> None:
    """Append facts of this room at their site, which a device that enrolls does not reach by itself."""
    with rowsecurity.reaching(Reach(sites=frozenset({site}))):
        journal.append(events, actor=actor, recorded_at=at, site=site)


def _checked(public_key: bytes, agreement: Agreement | None) -> bytes | None:
    """Return the key to which secrets are sealed, once its device's key has signed it; None from who brings none."""
    try:
        device_key = wire.load_public_key(public_key)
        if agreement is None:
            return None
        wire.load_public_key(agreement.public_key)
    except wire.WireError as error:
        raise PublicKeyUnreadable from error
    if not wire.verify(device_key, sealed.agreement_message(agreement.public_key), agreement.proof):
        raise EnrollmentRefused
    return agreement.public_key


def _receipt(device: models.Device) -> EnrollmentReceipt:
    return EnrollmentReceipt(
        device=device.id,
        kind=DeviceKind(device.kind),
        address=device.address,
        status=DeviceStatus(device.status),
        fingerprint=wire.fingerprint(bytes(device.public_key)),
        name=device.name,
        site=device.site,
        session=device.session,
        kinds=None if device.kinds is None else tuple(device.kinds),
        public_key=bytes(device.public_key),
        agreement_key=None if device.agreement_key is None else bytes(device.agreement_key),
        enrolled_at=device.enrolled_at,
        expires_at=device.expires_at,
    )


def _locked(device: UUID, *, actor: Actor) -> models.Device:
    found = models.Device.objects.select_for_update().filter(id=device, kind__in=BY_CODE).first()
    if found is None or not may_enroll_devices(actor, site=found.site):
        raise DeviceUnknown(device=device)
    return found
