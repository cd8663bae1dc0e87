"""Tables of the service: staff and their roles, passkeys, devices, enrollment codes, and what devices last said.

None of them holds a citizen. The names of the staff are operational: they stand on rosters, slips and every tablet
of the site.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tiemchung.domain.access.values import DeviceKind, DeviceStatus, PlaceLevel
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing.tables import DataClass, Placement

CODE_CHARS = 24
"""The longest code of a site or an administrative unit."""
_LEVELS = [level.value for level in PlaceLevel]
_EVERYWHERE = PlaceLevel.EVERYWHERE.value
_OF_NO_ERA = [PlaceLevel.SITE.value, PlaceLevel.EVERYWHERE.value]
_KINDS = [kind.value for kind in DeviceKind]
_HUB = DeviceKind.HUB.value
_STATUSES = [status.value for status in DeviceStatus]


class Staff(models.Model):
    """Somebody who works for the campaign. The login is a person's own; there are no shared ones."""

    placement: ClassVar[Placement] = Placement.DIRECTORY
    data_class: ClassVar[DataClass] = DataClass.C1
    field_classes: ClassVar[dict[str, DataClass]] = {}

    id = models.UUIDField(primary_key=True, default=uuid7)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="staff")
    login = models.TextField(unique=True)
    name = models.TextField()
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(login=""), name="access_staff_has_name_and_login"),
        ]


class RoleAssignment(models.Model):
    """A role held by somebody at a place until it is ended. `place` is a code of its level, empty for everywhere.

    A code of an administrative unit means something only in its `era`; sites have none.
    """

    placement: ClassVar[Placement] = Placement.DIRECTORY
    data_class: ClassVar[DataClass] = DataClass.C1
    field_classes: ClassVar[dict[str, DataClass]] = {}

    id = models.UUIDField(primary_key=True, default=uuid7)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="assignments")
    role = models.TextField()
    level = models.TextField()
    era = models.CharField(max_length=4, blank=True)
    place = models.CharField(max_length=CODE_CHARS, blank=True)
    granted_by = models.UUIDField(null=True)
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff", "role", "level", "era", "place"], name="access_one_role_a_place"),
            models.CheckConstraint(
                condition=(Q(level=_EVERYWHERE) & Q(place="")) | (~Q(level=_EVERYWHERE) & ~Q(place="")),
                name="access_role_names_its_place",
            ),
            models.CheckConstraint(
                condition=(Q(level__in=_OF_NO_ERA) & Q(era="")) | (~Q(level__in=_OF_NO_ERA) & ~Q(era="")),
                name="access_unit_names_its_era",
            ),
            # Which roles there are is said by `Role`, where a load checks it: a new one needs no change of the table.
            models.CheckConstraint(condition=Q(role__regex=r"^[a-z]+(-[a-z]+)*$"), name="access_role_is_a_word"),
            models.CheckConstraint(condition=Q(level__in=_LEVELS), name="access_level_is_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["level", "place"], name="access_role_by_place")]


class StaffPasskey(models.Model):
    """A public key (COSE) with which somebody proves, by touch and face or PIN, that they meant certain bytes."""

    placement: ClassVar[Placement] = Placement.DIRECTORY
    data_class: ClassVar[DataClass] = DataClass.C1
    field_classes: ClassVar[dict[str, DataClass]] = {}

    credential = models.BinaryField(primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="passkeys")
    public_key = models.BinaryField()
    rp_id = models.TextField()


class Device(models.Model):
    """A tablet or a server process that signs what it writes, or a hub. `kinds` null allows every chair kind.

    Secrets are sealed to `agreement_key`; a device without one unlocks nothing. `address` is where a hub answers in its hall.
    """

    placement: ClassVar[Placement] = Placement.DIRECTORY
    data_class: ClassVar[DataClass] = DataClass.C1
    field_classes: ClassVar[dict[str, DataClass]] = {}

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.TextField()
    name = models.TextField()
    address = models.TextField(blank=True, default="")
    site = models.CharField(max_length=CODE_CHARS)
    public_key = models.BinaryField(unique=True)
    agreement_key = models.BinaryField(null=True)
    kinds = ArrayField(models.TextField(), null=True)
    session = models.UUIDField(null=True)
    status = models.TextField()
    enrolled_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_by = models.UUIDField(null=True)
    cut_off_at = models.DateTimeField(null=True)
    cut_off_by = models.UUIDField(null=True)
    cut_off_reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=_KINDS), name="access_device_kind_is_known"),
            models.CheckConstraint(condition=Q(status__in=_STATUSES), name="access_device_status_is_known"),
            models.CheckConstraint(
                condition=(Q(kind=_HUB) & ~Q(address="")) | (~Q(kind=_HUB) & Q(address="")),
                name="access_hub_has_an_address",
            ),
            models.CheckConstraint(
                condition=~Q(status=DeviceStatus.REVOKED.value) | (~Q(cut_off_reason="") & Q(cut_off_at__isnull=False)),
                name="access_revoked_device_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("enrolled_at")), name="access_device_has_a_term"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["site", "status"], name="access_device_by_site")]


class Enrollment(models.Model):
    """A code that turns one device into one of us, once. Only its digest is stored."""

    placement: ClassVar[Placement] = Placement.DIRECTORY
    data_class: ClassVar[DataClass] = DataClass.C1
    field_classes: ClassVar[dict[str, DataClass]] = {}

    code_sha256 = models.BinaryField(primary_key=True)
    site = models.CharField(max_length=CODE_CHARS)
    name = models.TextField()
    device_kind = models.TextField(default=DeviceKind.TABLET.value)
    kinds = ArrayField(models.TextField(), null=True)
    session = models.UUIDField(null=True)
    device_days = models.PositiveSmallIntegerField(null=True)
    vouched_key_sha256 = models.BinaryField(null=True)
    opened_by = models.UUIDField(null=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    device = models.OneToOneField(Device, null=True, on_delete=models.PROTECT)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, device__isnull=True) | Q(used_at__isnull=False, device__isnull=False),
                name="access_spent_code_names_its_device",
            ),
        ]


class SpentNonce(models.Model):
    """A nonce that signed a request. It is remembered until it would have expired anyway."""

    placement: ClassVar[Placement] = Placement.LOCAL
    data_class: ClassVar[DataClass] = DataClass.C1
    field_classes: ClassVar[dict[str, DataClass]] = {}

    nonce = models.BinaryField(primary_key=True)
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="access_nonce_by_expiry")]


class DeviceWord(models.Model):
    """The latest heartbeat of one device: one row each, so that no two devices wait for each other.

    `bundle_at` is when it last took a bundle, `erased_at` when it said that it deleted its data key.
    """

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1
    field_classes: ClassVar[dict[str, DataClass]] = {}

    device = models.UUIDField(primary_key=True)
    site = models.CharField(max_length=CODE_CHARS)
    at = models.DateTimeField()
    pending = models.PositiveIntegerField()
    oldest_pending_at = models.DateTimeField(null=True)
    bundle_version = models.BigIntegerField(null=True)
    bundle_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["site"], name="access_word_by_site")]


class Relayed(models.Model):
    """A batch that a hub brought: when it took it by its own clock, and when the center did. The first to bring it stands."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1
    field_classes: ClassVar[dict[str, DataClass]] = {}

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.CharField(max_length=CODE_CHARS)
    device = models.UUIDField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    head = models.BinaryField()
    hub = models.UUIDField()
    taken_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "last", "head"], name="access_relayed_once"),
        ]


class BundleIssue(models.Model):
    """The last version of a site's bundle that was handed out; the next one is higher."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1
    field_classes: ClassVar[dict[str, DataClass]] = {}

    site = models.CharField(max_length=CODE_CHARS, primary_key=True)
    version = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(version__gte=1), name="access_bundle_versions_start_at_one"),
        ]


class Unlocking(models.Model):
    """Somebody on the staff may unlock a tablet: since when, and who vouched for it (null: a passkey of their own)."""

    placement: ClassVar[Placement] = Placement.DIRECTORY
    data_class: ClassVar[DataClass] = DataClass.C1
    field_classes: ClassVar[dict[str, DataClass]] = {}

    id = models.UUIDField(primary_key=True, default=uuid7)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="unlockings")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="unlockings")
    since = models.DateTimeField()
    vouched_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "staff"], name="access_one_unlocking_a_device"),
        ]


class UnlockCode(models.Model):
    """Digits that let one member of the staff unlock one tablet of a site, once: a keyed hash of them. Times are real ones."""

    placement: ClassVar[Placement] = Placement.LOCAL
    data_class: ClassVar[DataClass] = DataClass.C1
    field_classes: ClassVar[dict[str, DataClass]] = {}

    code_hash = models.BinaryField(primary_key=True)
    opened_by = models.UUIDField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
