"""Tables of visits: what the entries of a visit come to, and what a site said of its sessions and days."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import CompositePrimaryKey

from tiemchung.plumbing.tables import DataClass, Placement


class Visit(models.Model):
    """One visit of one person to one site: its stages, as far as they were told, in whatever order they came.

    Instants are those told, corrected by the device's offset. `day` is the business day of the earliest believable
    one; None while there is none.
    """

    placement: ClassVar[Placement] = Placement.PERSON
    data_class: ClassVar[DataClass] = DataClass.C2
    field_classes: ClassVar[dict[str, DataClass]] = {
        "conclusion": DataClass.C3,
        "deferred_reason": DataClass.C3,
        "state": DataClass.C3,
    }

    pk = CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    arrived_at = models.DateTimeField(null=True)
    identified_at = models.DateTimeField(null=True)
    consented_at = models.DateTimeField(null=True)
    screened_at = models.DateTimeField(null=True)
    deferred_at = models.DateTimeField(null=True)
    dosed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    campaign_session = models.UUIDField(null=True)
    appointment = models.UUIDField(null=True)
    day = models.DateField(null=True)
    deferred_until = models.DateField(null=True)
    identified_how = models.SmallIntegerField(null=True)
    conclusion = models.SmallIntegerField(null=True)
    ending = models.SmallIntegerField(null=True)
    minutes = models.SmallIntegerField(null=True)
    consented = models.BooleanField(null=True)
    site = models.TextField()
    ticket = models.TextField(null=True)  # noqa: DJ001 - an arrival not told yet is not an empty ticket
    deferred_reason = models.TextField(null=True)  # noqa: DJ001 - not deferred is not deferred for no reason
    state = models.TextField(null=True)  # noqa: DJ001 - not seen yet is not an empty state

    class Meta:
        indexes: ClassVar = [models.Index(name="visits_of_a_day", fields=["site", "day"])]


class SessionWord(models.Model):
    """What a site said of one campaign session: opened first and last, stopped, closed, and the reason of the stop."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    pk = CompositePrimaryKey("site", "campaign_session")
    campaign_session = models.UUIDField()
    opened_at = models.DateTimeField(null=True)
    resumed_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    site = models.TextField()
    stop_reason = models.TextField(null=True)  # noqa: DJ001 - never stopped is not stopped for no reason


class SiteDay(models.Model):
    """A site's day that a lead closed: the first attestation that held. `closed_at` is the center's clock.

    `explained` holds the lead's words (values.Explained) for the lines that did not come to nothing.
    """

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    pk = CompositePrimaryKey("site", "day")
    closed_at = models.DateTimeField()
    by = models.UUIDField()
    entry = models.UUIDField()
    day = models.DateField()
    explained = models.JSONField(default=list, db_default=[])
    site = models.TextField()
    lines_hash = models.TextField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["entry"], name="day_of_an_attestation")]


class Changed(models.Model):
    """What became otherwise of a visit while its desk went by what it knew (values.Change), until the lead has looked.

    `other` is the record that its person was linked to, or the appointment that was named; where an appointment went stands
    beside it. Settled, it holds who looked, when and what they said.
    """

    placement: ClassVar[Placement] = Placement.PERSON
    data_class: ClassVar[DataClass] = DataClass.C2

    pk = CompositePrimaryKey("person_id", "visit", "change", "other")
    person_id = models.UUIDField()
    visit = models.UUIDField()
    other = models.UUIDField()
    found_at = models.DateTimeField()
    moved_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    day = models.DateField()
    site = models.TextField()
    change = models.TextField()
    moved_site = models.TextField()
    verdict = models.TextField(null=True)  # noqa: DJ001 - not looked at is not an empty verdict

    class Meta:
        indexes: ClassVar = [
            models.Index(
                name="changes_waiting",
                fields=["site", "found_at", "visit"],
                condition=models.Q(settled_at__isnull=True),
            )
        ]
