"""The tables of the record. A dose belongs to a person; it names its lot and its site as they were told."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tiemchung.plumbing.tables import DataClass, Placement


class Dose(models.Model):
    """One dose given to one person, as the facts so far have it: corrected values, findings, state. The facts lie in the journal.

    `given_on` is None where the instant is implausible. `commune` is where the person lived, as told at the arrival.
    """

    placement: ClassVar = Placement.PERSON
    data_class: ClassVar = DataClass.C3

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    visit = models.UUIDField(null=True)
    vaccinator = models.UUIDField()
    recorder = models.UUIDField(null=True)
    confirmed_by = models.UUIDField(null=True)
    attested_by = models.UUIDField(null=True)
    voided_by = models.UUIDField(null=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    attested_at = models.DateTimeField(null=True)
    given_on = models.DateField(null=True)
    volume_ml = models.FloatField()
    findings = models.IntegerField()
    attested_findings = models.IntegerField(db_default=0)
    rule_book = models.IntegerField()
    dose_number = models.SmallIntegerField()
    dose_number_told = models.SmallIntegerField(null=True)
    status = models.SmallIntegerField()
    arm = models.SmallIntegerField()
    site = models.TextField()
    province = models.TextField()
    commune = models.TextField()
    product = models.TextField()
    lot = models.TextField()
    vial = models.TextField(null=True)  # noqa: DJ001 - no vial told is not a vial named ""

    class Meta:
        db_table = "immunization_dose"
        indexes = [
            models.Index(fields=["site", "given_on"], name="doses_of_a_day"),
            models.Index(fields=["lot", "site", "vial"], name="doses_of_a_vial"),
            models.Index(fields=["site", "given_on"], name="doses_not_attested", condition=models.Q(status=0)),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=[0, 1, 2]), name="one_class_of_the_record"),
            models.CheckConstraint(
                condition=~models.Q(status=1) | models.Q(attested_by__isnull=False), name="attested_by_somebody"
            ),
            models.CheckConstraint(
                condition=~models.Q(status=2) | models.Q(voided_by__isnull=False), name="a_void_points_at_its_fact"
            ),
        ]


class Amendment(models.Model):
    """A correction or a void of a dose: the entry that told it, and the values before. Sealed: the reason may name people."""

    placement: ClassVar = Placement.PERSON
    data_class: ClassVar = DataClass.C3

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    dose = models.UUIDField()
    staff = models.UUIDField(null=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    kind = models.TextField()
    site = models.TextField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "immunization_amendment"
