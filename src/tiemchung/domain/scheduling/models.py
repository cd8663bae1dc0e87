"""Tables of scheduling. That no slot is overbooked is a constraint of the slot's row and no hope."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tiemchung.plumbing.tables import DataClass, Placement


class CampaignSession(models.Model):
    """One day at one site for which people are called, with one product."""

    placement: ClassVar = Placement.SITE
    data_class: ClassVar = DataClass.C1

    pk = models.CompositePrimaryKey("site", "id")
    id = models.UUIDField()
    opened_at = models.DateTimeField()
    day = models.DateField()
    site = models.TextField()
    campaign = models.TextField()
    product = models.TextField()
    state = models.TextField()
    reason = models.TextField()

    class Meta:
        db_table = "scheduling_session"
        indexes = [models.Index(fields=["site", "day"], name="sessions_of_a_site")]


class Slot(models.Model):
    """Fifteen minutes of a session, with its places and how many are taken."""

    placement: ClassVar = Placement.SITE
    data_class: ClassVar = DataClass.C1

    pk = models.CompositePrimaryKey("site", "session", "starts_at")
    session = models.UUIDField()
    starts_at = models.DateTimeField()
    capacity = models.IntegerField()
    taken = models.IntegerField()
    site = models.TextField()

    class Meta:
        db_table = "scheduling_slot"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(taken__gte=0) & models.Q(taken__lte=models.F("capacity")),
                name="no_slot_is_overbooked",
            )
        ]


class Appointment(models.Model):
    """One person's place in a slot of a session."""

    placement: ClassVar = Placement.PERSON
    data_class: ClassVar = DataClass.C2

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    session = models.UUIDField()
    starts_at = models.DateTimeField()
    booked_at = models.DateTimeField()
    invited_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    message = models.UUIDField(null=True)
    call_list = models.UUIDField(null=True)
    day = models.DateField()
    site = models.TextField()
    commune = models.TextField()
    campaign = models.TextField()
    product = models.TextField()
    reference = models.TextField()
    state = models.TextField()

    class Meta:
        db_table = "scheduling_appointment"
        indexes = [
            models.Index(fields=["session", "starts_at"], name="appointments_of_a_session"),
            models.Index(fields=["id"], name="appointment_by_id"),
            models.Index(fields=["site", "day", "starts_at"], name="appointments_of_a_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "campaign"], condition=models.Q(state="booked"), name="one_appointment_at_a_time"
            )
        ]


class CallList(models.Model):
    """Those of a session who shall be called for a batch of vaccine: put forward by one of the staff, decided by another."""

    placement: ClassVar = Placement.SITE
    data_class: ClassVar = DataClass.C1

    pk = models.CompositePrimaryKey("site", "id")
    id = models.UUIDField()
    session = models.UUIDField()
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    asked_by = models.UUIDField()
    decided_by = models.UUIDField(null=True)
    people = models.IntegerField()
    site = models.TextField()
    batch = models.TextField()
    state = models.TextField()
    reason = models.TextField()

    class Meta:
        db_table = "scheduling_calllist"
        indexes = [models.Index(fields=["site", "session"], name="lists_of_a_session")]


class StandbyCall(models.Model):
    """Somebody without a place who was called in to a session at the end of its day, and what they said last."""

    placement: ClassVar = Placement.PERSON
    data_class: ClassVar = DataClass.C2

    pk = models.CompositePrimaryKey("person_id", "session")
    person_id = models.UUIDField()
    session = models.UUIDField()
    told_at = models.DateTimeField()
    told_by = models.UUIDField(null=True)
    day = models.DateField()
    site = models.TextField()
    commune = models.TextField()
    state = models.TextField()

    class Meta:
        db_table = "scheduling_standby"
        indexes = [models.Index(fields=["session"], name="standby_of_a_session")]
