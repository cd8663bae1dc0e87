"""What is done about devices and staff: enroll and cut off, prove requests and assertions, load staff and codes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from tiemchung.domain.access import engine, models
from tiemchung.domain.access.errors import (
    DeviceNotWaiting,
    DeviceUnknown,
    EnrollmentRefused,
    FingerprintDiffers,
    PasswordRefused,
    PublicKeyUnreadable,
    ReasonMissing,
    RequestNotSigned,
    RowRefused,
    StaffUnknown,
)
from tiemchung.domain.access.events import DeviceEnrolled, DeviceRevoked, RoleGranted
from tiemchung.domain.access.policy import may_enroll_devices, may_load
from tiemchung.domain.access.queries import service as queries
from tiemchung.domain.access.values import (
    Assertion,
    Device,
    DeviceKind,
    DeviceStatus,
    EnrollmentReceipt,
    EnrollmentRow,
    Loaded,
    StaffRow,
)
from tiemchung.domain.journal import actions as journal
from tiemchung.kernel import wire
from tiemchung.kernel.actor import SYSTEM, Actor, Reach
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database, rowsecurity

DEVICE_TERM = timedelta(days=180)
"""How long an enrollment holds. Ours: a campaign outlasts it seldom, a lost tablet always."""
ENROLLMENT_TERM = timedelta(hours=24)
"""How long a code opened by a lead can be used. Ours: it is opened at the site on the day the tablet is there."""
CODE_BYTES = 15
"""Random bytes of an enrollment code: 120 bits, so that nobody guesses one however often they try."""
NONCE_TERM = timedelta(minutes=2)
"""How long a nonce may be used, in real time. Ours: a tablet asks for one right before it signs."""
NONCE_BYTES = 16
SIX_DIGITS = 6
RowT = TypeVar("RowT", bound=msgspec.Struct)


# --- devices -----------------------------------------------------------------------------------------------------


def open_enrollment(
    *, site: str, name: str, kinds: Sequence[str] | None, actor: Actor, now: datetime, term: timedelta = ENROLLMENT_TERM
) -> str:
    """Return a new one-time code for a tablet of this site. Only its digest is kept: a lost code is lost."""
    if not may_enroll_devices(actor, site=site):
        raise NotPermitted(site=site)
    code = wire.to_base64url(secrets.token_bytes(CODE_BYTES))
    models.Enrollment.objects.create(
        code_sha256=_digest(code),
        site=site,
        name=name,
        kinds=None if kinds is None else sorted(kinds),
        opened_by=actor.id,
        expires_at=now + term,
    )
    return code


@transaction.atomic
def enroll(code: str, *, public_key: bytes, name: str, now: datetime) -> EnrollmentReceipt:
    """Spend a code on the device with this key (a raw P-256 point) and return where it stands.

    A key vouched for when the code was made is enrolled at once; any other waits until a lead has compared
    fingerprints. Told again by the same key, the code answers the same. Any other use is refused without a reason.
    """
    _check_point(public_key)
    enrollment = models.Enrollment.objects.select_for_update(of=("self",)).filter(code_sha256=_digest(code)).first()
    if enrollment is None:
        raise EnrollmentRefused
    if enrollment.device is not None:
        if bytes(enrollment.device.public_key) != public_key:
            raise EnrollmentRefused
        return _receipt(enrollment.device)
    vouched = enrollment.vouched_key_sha256
    if now >= enrollment.expires_at or (vouched and bytes(vouched) != hashlib.sha256(public_key).digest()):
        raise EnrollmentRefused
    if models.Device.objects.filter(public_key=public_key).exists():
        raise EnrollmentRefused
    device = models.Device.objects.create(
        id=uuid7(),
        kind=DeviceKind.TABLET,
        name=name.strip() or enrollment.name,
        site=enrollment.site,
        public_key=public_key,
        kinds=enrollment.kinds,
        status=DeviceStatus.ENROLLED if vouched else DeviceStatus.WAITING,
        enrolled_at=now,
        expires_at=now + DEVICE_TERM,
    )
    enrollment.device, enrollment.used_at = device, now
    enrollment.save(update_fields=["device", "used_at"])
    if vouched:
        _tell(
            [DeviceEnrolled(id=uuid7(), at=now, device=device.id, vouched=True)], actor=SYSTEM, at=now, site=device.site
        )
    return _receipt(device)


def enrollment_of(device: UUID) -> EnrollmentReceipt:
    """Return where the enrollment of a tablet stands; the id is known to who enrolled it and to its site."""
    found = models.Device.objects.filter(id=device, kind=DeviceKind.TABLET).first()
    if found is None:
        raise DeviceUnknown(device=device)
    return _receipt(found)


@transaction.atomic
def confirm(device: UUID, *, fingerprint: str, actor: Actor, now: datetime) -> None:
    """Enroll a waiting device whose screen shows these six digits, as its site's lead read them there."""
    waiting = _locked(device, actor=actor)
    if waiting.status != DeviceStatus.WAITING:
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


def keep_word(
    device: Device,
    *,
    at: datetime,
    pending: int,
    oldest_pending_at: datetime | None,
    bundle_version: int | None,
) -> None:
    """Keep a device's heartbeat as its last word; an earlier instant than the one known changes nothing."""
    database.run(
        """insert into access_deviceword (device, site, at, pending, oldest_pending_at, bundle_version)
           values (%s, %s, %s, %s, %s, %s)
           on conflict (device) do update set site = excluded.site, at = excluded.at, pending = excluded.pending,
             oldest_pending_at = excluded.oldest_pending_at, bundle_version = excluded.bundle_version
           where access_deviceword.at <= excluded.at""",
        (device.id, device.site, at, pending, oldest_pending_at, bundle_version),
    )


def hear(device: UUID, *, at: datetime) -> Device | None:
    """Return a device as it stands now, and take the batch it sent for its word while it is enrolled; None for a stranger.

    What the device last said it still holds stands until it says otherwise.
    """
    row = database.row(
        """with d as (select kind, site, public_key, kinds, status, expires_at from access_device where id = %s),
           w as (insert into access_deviceword (device, site, at, pending) select %s, d.site, %s, 0 from d
                 where d.status = %s on conflict (device) do update set site = excluded.site, at = excluded.at
                 where access_deviceword.at <= excluded.at)
           select * from d""",
        (device, device, at, DeviceStatus.ENROLLED.value),
    )
    return None if row is None else queries.device_of_row(device, row)


def next_bundle_version(site: str) -> int:
    """Return a version for a new bundle of this site, higher than every one before."""
    row = database.row(
        """insert into access_bundleissue (site, version) values (%s, 1)
           on conflict (site) do update set version = access_bundleissue.version + 1 returning version""",
        (site,),
    )
    assert row is not None  # noqa: S101 - an upsert with `returning` gives one row
    version: int = row[0]
    return version


# --- proofs ------------------------------------------------------------------------------------------------------


def new_nonce() -> str:
    """Return a nonce for one signed request. Strangers may ask for as many as they like: none is stored."""
    expires_ms = int((datetime.now(tz=UTC) + NONCE_TERM).timestamp() * 1000)
    body = secrets.token_bytes(NONCE_BYTES) + expires_ms.to_bytes(8, "big")
    return wire.to_base64url(body + _nonce_mac(body))


@transaction.atomic
def prove_request(authorization: str, *, method: str, path: str, now: datetime) -> Device:
    """Return the enrolled device that signed this request over a nonce of ours, and spend the nonce.

    Refuses alike whether header, device, signature or nonce is wrong: a stranger learns nothing from it.
    """
    try:
        device_id, nonce, signature = wire.parse_authorization(authorization)
        expires_at = _nonce_expiry(nonce)
    except wire.WireError as error:
        raise RequestNotSigned from error
    device = queries.device_for_batch(device_id)
    if device is None or not device.listened_to(now):
        raise RequestNotSigned
    key = wire.load_public_key(device.public_key)
    if not wire.verify_request(key, signature, method=method, path=path, nonce=nonce):
        raise RequestNotSigned
    if datetime.now(tz=UTC) >= expires_at or not _spend(nonce, expires_at):
        raise RequestNotSigned
    return device


def verify_assertion(staff: UUID, challenge: bytes, proof: Assertion) -> bool:
    """Tell whether this member of the staff, present and verified, signed exactly this challenge with their passkey."""
    return engine.assertion_holds(challenge, proof, queries.passkeys_of(staff))


# --- loading -----------------------------------------------------------------------------------------------------


@transaction.atomic
def load_staff(rows: Sequence[Mapping[str, Any]], *, actor: Actor, now: datetime) -> Loaded:
    """Take staff, their roles and passkeys from a campaign file. Loaded again, nothing changes but names.

    A bad row refuses the whole load and says where. Sign-in stays closed until a password is set.
    """
    if not may_load(actor):
        raise NotPermitted
    staff = _read_rows(rows, StaffRow, list_name="staff")
    known = set(models.Staff.objects.filter(id__in=[row.id for row in staff]).values_list("id", flat=True))
    _load_users(staff)
    users = dict(
        get_user_model().objects.filter(username__in=[row.login for row in staff]).values_list("username", "id")
    )
    models.Staff.objects.bulk_create(
        [models.Staff(id=row.id, user_id=users[row.login], login=row.login, name=row.name) for row in staff],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name"],
    )
    _load_roles(staff, actor=actor, now=now)
    _load_passkeys(staff)
    return Loaded(rows=len(staff), new=len({row.id for row in staff} - known))


def set_first_password(login: str, password: str, *, actor: Actor) -> None:
    """Give an active member of the staff a password to sign in with for the first time.

    It opens no staff page by itself: whoever signs in with it must add a passkey or an authenticator app first.
    """
    if not may_load(actor):
        raise NotPermitted
    user = get_user_model().objects.filter(staff__login=login, staff__active=True).first()
    if user is None:
        raise StaffUnknown(login=login)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordRefused(why=" ".join(error.messages)) from error
    user.set_password(password)
    user.save(update_fields=["password"])


@transaction.atomic
def load_enrollments(rows: Sequence[Mapping[str, Any]], *, actor: Actor) -> Loaded:
    """Take one-time codes from a campaign file. A code known already keeps its first terms, spent or not."""
    if not may_load(actor):
        raise NotPermitted
    codes = _read_rows(rows, EnrollmentRow, list_name="enrollments")
    before = models.Enrollment.objects.count()
    models.Enrollment.objects.bulk_create(
        [
            models.Enrollment(
                code_sha256=_digest(row.code),
                site=row.site,
                name=row.name,
                kinds=row.kinds,
                vouched_key_sha256=None if row.public_key_sha256 is None else bytes.fromhex(row.public_key_sha256),
                opened_by=actor.id,
                expires_at=row.expires_at,
            )
            for row in codes
        ],
        ignore_conflicts=True,
    )
    return Loaded(rows=len(codes), new=models.Enrollment.objects.count() - before)


# --- inside ------------------------------------------------------------------------------------------------------


def _tell(events: Sequence[Event], *, actor: Actor, at: datetime, site: str = "") -> None:
    """Append facts of this room at their site, which a device that enrolls does not reach by itself."""
    with rowsecurity.reaching(Reach(sites=frozenset({site}))):
        journal.append(events, actor=actor, recorded_at=at, site=site)


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()


def _check_point(public_key: bytes) -> None:
    try:
        wire.load_public_key(public_key)
    except wire.WireError as error:
        raise PublicKeyUnreadable from error


def _receipt(device: models.Device) -> EnrollmentReceipt:
    return EnrollmentReceipt(
        device=device.id,
        status=DeviceStatus(device.status),
        fingerprint=wire.fingerprint(bytes(device.public_key)),
        site=device.site,
        kinds=None if device.kinds is None else tuple(device.kinds),
        expires_at=device.expires_at,
    )


def _locked(device: UUID, *, actor: Actor) -> models.Device:
    found = models.Device.objects.select_for_update().filter(id=device, kind=DeviceKind.TABLET).first()
    if found is None or not may_enroll_devices(actor, site=found.site):
        raise DeviceUnknown(device=device)
    return found


def _nonce_mac(body: bytes) -> bytes:
    return salted_hmac("tiemchung.access.nonce", body, algorithm="sha256").digest()[:NONCE_BYTES]


def _nonce_expiry(nonce: str) -> datetime:
    raw = wire.from_base64url(nonce)
    body, mac = raw[: NONCE_BYTES + 8], raw[NONCE_BYTES + 8 :]
    if not constant_time_compare(mac, _nonce_mac(body)):
        raise RequestNotSigned
    return datetime.fromtimestamp(int.from_bytes(body[NONCE_BYTES:], "big") / 1000, tz=UTC)


def _spend(nonce: str, expires_at: datetime) -> bool:
    spent = database.run(
        "insert into access_spentnonce (nonce, expires_at) values (%s, %s) on conflict do nothing",
        (wire.from_base64url(nonce), expires_at),
    )
    database.run("delete from access_spentnonce where expires_at < now() - interval '1 minute'")
    return spent == 1


def _read_rows(rows: Sequence[Mapping[str, Any]], shape: type[RowT], *, list_name: str) -> list[RowT]:
    read = []
    for number, row in enumerate(rows, 1):
        try:
            read.append(msgspec.convert(row, shape))
        except msgspec.ValidationError as error:
            raise RowRefused(list=list_name, row=number, why=str(error)) from error
    return read


def _load_users(staff: Sequence[StaffRow]) -> None:
    users = get_user_model()
    # An unusable password differs each time it is made, so one serves all: nobody can sign in with any of them.
    closed = make_password(None)
    users.objects.bulk_create([users(username=row.login, password=closed) for row in staff], ignore_conflicts=True)


def _load_roles(staff: Sequence[StaffRow], *, actor: Actor, now: datetime) -> None:
    told: dict[tuple[UUID, str, str, str, str], models.RoleAssignment] = {}
    for number, row in enumerate(staff, 1):
        for held in row.roles:
            if not held.names_one_place():
                raise RowRefused(list="staff", row=number, why=f"role {held.role} names no place or two")
            place = held.site or held.place
            told[row.id, held.role, held.level, held.era, place] = models.RoleAssignment(
                staff_id=row.id,
                role=held.role,
                level=held.level,
                era=held.era,
                place=place,
                granted_by=actor.id,
                granted_at=now,
            )
    held_before = models.RoleAssignment.objects.filter(staff__in=[row.id for row in staff])
    for known in held_before.values_list("staff_id", "role", "level", "era", "place"):
        told.pop(known, None)
    models.RoleAssignment.objects.bulk_create(told.values())
    granted = [
        RoleGranted(id=uuid7(), at=now, member=member, role=role, level=level, era=era, place=place)
        for member, role, level, era, place in told
    ]
    _tell(granted, actor=actor, at=now)


def _load_passkeys(staff: Sequence[StaffRow]) -> None:
    passkeys = []
    for number, row in enumerate(staff, 1):
        for told in row.passkeys:
            try:
                credential = wire.from_base64url(told.credential)
                public_key = engine.cose_key(wire.from_base64url(told.public_key))
            except ValueError as error:
                raise RowRefused(list="staff", row=number, why=f"passkey: {error}") from error
            passkeys.append(
                models.StaffPasskey(credential=credential, staff_id=row.id, public_key=public_key, rp_id=told.rp_id)
            )
    models.StaffPasskey.objects.bulk_create(passkeys, ignore_conflicts=True)
