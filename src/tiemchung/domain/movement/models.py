"""The table of movement: that somebody passed, and no more."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tiemchung.plumbing.tables import DataClass, Placement


class Passage(models.Model):
    """Somebody was checked: where, when, with which verdict by which rule. The token's key is destroyed after days."""

    placement: ClassVar = Placement.SITE
    data_class: ClassVar = DataClass.C1
    field_classes: ClassVar = {"bearer": DataClass.C2}

    id = models.UUIDField(primary_key=True)
    occurred_at = models.DateTimeField()
    day = models.DateField()
    site = models.TextField()
    checkpoint = models.TextField()
    commune = models.TextField()
    verdict = models.TextField()
    rule = models.TextField()
    bearer = models.TextField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["bearer", "occurred_at"], name="passages_of_a_bearer"),
            models.Index(fields=["checkpoint", "day"], name="passages_of_a_day"),
        ]
