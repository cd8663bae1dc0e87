"""The table of safety: adverse events as they were seen, their signs and actions sealed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import CompositePrimaryKey

from tiemchung.plumbing.tables import DataClass, Placement


class AdverseEvent(models.Model):
    """One adverse event following immunization, as told at a site. The sealed body holds signs and actions.

    It lies with its site, for the person may be unknown: then the visit says who it is, once that has arrived.
    """

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C3
    field_classes: ClassVar[dict[str, DataClass]] = {
        "id": DataClass.C1,
        "site": DataClass.C1,
        "recorded_at": DataClass.C1,
    }

    pk = CompositePrimaryKey("site", "id")
    id = models.UUIDField()
    onset = models.DateTimeField()
    recorded_at = models.DateTimeField()
    person = models.UUIDField(null=True)
    visit = models.UUIDField(null=True)
    severity = models.SmallIntegerField()
    site = models.TextField()
    sealed = models.BinaryField()

    class Meta:
        indexes: ClassVar = [
            models.Index(name="safety_by_person", fields=["person"]),
            models.Index(name="safety_by_visit", fields=["visit"]),
            models.Index(name="safety_by_site", fields=["site", "id"]),
        ]
