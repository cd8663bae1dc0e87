"""Stores, their fridges and temperatures, where lots lie in them, and what came with a consignment.

`told_by` and its like are members of the staff, by id; nobody else is named here.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import CompositePrimaryKey

from tiemchung.plumbing.tables import DataClass, Placement


class Store(models.Model):
    """A place that keeps vaccines for others: how high it stands in the chain, and from whom it is supplied."""

    placement: ClassVar[Placement] = Placement.REFERENCE
    data_class: ClassVar[DataClass] = DataClass.C1

    code = models.TextField(primary_key=True)
    level = models.TextField()
    supplier = models.TextField(null=True)  # noqa: DJ001 - the first of the chain has none


class Fridge(models.Model):
    """A fridge, cold room or freezer of a place, with the limits of what may lie in it, in °C."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    pk = CompositePrimaryKey("site", "code")
    site = models.TextField()
    code = models.TextField()
    name = models.TextField()
    low_c = models.FloatField(null=True)
    high_c = models.FloatField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="supply_fridge_limits_in_order",
                condition=models.Q(low_c__isnull=True) | models.Q(low_c__lt=models.F("high_c")),
            ),
        ]


class Reading(models.Model):
    """A temperature that somebody read at a fridge; lowest, highest and minutes outside are its device's, if it has one.

    What the device tells covers the time since the reading before.
    """

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    id = models.UUIDField(primary_key=True)
    told_by = models.UUIDField(null=True)
    taken_at = models.DateTimeField()
    temp_c = models.FloatField()
    lowest_c = models.FloatField(null=True)
    highest_c = models.FloatField(null=True)
    minutes_outside = models.IntegerField(null=True)
    site = models.TextField()
    fridge = models.TextField()
    note = models.TextField(default="", db_default="")

    class Meta:
        indexes: ClassVar = [models.Index(name="supply_reading_of", fields=["site", "fridge", "taken_at"])]


class Shelf(models.Model):
    """Where a lot lies at a place, and since when it has been warmer than it is stored; it never freezes again."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    pk = CompositePrimaryKey("site", "lot")
    site = models.TextField()
    lot = models.TextField()
    fridge = models.TextField(default="", db_default="")
    thawed_on = models.DateField(null=True)


class Consignment(models.Model):
    """Doses of one lot that came to a store from outside, with their documents; they wait until two persons decide."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    id = models.UUIDField(primary_key=True)
    told_by = models.UUIDField(null=True)
    received_at = models.DateTimeField()
    doses = models.IntegerField()
    vials = models.IntegerField()
    site = models.TextField()
    lot = models.TextField()
    invoice = models.TextField()
    certificate = models.TextField()
    packing = models.TextField(default="", db_default="")
    element_string = models.TextField(default="", db_default="")
    verdict = models.TextField()
    state = models.TextField(default="waiting", db_default="waiting")

    class Meta:
        indexes: ClassVar = [models.Index(name="supply_consignment_state", fields=["site", "state"])]
        constraints: ClassVar = [
            models.CheckConstraint(name="supply_consignment_has_doses", condition=models.Q(doses__gt=0, vials__gt=0)),
        ]
