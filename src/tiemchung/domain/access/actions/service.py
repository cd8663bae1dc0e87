"""What proves a request or an assertion, and how staff and enrollment codes are loaded from a campaign file."""

from __future__ import annotations

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
from tiemchung.domain.access.actions.asking import count_up
from tiemchung.domain.access.actions.devices import code_digest
from tiemchung.domain.access.errors import PasswordRefused, RequestNotSigned, RowRefused, StaffUnknown, TooManyRequests
from tiemchung.domain.access.events import RoleGranted
from tiemchung.domain.access.policy import may_load
from tiemchung.domain.access.queries import service as queries
from tiemchung.domain.access.values import (
    Assertion,
    Device,
    EnrollmentRow,
    Loaded,
    StaffRow,
)
from tiemchung.domain.journal import actions as journal
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database, rowsecurity

NONCE_TERM = timedelta(minutes=2)
"""How long a nonce may be used, in real time. Ours: a tablet asks for one right before it signs."""
NONCE_BYTES = 16
_WINDOW_S = 600
BUNDLES_A_WINDOW, REQUESTS_A_WINDOW = 30, 1_200
"""How often a device may ask in ten minutes. Ours: a bundle costs seconds, and an app asks for entries every few."""
RowT = TypeVar("RowT", bound=msgspec.Struct)


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


def count_request(device: Device, *, path: str) -> None:
    """Count one more signed request of a device; refuses (`too-many-requests`) what no honest one needs. Real time.

    Batches are not counted here: they bring facts, and a fact is never turned away.
    """
    seconds = int(datetime.now(tz=UTC).timestamp())
    window, gone = divmod(seconds, _WINDOW_S)
    kind, most = ("bundle", BUNDLES_A_WINDOW) if path.endswith("/bundle") else ("request", REQUESTS_A_WINDOW)
    if count_up(f"device-{kind}", str(device.id), str(window)) > most:
        raise TooManyRequests(seconds=_WINDOW_S - gone)


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
                code_sha256=code_digest(row.code),
                site=row.site,
                name=row.name,
                device_kind=row.device,
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
    # Two requests at one moment would want the same old rows: the second takes others instead of waiting for the first's end.
    database.run(
        "delete from access_spentnonce where nonce in (select nonce from access_spentnonce "
        "where expires_at < now() - interval '1 minute' order by expires_at limit 100 for update skip locked)"
    )
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
    with rowsecurity.reaching(Reach(sites=frozenset({""}))):
        journal.append(granted, actor=actor, recorded_at=now, site="")


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
