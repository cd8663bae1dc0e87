"""The table of complaints. What was told, and by whom, lies sealed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tiemchung.domain.mending.values import ComplaintState
from tiemchung.plumbing.tables import DataClass, Placement


class Complaint(models.Model):
    """One request to mend something. Whoever reaches its site may read it; without a site, whoever mends for all."""

    placement: ClassVar[Placement] = Placement.DIRECTORY
    data_class: ClassVar[DataClass] = DataClass.C3
    field_classes: ClassVar[dict[str, DataClass]] = {
        "id": DataClass.C1,
        "kind": DataClass.C1,
        "site": DataClass.C1,
        "filed_at": DataClass.C1,
        "due_at": DataClass.C1,
        "state": DataClass.C1,
        "number_hash": DataClass.C2,
    }

    id = models.UUIDField(primary_key=True)
    number_hash = models.BinaryField(unique=True)
    kind = models.TextField()
    site = models.TextField()
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.TextField(default=ComplaintState.OPEN.value)
    sealed = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="mending_state_is_known",
                condition=models.Q(state__in=[state.value for state in ComplaintState]),
            ),
            models.CheckConstraint(
                name="mending_due_after_filing", condition=models.Q(due_at__gt=models.F("filed_at"))
            ),
        ]
        indexes: ClassVar = [models.Index(name="mending_open_by_site", fields=["state", "site", "due_at"])]
