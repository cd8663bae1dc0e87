"""Tables of notices. Contacts and what fills a text lie sealed; a code's values are dropped when it is settled."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tiemchung.domain.notices.values import Channel, State
from tiemchung.plumbing.tables import DataClass, Placement


class Delivery(models.Model):
    """One message to one person or contact, and where it stands."""

    placement: ClassVar = Placement.DIRECTORY
    data_class: ClassVar = DataClass.C2

    id = models.UUIDField(primary_key=True)
    channel = models.TextField()
    kind = models.TextField()
    template = models.TextField()
    language = models.TextField()
    purpose = models.TextField(blank=True)
    campaign = models.TextField(blank=True)
    site = models.TextField(null=True)  # noqa: DJ001 - a message of no site is seen by no site
    person = models.UUIDField(null=True)
    contact = models.BinaryField(null=True)
    told = models.BinaryField(null=True)
    state = models.TextField()
    reason = models.TextField(blank=True)
    tries = models.SmallIntegerField()
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # Letters wait for whoever prints them, for days: among what is due, each delivery would read past all of them.
            models.Index(
                fields=["kind", "channel", "due_at", "id"],
                condition=Q(state="queued") & ~Q(channel="print"),
                name="notices_due",
            ),
            models.Index(
                fields=["expires_at"],
                condition=Q(settled_at__isnull=True, expires_at__isnull=False),
                name="notices_that_expire",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[state.value for state in State]), name="notices_state"),
            models.CheckConstraint(condition=Q(channel__in=[each.value for each in Channel]), name="notices_channel"),
            models.CheckConstraint(
                condition=Q(person__isnull=True, contact__isnull=False) | Q(person__isnull=False, contact__isnull=True),
                name="notices_goes_to_one",
            ),
        ]


class Spent(models.Model):
    """How many messages of a channel and kind went out on one day (real time). Only the delivering job writes it."""

    placement: ClassVar = Placement.LOCAL
    data_class: ClassVar = DataClass.C1

    pk = models.CompositePrimaryKey("day", "channel", "kind")
    day = models.DateField()
    channel = models.TextField()
    kind = models.TextField()
    count = models.IntegerField()


class Outbox(models.Model):
    """What the simulated operator of the demo received. Empty everywhere else."""

    placement: ClassVar = Placement.LOCAL
    data_class: ClassVar = DataClass.C2

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    channel = models.TextField()
    contact_hash = models.BinaryField()
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["contact_hash", "-at"], name="notices_outbox_of_contact")]
