"""Tables of campaigns. A registration belongs to a person; how many there are lies counted by commune."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tiemchung.plumbing.tables import DataClass, Placement


class Campaign(models.Model):
    """One campaign, as its file told it."""

    placement: ClassVar = Placement.REFERENCE
    data_class: ClassVar = DataClass.C1

    code = models.TextField(primary_key=True)
    name = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    target_diseases = models.JSONField()
    source = models.TextField()
    lists_approved = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(starts_on__lte=models.F("ends_on")), name="campaign_in_order")
        ]


class Registration(models.Model):
    """One person's wish to be called in one campaign. Seen by its commune, its preferred site and its own account."""

    placement: ClassVar = Placement.PERSON
    data_class: ClassVar = DataClass.C2

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    account = models.UUIDField(null=True)
    registered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    campaign = models.TextField()
    commune = models.TextField()
    target_group = models.TextField()
    channel = models.TextField()
    site = models.TextField(null=True)  # noqa: DJ001 - no preferred site is not a site named ""
    times = ArrayField(models.TextField())

    class Meta:
        db_table = "campaigns_registration"
        indexes = [
            models.Index(
                fields=["campaign", "commune", "target_group", "registered_at", "id"],
                condition=models.Q(withdrawn_at=None),
                name="line_of_a_commune",
            ),
            models.Index(fields=["id"], name="registration_by_id"),
            models.Index(fields=["account"], condition=~models.Q(account=None), name="registrations_of_account"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "campaign"],
                condition=models.Q(withdrawn_at=None),
                name="one_registration_a_campaign",
            )
        ]


class Demand(models.Model):
    """How many persons are registered in one commune, by group and channel, and how many of them are due."""

    placement: ClassVar = Placement.SITE
    data_class: ClassVar = DataClass.C1

    pk = models.CompositePrimaryKey("campaign", "commune", "target_group", "channel")
    campaign = models.TextField()
    commune = models.TextField()
    target_group = models.TextField()
    channel = models.TextField()
    registered = models.IntegerField()
    due = models.IntegerField()
    due_as_of = models.DateTimeField(null=True)

    class Meta:
        db_table = "campaigns_demand"
        constraints = [
            models.CheckConstraint(condition=models.Q(registered__gte=0), name="nobody_registered_less_than_once")
        ]


class SiteDemand(models.Model):
    """How many registered residents of one commune wish to be called to one site, and how many of them are due."""

    placement: ClassVar = Placement.SITE
    data_class: ClassVar = DataClass.C1

    pk = models.CompositePrimaryKey("campaign", "site", "commune")
    campaign = models.TextField()
    site = models.TextField()
    commune = models.TextField()
    registered = models.IntegerField()
    due = models.IntegerField()

    class Meta:
        db_table = "campaigns_sitedemand"
        indexes = [models.Index(fields=["campaign", "commune"], name="sites_wished_for_in_commune")]


class TargetList(models.Model):
    """A file that a ward's officer brought, until it is decided: nothing in it is on record before. Seen by its uploader."""

    placement: ClassVar = Placement.SITE
    data_class: ClassVar = DataClass.C2
    field_classes: ClassVar = {"commune": DataClass.C1, "site": DataClass.C1, "state": DataClass.C1}

    pk = models.CompositePrimaryKey("site", "id")
    id = models.UUIDField()
    owner = models.UUIDField()
    uploaded_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    rows = models.IntegerField()
    matching = models.IntegerField()
    fresh = models.IntegerField()
    doubtful = models.IntegerField()
    unusable = models.IntegerField()
    settled = models.IntegerField()
    kept = models.IntegerField()
    site = models.TextField()
    commune = models.TextField()
    campaign = models.TextField()
    state = models.TextField()
    sealed = models.BinaryField()
    read_to = models.IntegerField(default=0, db_default=0)
    read_bytes = models.BigIntegerField(default=0, db_default=0)
    fault = models.TextField(default="", db_default="")
    above = models.IntegerField(default=0, db_default=0)
    listed = models.IntegerField(default=0, db_default=0)
    vaccinated = models.IntegerField(default=0, db_default=0)
    undone = models.IntegerField(default=0, db_default=0)
    expected = models.IntegerField(default=0, db_default=0)
    taken = models.UUIDField(null=True)

    class Meta:
        db_table = "campaigns_list"
        indexes = [models.Index(fields=["owner", "-uploaded_at"], name="lists_of_an_officer")]


class ListFile(models.Model):
    """A piece of the file of a list while a job reads it, sealed; gone as soon as its rows are answered.

    `kind` is what it is a piece of (`filing.Kept`), `place` the byte at which it begins, or the line it goes up to.
    """

    placement: ClassVar = Placement.SITE
    data_class: ClassVar = DataClass.C2
    field_classes: ClassVar = {
        "site": DataClass.C1,
        "commune": DataClass.C1,
        "kind": DataClass.C1,
        "place": DataClass.C1,
    }

    pk = models.CompositePrimaryKey("site", "list", "kind", "place")
    list = models.UUIDField()
    site = models.TextField()
    commune = models.TextField()
    sealed = models.BinaryField()
    kind = models.TextField(default="brought", db_default="brought")
    place = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "campaigns_listfile"


class ListHeading(models.Model):
    """Which column of a header is what, as a ward's officers have said: lists under this header are read so.

    `mark` is a keyed hash of the header's words; header and columns lie sealed, for somebody may take a row for a header.
    """

    placement: ClassVar = Placement.SITE
    data_class: ClassVar = DataClass.C2
    field_classes: ClassVar = {"site": DataClass.C1, "commune": DataClass.C1, "mark": DataClass.C1}

    pk = models.CompositePrimaryKey("site", "mark")
    mark = models.BinaryField()
    site = models.TextField()
    commune = models.TextField()
    said_by = models.UUIDField()
    said_at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "campaigns_listheading"


class ListPart(models.Model):
    """Some rows of a list in their order, sealed together, with how many of them have which answer."""

    placement: ClassVar = Placement.SITE
    data_class: ClassVar = DataClass.C2
    field_classes: ClassVar = {"site": DataClass.C1, "kept": DataClass.C1}

    pk = models.CompositePrimaryKey("site", "list", "part")
    list = models.UUIDField()
    part = models.IntegerField()
    last_line = models.IntegerField()
    matching = models.SmallIntegerField()
    fresh = models.SmallIntegerField()
    doubtful = models.SmallIntegerField()
    unusable = models.SmallIntegerField()
    kept = models.BooleanField()
    site = models.TextField()
    commune = models.TextField()
    sealed = models.BinaryField()
    returned = ArrayField(models.IntegerField(), null=True)

    class Meta:
        db_table = "campaigns_listpart"


class TakenList(models.Model):
    """A ward's list as somebody took it along to be edited: whose rows it has, and a keyed mark of each field of each.

    `registrations` are its rows in their order, `versions` their marks one behind the other. No name and no number is in
    it; by the keys in the file its rows are found again.
    """

    placement: ClassVar = Placement.SITE
    data_class: ClassVar = DataClass.C1

    pk = models.CompositePrimaryKey("site", "id")
    id = models.UUIDField()
    taken_by = models.UUIDField()
    taken_at = models.DateTimeField()
    site = models.TextField()
    commune = models.TextField()
    campaign = models.TextField()
    registrations = ArrayField(models.UUIDField())
    versions = models.BinaryField()

    class Meta:
        db_table = "campaigns_takenlist"
