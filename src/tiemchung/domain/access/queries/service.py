"""What access knows of the service: devices, staff and their actors, rosters, last words."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from fido2 import cbor

from tiemchung.domain.access import models
from tiemchung.domain.access.policy import may_enroll_devices
from tiemchung.domain.access.values import (
    BY_CODE,
    Device,
    DeviceKind,
    DeviceListed,
    DeviceStatus,
    DeviceWord,
    HubNamed,
    LastWord,
    Passkey,
    PlaceLevel,
    Post,
    Role,
    StaffMember,
)
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import ward_code
from tiemchung.kernel import wire
from tiemchung.kernel.actor import EVERYWHERE, Actor, ActorKind, Power, Reach
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database

_DEVICE = "select kind, site, public_key, kinds, status, expires_at, agreement_key from access_device where id = %b"
_WIDEST_FIRST = [
    PlaceLevel.EVERYWHERE,
    PlaceLevel.PROVINCE,
    PlaceLevel.DISTRICT,
    PlaceLevel.COMMUNE,
    PlaceLevel.SITE,
]


def device_for_batch(device: UUID) -> Device | None:
    """Return the device of this id as a batch meets it, whatever its status; None for a stranger. One look-up."""
    row = database.row(_DEVICE, (device,))
    return None if row is None else device_of_row(device, row)


def device_of_row(device: UUID, row: tuple[Any, ...]) -> Device:
    """Return the device that a row of these columns tells: kind, site, public_key, kinds, status, expires_at, agreement_key."""
    kind, site, public_key, kinds, status, expires_at, agreement_key = row
    return Device(
        id=device,
        kind=DeviceKind(kind),
        site=site,
        public_key=public_key,
        kinds=None if kinds is None else frozenset(kinds),
        status=DeviceStatus(status),
        expires_at=expires_at,
        agreement_key=agreement_key,
    )


def devices_of(
    site: str, *, actor: Actor, statuses: Sequence[DeviceStatus] = tuple(DeviceStatus)
) -> list[DeviceListed]:
    """Return the tablets and hubs of a site, those that wait first, with the six digits that their screens show."""
    if not may_enroll_devices(actor, site=site):
        raise NotPermitted(site=site)
    found = list(models.Device.objects.filter(site=site, kind__in=BY_CODE, status__in=statuses))
    words = {word.device: word for word in models.DeviceWord.objects.filter(device__in=[one.id for one in found])}
    listed = [
        DeviceListed(
            id=device.id,
            kind=DeviceKind(device.kind),
            address=device.address,
            name=device.name,
            site=device.site,
            status=DeviceStatus(device.status),
            fingerprint=wire.fingerprint(bytes(device.public_key)),
            kinds=None if device.kinds is None else frozenset(device.kinds),
            enrolled_at=device.enrolled_at,
            expires_at=device.expires_at,
            word=_word(words.get(device.id)),
        )
        for device in found
    ]
    return sorted(listed, key=lambda device: (device.status is not DeviceStatus.WAITING, device.name, device.id))


def _word(told: models.DeviceWord | None) -> DeviceWord | None:
    if told is None:
        return None
    return DeviceWord(
        at=told.at,
        pending=told.pending,
        oldest_pending_at=told.oldest_pending_at,
        bundle_at=told.bundle_at,
        erased_at=told.erased_at,
    )


def tablets_known(site: str) -> list[tuple[UUID, bytes]]:
    """Return id and public key of every tablet of a site that was ever let in, cut off or not: what they sign is theirs."""
    known = models.Device.objects.filter(site=site, kind=DeviceKind.TABLET).exclude(status=DeviceStatus.WAITING)
    return [(one, bytes(point)) for one, point in known.order_by("id").values_list("id", "public_key")]


def hubs_of(site: str, *, now: datetime) -> list[HubNamed]:
    """Return the hubs of a site that are enrolled now, as its tablets are told of them."""
    found = models.Device.objects.filter(
        site=site, kind=DeviceKind.HUB, status=DeviceStatus.ENROLLED, expires_at__gt=now
    )
    return [
        HubNamed(device=one.id, name=one.name, address=one.address, public_key=bytes(one.public_key))
        for one in found.order_by("id")
    ]


def devices_cut_off(site: str) -> list[UUID]:
    """Return the devices of a site that must not be trusted any more, for the site bundle."""
    cut_off = models.Device.objects.filter(site=site, status__in=[DeviceStatus.REVOKED, DeviceStatus.FORK])
    return list(cut_off.order_by("id").values_list("id", flat=True))


def roster(site: str) -> set[UUID]:
    """Return the staff who hold a role at this very site; a province's officer is on no site's roster.

    Asked for every batch from the chair: one prepared statement, no objects.
    """
    found = database.rows(
        "select a.staff_id from access_roleassignment a join access_staff s on s.id = a.staff_id "
        "where a.level = %s and a.place = %s and a.ended_at is null and s.active",
        [PlaceLevel.SITE.value, site],
    )
    return {staff for (staff,) in found}


def first_site_with_staff() -> str | None:
    """Return the lowest code of a site at which people are vaccinated by staff; None before any is loaded. Stores are none."""
    held = models.RoleAssignment.objects.filter(level=PlaceLevel.SITE, ended_at__isnull=True)
    held = held.exclude(role=Role.STOREKEEPER)
    return held.order_by("place").values_list("place", flat=True).first()


def staff_of_site(site: str) -> list[StaffMember]:
    """Return the roster with names and roles, by name."""
    roles: dict[UUID, set[Role]] = {}
    names: dict[UUID, str] = {}
    for staff, name, role in _assignments(site).values_list("staff_id", "staff__name", "role"):
        roles.setdefault(staff, set()).add(Role(role))
        names[staff] = name
    members = [StaffMember(id=staff, name=names[staff], roles=frozenset(held)) for staff, held in roles.items()]
    return sorted(members, key=lambda member: (member.name, member.id))


def staff_names(staff: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names of these members of the staff; who is unknown is absent."""
    return dict(models.Staff.objects.filter(id__in=set(staff)).values_list("id", "name"))


def staff_of_login(login: str) -> UUID | None:
    """Return the active member of the staff with this login."""
    return models.Staff.objects.filter(login=login, active=True).values_list("id", flat=True).first()


def posts_of(staff: UUID) -> list[Post]:
    """Return the places at which somebody holds roles, the widest first; nothing for who has left."""
    return _posts(database.rows(f"{_HELD} where s.id = %s and s.active", [staff]))


def actor_of_staff(staff: UUID, *, post: str | None = None) -> Actor:
    """Return the actor that somebody is at one of their posts (`Post.key`), or at the widest without one.

    Reach is expanded to the codes of both eras. Who does not hold this post can do nothing and reaches nothing.
    """
    found = database.rows(f"{_HELD} where s.id = %s", [staff])
    return _actor_at(staff, found, post=post)


def actor_of_user(user_id: int, *, post: str | None = None) -> Actor | None:
    """Return the actor that whoever signs in as this user is at a post, as `actor_of_staff` does; None if nobody active is.

    Asked for every page of the staff: one prepared statement, no objects.
    """
    found = database.rows(f"{_HELD} where s.user_id = %s and s.active", [user_id])
    return _actor_at(found[0][0], found, post=post) if found else None


_HELD = """
select s.id, s.name, s.active, a.level, a.era, a.place, a.role
from access_staff s left join access_roleassignment a on a.staff_id = s.id and a.ended_at is null
"""


def _posts(found: Sequence[tuple[Any, ...]]) -> list[Post]:
    held: dict[tuple[PlaceLevel, str, str], set[Role]] = {}
    for _staff, _name, active, level, era, place, role in found:
        if active and level is not None:
            held.setdefault((PlaceLevel(level), era, place), set()).add(Role(role))
    posts = [
        Post(level=level, era=era, place=place, roles=frozenset(roles)) for (level, era, place), roles in held.items()
    ]
    return sorted(posts, key=lambda post: (_WIDEST_FIRST.index(post.level), post.era, post.place))


def _actor_at(staff: UUID, found: Sequence[tuple[Any, ...]], *, post: str | None) -> Actor:
    name = found[0][1] if found else ""
    chosen = next((held for held in _posts(found) if post in (None, held.key)), None)
    if chosen is None:
        return Actor(id=staff, kind=ActorKind.STAFF, name=name)
    return Actor(id=staff, kind=ActorKind.STAFF, name=name, powers=chosen.powers, reach=_reach_of(chosen))


def passkeys_of(staff: UUID) -> list[Passkey]:
    """Return the passkeys of an active member of the staff: from a campaign file or registered at sign-in."""
    return passkeys_of_many([staff]).get(staff, [])


def passkeys_of_many(staff: Collection[UUID]) -> dict[UUID, list[Passkey]]:
    """Return by member the passkeys of these members of the staff (`passkeys_of`); who has none is absent."""
    found: defaultdict[UUID, list[Passkey]] = defaultdict(list)
    for loaded in models.StaffPasskey.objects.filter(staff__in=staff, staff__active=True).order_by("credential"):
        found[loaded.staff_id].append(
            Passkey(
                credential=bytes(loaded.credential),
                public_key=bytes(loaded.public_key),
                rp_id_hash=hashlib.sha256(loaded.rp_id.encode()).digest(),
            )
        )
    registered = Authenticator.objects.filter(
        type=Authenticator.Type.WEBAUTHN, user__staff__in=staff, user__staff__active=True, user__is_active=True
    ).annotate(member=F("user__staff"))
    for authenticator in registered.order_by("id"):
        passkey = _registered_passkey(authenticator)
        if passkey is not None:
            found[authenticator.member].append(passkey)
    return dict(found)


def _registered_passkey(authenticator: Authenticator) -> Passkey | None:
    told = authenticator.wrap().authenticator_data
    if told.credential_data is None:
        return None
    return Passkey(
        credential=told.credential_data.credential_id,
        public_key=cbor.encode(told.credential_data.public_key),
        rp_id_hash=told.rp_id_hash,
    )


def last_words() -> list[LastWord]:
    """Return each site's last heartbeat, the longest silent first. Counts devices, names nobody."""
    words = (
        models.DeviceWord.objects.values("site")
        .annotate(
            devices=Count("device"),
            last_at=Max("at"),
            unsent=Coalesce(Sum("pending"), 0),
            oldest=Min("oldest_pending_at"),
        )
        .order_by("last_at", "site")
    )
    return [
        LastWord(
            site=word["site"],
            devices=word["devices"],
            at=word["last_at"],
            pending=word["unsent"],
            oldest_pending_at=word["oldest"],
        )
        for word in words
    ]


def _assignments(site: str) -> QuerySet[models.RoleAssignment]:
    return models.RoleAssignment.objects.filter(
        Q(level=PlaceLevel.SITE, place=site), ended_at__isnull=True, staff__active=True
    )


def _reach_of(post: Post) -> Reach:
    if post.level is PlaceLevel.EVERYWHERE:
        return EVERYWHERE
    if post.level is PlaceLevel.SITE:
        return Reach(sites=frozenset({post.place}))
    reach = places.reach_of([(post.era, post.place)])
    if Power.PLAN not in post.powers:
        return reach
    # Who plans for a ward sees those whom the ward's list or a phone told, and who have been at no site yet.
    return replace(reach, sites=reach.sites | set(map(ward_code, reach.communes)))
