"""What is on the road between two places: sent, arrived in one part or several, and what is missing until explained."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import CompositePrimaryKey, F, Q

from tiemchung.plumbing.tables import DataClass, Placement


class Shipment(models.Model):
    """Doses that one place sends to another: picked, then dispatched or cancelled, then arrived."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    id = models.UUIDField(primary_key=True)
    picked_by = models.UUIDField(null=True)
    dispatched_by = models.UUIDField(null=True)
    picked_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    origin = models.TextField()
    destination = models.TextField()
    purpose = models.TextField()
    state = models.TextField()
    warm = models.BooleanField(default=True, db_default=True)
    note = models.TextField(default="", db_default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(name="supply_shipment_from", fields=["origin", "state"]),
            models.Index(name="supply_shipment_to", fields=["destination", "state"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="supply_shipment_goes_elsewhere", condition=~Q(origin=F("destination"))),
            models.CheckConstraint(
                name="supply_shipment_dispatched_once",
                condition=Q(state__in=["picked", "cancelled"], dispatched_at__isnull=True)
                | Q(state__in=["on-road", "arrived"], dispatched_at__isnull=False),
            ),
        ]


class ShipmentLine(models.Model):
    """Doses of one lot in a shipment. What was sent and neither arrived nor was explained is open; below 0, too many came."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    pk = CompositePrimaryKey("shipment", "lot")
    shipment = models.UUIDField()
    sent = models.IntegerField()
    arrived = models.IntegerField(default=0, db_default=0)
    explained = models.IntegerField(default=0, db_default=0)
    thawed_on = models.DateField(null=True)
    lot = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="supply_line_sends_doses", condition=Q(sent__gt=0, arrived__gte=0)),
        ]


class Arrival(models.Model):
    """One time that doses of a shipment were taken in; its id is the source of their movements."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    id = models.UUIDField(primary_key=True)
    shipment = models.UUIDField()
    told_by = models.UUIDField(null=True)
    arrived_at = models.DateTimeField()
    site = models.TextField()
    verdict = models.TextField()
    note = models.TextField(default="", db_default="")

    class Meta:
        indexes: ClassVar = [models.Index(name="supply_arrival_of", fields=["shipment"])]
