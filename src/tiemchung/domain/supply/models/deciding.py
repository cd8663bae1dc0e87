"""What takes two persons, what was counted on the shelf, and who has answered a recall."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import CompositePrimaryKey, F, Q

from tiemchung.plumbing.tables import DataClass, Placement


class Decision(models.Model):
    """Something that one person proposes and a second, different one agrees to; before that nothing has happened.

    `subject` is the consignment, shipment or stocktake it is about. An ended decision was agreed to, or taken back
    (`agreed_by` is then None).
    """

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    id = models.UUIDField(primary_key=True)
    subject = models.UUIDField(null=True)
    proposed_by = models.UUIDField()
    agreed_by = models.UUIDField(null=True)
    ended_by = models.UUIDField(null=True)
    proposed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    doses = models.IntegerField(default=0, db_default=0)
    kind = models.TextField()
    site = models.TextField()
    lot = models.TextField()
    cause = models.TextField(default="", db_default="")
    reason = models.TextField()

    class Meta:
        indexes: ClassVar = [
            models.Index(name="supply_decision_open", fields=["site"], condition=Q(ended_at__isnull=True)),
            models.Index(name="supply_decision_lot", fields=["lot", "proposed_at"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="supply_decision_takes_two", condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("proposed_by"))
            ),
            # One open proposal about one thing: two people who propose the same would else agree twice.
            models.UniqueConstraint(
                name="supply_decision_one_open",
                fields=["site", "lot", "kind", "subject"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
            ),
        ]


class Stocktake(models.Model):
    """One time that somebody counted the shelves of a place."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    id = models.UUIDField(primary_key=True)
    told_by = models.UUIDField(null=True)
    counted_at = models.DateTimeField()
    site = models.TextField()

    class Meta:
        indexes: ClassVar = [models.Index(name="supply_stocktake_of", fields=["site", "counted_at"])]


class StocktakeLine(models.Model):
    """Doses of a lot by hand and by the ledger at that moment. A later count of the lot takes its place."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    pk = CompositePrimaryKey("stocktake", "lot")
    stocktake = models.UUIDField()
    counted = models.IntegerField()
    ledger = models.IntegerField()
    explained = models.BooleanField(default=False, db_default=False)
    replaced = models.BooleanField(default=False, db_default=False)
    site = models.TextField()
    lot = models.TextField()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                name="supply_count_open",
                fields=["site", "lot"],
                condition=Q(explained=False, replaced=False) & ~Q(counted=F("ledger")),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="supply_counted_not_below_nothing", condition=Q(counted__gte=0)),
        ]


class RecallAnswer(models.Model):
    """A place has read that a lot is recalled, and told how many doses it has set aside."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    pk = CompositePrimaryKey("site", "lot")
    told_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField()
    doses = models.IntegerField()
    site = models.TextField()
    lot = models.TextField()
