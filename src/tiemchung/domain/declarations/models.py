"""Tables of declarations. What people answered lies sealed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tiemchung.plumbing.tables import DataClass, Placement


class Form(models.Model):
    """A screening or consent form as one decree set it, whole."""

    placement: ClassVar = Placement.REFERENCE
    data_class: ClassVar = DataClass.C1

    code = models.CharField(primary_key=True, max_length=24)
    effective_from = models.DateField()
    digest = models.TextField()
    document = models.JSONField()


class Screening(models.Model):
    """A person was screened at a visit: the answers, measures, conclusion and the rows that fired, sealed together."""

    placement: ClassVar = Placement.PERSON
    data_class: ClassVar = DataClass.C1
    field_classes: ClassVar = {"person_id": DataClass.C2, "sealed": DataClass.C3}

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    visit = models.UUIDField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    findings = models.SmallIntegerField()
    site = models.TextField()
    form = models.TextField()
    sealed = models.BinaryField()


class Consent(models.Model):
    """A person, or a guardian for them, agreed to the vaccination or did not. The guardian's name and phone are sealed."""

    placement: ClassVar = Placement.PERSON
    data_class: ClassVar = DataClass.C1
    field_classes: ClassVar = {"person_id": DataClass.C2, "sealed": DataClass.C2}

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    visit = models.UUIDField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    findings = models.SmallIntegerField()
    agreed = models.BooleanField()
    site = models.TextField()
    form = models.TextField()
    sealed = models.BinaryField(null=True)
