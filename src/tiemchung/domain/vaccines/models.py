"""Tables of vaccines."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tiemchung.plumbing.tables import DataClass, Placement


class Edition(models.Model):
    """The rule book as it was loaded: the rows of its files, whole. Findings name the version that gave them."""

    placement: ClassVar = Placement.REFERENCE
    data_class: ClassVar = DataClass.C1

    version = models.IntegerField(primary_key=True)
    digest = models.TextField()
    loaded_at = models.DateTimeField()
    files = models.JSONField()


class Product(models.Model):
    """A vaccine as one presentation, as the newest edition has it: what other rooms' rows may point to."""

    placement: ClassVar = Placement.REFERENCE
    data_class: ClassVar = DataClass.C1

    code = models.CharField(primary_key=True, max_length=24)
    name = models.TextField()
    platform = models.TextField()
    doses_primary = models.SmallIntegerField()
    dose_ml = models.FloatField()
    doses_per_vial = models.SmallIntegerField()
