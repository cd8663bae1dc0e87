"""The ledger. Lots are reference rows; everything that moves belongs to a site. No row names a person.

Lot numbers are kept as they were told, without a foreign key: a dose of a lot that nobody registered still lies here.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import CompositePrimaryKey

from tiemchung.plumbing.tables import DataClass, Placement


class Lot(models.Model):
    """One lot of one product, as registered, with the nation's word on it."""

    placement: ClassVar[Placement] = Placement.REFERENCE
    data_class: ClassVar[DataClass] = DataClass.C1

    number = models.TextField(primary_key=True)
    product = models.TextField()
    expires_on = models.DateField(null=True)
    manufacturer_doses = models.IntegerField(null=True)
    status = models.TextField(default="available")
    held_at = models.DateTimeField(null=True)
    hold_reason = models.TextField(default="")
    recalled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="supply_lot_held_since",
                condition=models.Q(status="held", held_at__isnull=False)
                | models.Q(status="available", held_at__isnull=True),
            ),
            models.CheckConstraint(
                name="supply_lot_recalled_is_held",
                condition=models.Q(recalled_at__isnull=True) | models.Q(status="held"),
            ),
        ]


class SiteHold(models.Model):
    """A site's own hold on a lot, in force until it is released later than it was last held."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    pk = CompositePrimaryKey("site", "lot")
    held_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    site = models.TextField()
    lot = models.TextField()
    reason = models.TextField()


class VialHold(models.Model):
    """A vial that a site set aside after anaphylaxis, for those who look into it. Releasing its lot does not release it."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    pk = CompositePrimaryKey("site", "lot", "vial")
    held_at = models.DateTimeField()
    site = models.TextField()
    lot = models.TextField()
    vial = models.TextField()


class Movement(models.Model):
    """Doses of one lot that came to a site (positive) or left it (negative): a line of the ledger.

    `source` is the fact behind it: the id of an entry, or of the batch for all draws of a lot in one batch. The key
    holds it, so that a line told twice is one line. `day` is the business day; None for a batch of draws, whose doses
    carry their own days. `vial` is named by waste and returns of an opened vial.
    """

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    pk = CompositePrimaryKey("site", "lot", "source", "kind")
    source = models.UUIDField()
    doses = models.IntegerField()
    day = models.DateField(null=True)
    kind = models.SmallIntegerField()
    site = models.TextField()
    lot = models.TextField()
    vial = models.TextField(null=True)  # noqa: DJ001 - no vial named is not a vial named ""
    reason = models.TextField(default="", db_default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                name="supply_movement_day", fields=["site", "day", "lot"], condition=models.Q(day__isnull=False)
            ),
        ]


class Balance(models.Model):
    """Doses of one lot that one site holds: the sum of its movements. Negative when lines are missing."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    pk = CompositePrimaryKey("site", "lot")
    doses = models.IntegerField()
    site = models.TextField()
    lot = models.TextField()

    class Meta:
        indexes: ClassVar = [models.Index(name="supply_balance_lot", fields=["lot"])]


class Vial(models.Model):
    """One vial at a site by its label: what it should give, what was drawn from it, what was wasted or returned.

    `doses` and `opened_at` are None until its line arrives, which may be after the first draw. The row with the empty
    label collects draws that named no vial. Of two opening lines with one label the earlier one holds.
    """

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    pk = CompositePrimaryKey("site", "lot", "vial")
    opened_at = models.DateTimeField(null=True)
    doses = models.IntegerField(null=True)
    drawn = models.IntegerField(default=0, db_default=0)
    spent = models.IntegerField(default=0, db_default=0)
    opened_on = models.DateField(null=True)
    site = models.TextField()
    lot = models.TextField()
    vial = models.TextField()
    reason = models.TextField(default="", db_default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(name="supply_vial_day", fields=["site", "opened_on"]),
        ]


class Count(models.Model):
    """The latest count by hand of one thing at a site on a day; the empty lot means all lots together."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    pk = CompositePrimaryKey("site", "day", "what", "lot")
    counted_at = models.DateTimeField()
    entry = models.UUIDField()
    day = models.DateField()
    quantity = models.IntegerField()
    site = models.TextField()
    what = models.TextField()
    lot = models.TextField()
