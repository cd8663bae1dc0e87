"""Papers that came with consignments, as the bytes they were sent in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tiemchung.plumbing.tables import DataClass, Placement


class Paper(models.Model):
    """A paper of a consignment: an invoice, a certificate, a packing list. Its digest stands in the journal too."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    id = models.UUIDField(primary_key=True)
    consignment = models.UUIDField()
    told_by = models.UUIDField(null=True)
    kept_at = models.DateTimeField()
    size = models.IntegerField()
    site = models.TextField()
    name = models.TextField()
    media = models.TextField()
    sha256 = models.TextField()
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="supply_paper_kept_once", fields=["consignment", "sha256"]),
            models.CheckConstraint(name="supply_paper_has_bytes", condition=Q(size__gt=0)),
        ]
