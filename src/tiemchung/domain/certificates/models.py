"""The table of certificates. Nothing is signed yet: a row says where a dose stands on its way."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tiemchung.domain.certificates.values import Reason, State
from tiemchung.plumbing.tables import DataClass, Placement


class Preparation(models.Model):
    """Where one dose stands: waiting, ready, or withheld with its reason, and since when. `id` is the dose's."""

    placement: ClassVar[Placement] = Placement.PERSON
    data_class: ClassVar[DataClass] = DataClass.C3

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    since = models.DateTimeField()
    state = models.SmallIntegerField()
    reason = models.SmallIntegerField()
    site = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="only_a_ready_dose_has_no_reason",
                condition=models.Q(state=State.READY, reason=Reason.NONE)
                | (~models.Q(state=State.READY) & ~models.Q(reason=Reason.NONE)),
            ),
        ]
