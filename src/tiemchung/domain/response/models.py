"""Tables of response. No row names a person; what people wrote and a caller's number lie sealed.

They stand outside row-level security, for who watches the country acts on single rows of every site: reach is the
policy's, asked in every query and action.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import CompositePrimaryKey, Q

from tiemchung.domain.response.values import AlertKind, CallHow, Origin, Outcome, StepKind, Weight
from tiemchung.plumbing.tables import DataClass, Placement


class Alert(models.Model):
    """Something that cannot be true or must not wait, at a site, from when it was raised until it no longer held."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    pk = CompositePrimaryKey("site", "kind", "key")
    id = models.UUIDField()
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    incident = models.UUIDField(null=True)
    site = models.TextField()
    kind = models.TextField()
    key = models.TextField()
    facts = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="response_alert_kind_is_known", condition=Q(kind__in=[kind.value for kind in AlertKind])
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="response_alert_by_id", fields=["id"]),
            models.Index(
                name="response_alert_holding", fields=["kind", "raised_at"], condition=Q(cleared_at__isnull=True)
            ),
        ]


class Incident(models.Model):
    """Something that somebody must see to, until it is resolved. Without an owner it waits for one."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1
    field_classes: ClassVar[dict[str, DataClass]] = {"subject": DataClass.C3}

    id = models.UUIDField(primary_key=True)
    alert = models.UUIDField(null=True)
    call = models.UUIDField(null=True)
    opened_by = models.UUIDField(null=True)
    owner = models.UUIDField(null=True)
    team = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    site = models.TextField()
    origin = models.TextField()
    weight = models.TextField()
    kind = models.TextField()
    facts = models.JSONField()
    subject = models.BinaryField(null=True)
    outcome = models.TextField(null=True)  # noqa: DJ001 - not resolved yet is not an empty outcome

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="response_incident_origin_is_known", condition=Q(origin__in=[origin.value for origin in Origin])
            ),
            models.CheckConstraint(
                name="response_incident_weight_is_known", condition=Q(weight__in=[weight.value for weight in Weight])
            ),
            models.CheckConstraint(
                name="response_resolved_by_its_owner",
                condition=Q(resolved_at__isnull=True, outcome__isnull=True)
                | Q(resolved_at__isnull=False, owner__isnull=False, outcome__in=[end.value for end in Outcome]),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="response_incident_open", fields=["opened_at"], condition=Q(resolved_at__isnull=True)),
            models.Index(name="response_incident_closed", fields=["-resolved_at"]),
        ]


class Team(models.Model):
    """A support team, from when it was formed until it was disbanded."""

    placement: ClassVar[Placement] = Placement.REFERENCE
    data_class: ClassVar[DataClass] = DataClass.C1

    id = models.UUIDField(primary_key=True)
    formed_at = models.DateTimeField()
    disbanded_at = models.DateTimeField(null=True)
    name = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="response_one_team_a_name", fields=["name"], condition=Q(disbanded_at=None)),
        ]


class Membership(models.Model):
    """Somebody of the staff in a support team."""

    placement: ClassVar[Placement] = Placement.REFERENCE
    data_class: ClassVar[DataClass] = DataClass.C1

    pk = CompositePrimaryKey("team", "staff")
    team = models.UUIDField()
    staff = models.UUIDField()
    since = models.DateTimeField()


class Step(models.Model):
    """One step of an incident. Its id is made by the form that took it, so that a second click is the same step."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1
    field_classes: ClassVar[dict[str, DataClass]] = {"text": DataClass.C3}

    id = models.UUIDField(primary_key=True)
    incident = models.UUIDField()
    by = models.UUIDField(null=True)
    to = models.UUIDField(null=True)
    at = models.DateTimeField()
    what = models.TextField()
    text = models.BinaryField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="response_step_is_known", condition=Q(what__in=[kind.value for kind in StepKind])
            ),
        ]
        indexes: ClassVar = [models.Index(name="response_steps_of", fields=["incident", "at"])]


class Call(models.Model):
    """A citizen's call: their number and words sealed, and how they showed that the number is in their hands.

    Instants of the code are real time: it ends whatever the campaign's clock says.
    """

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C2
    field_classes: ClassVar[dict[str, DataClass]] = {"words": DataClass.C3}

    id = models.UUIDField(primary_key=True)
    noted_by = models.UUIDField(null=True)
    dialed_by = models.UUIDField(null=True)
    incident = models.UUIDField(null=True)
    noted_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    code_ends_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0, db_default=0)
    codes_sent = models.SmallIntegerField(default=0, db_default=0)
    site = models.TextField()
    how = models.TextField(null=True)  # noqa: DJ001 - not confirmed is not confirmed in no way
    number = models.BinaryField()
    number_hash = models.BinaryField()
    words = models.BinaryField()
    code = models.BinaryField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="response_call_confirmed_opens_an_incident",
                condition=Q(how__isnull=True, incident__isnull=True)
                | Q(how__in=[how.value for how in CallHow], incident__isnull=False, closed_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="response_call_waiting", fields=["noted_at"], condition=Q(closed_at__isnull=True)),
            models.Index(name="response_call_of_number", fields=["number_hash", "noted_at"]),
        ]


class Case(models.Model):
    """An adverse event as it was told, without the person: for the list of the last day."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    id = models.UUIDField(primary_key=True)
    onset = models.DateTimeField()
    recorded_at = models.DateTimeField()
    severity = models.SmallIntegerField()
    site = models.TextField()
    product = models.TextField()
    lot = models.TextField()

    class Meta:
        indexes: ClassVar = [models.Index(name="response_case_newest", fields=["-recorded_at"])]


class SiteHour(models.Model):
    """Doses told to have been given at a site within an hour, up to a place in the journal."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    pk = CompositePrimaryKey("site", "hour")
    hour = models.DateTimeField()
    transaction = models.BigIntegerField()
    sequence = models.BigIntegerField()
    doses = models.IntegerField()
    site = models.TextField()

    class Meta:
        indexes: ClassVar = [models.Index(name="response_site_hours", fields=["hour"])]


class Pulse(models.Model):
    """When the center last took an entry of a site, from a tablet or from a page."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    site = models.TextField(primary_key=True)
    recorded_at = models.DateTimeField()


class Paper(models.Model):
    """A site of which somebody knows that it writes on paper; the latest time, ended or not."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    site = models.TextField(primary_key=True)
    by = models.UUIDField(null=True)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField()


class SiteStanding(models.Model):
    """How a site stood when it was last counted: whether it ever spoke, doses issued and entered, how long its stock lasts."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    site = models.TextField(primary_key=True)
    counted_at = models.DateTimeField()
    daily = models.FloatField(null=True)
    issued = models.IntegerField()
    entered = models.IntegerField()
    usable = models.IntegerField()
    on_road = models.IntegerField()
    called = models.IntegerField(db_default=0)
    spoke = models.BooleanField()
    province = models.TextField()
    district = models.TextField()

    class Meta:
        indexes: ClassVar = [models.Index(name="response_standing_of_unit", fields=["province", "district"])]


class ProductStanding(models.Model):
    """Doses of one product in one unit of one era, when they were last counted; as old as the unit's own row."""

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    pk = models.CompositePrimaryKey("era", "level", "unit", "product")
    era = models.TextField()
    level = models.TextField()
    unit = models.TextField()
    product = models.TextField()
    allocated = models.BigIntegerField()
    on_hand = models.BigIntegerField()


class UnitStanding(models.Model):
    """Doses and demand of one unit of one era, from the country down to the site, when it was last counted.

    `as_of` and `due_as_of` stand in the country's row alone and speak for all of its era.
    """

    placement: ClassVar[Placement] = Placement.SITE
    data_class: ClassVar[DataClass] = DataClass.C1

    pk = models.CompositePrimaryKey("era", "level", "unit")
    era = models.TextField()
    level = models.TextField()
    unit = models.TextField()
    parent = models.TextField()
    allocated = models.BigIntegerField()
    on_hand = models.BigIntegerField()
    on_road = models.BigIntegerField()
    registered = models.IntegerField()
    listed = models.IntegerField()
    due = models.IntegerField()
    called = models.IntegerField(db_default=0)
    as_of = models.DateTimeField(null=True)
    due_as_of = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(name="response_units_below", fields=["era", "level", "parent"])]
