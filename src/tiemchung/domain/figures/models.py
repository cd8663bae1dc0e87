"""Counters and what each dose is counted as.

Only the reaction that counts writes counters, one writer at a time; every table holds `doses`, the number of doses
under its keys, and no row at zero. The keys are text codes and days; the tables are written by sets (`actions`).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tiemchung.plumbing.tables import DataClass, Placement


class CountedDose(models.Model):
    """One dose as it is counted at present: with it, a void or a correction counts back exactly what was counted."""

    placement: ClassVar = Placement.PERSON
    data_class: ClassVar = DataClass.C3

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.UUIDField()
    id = models.UUIDField()
    site = models.TextField()
    given_on = models.DateField(null=True)
    recorded_on = models.DateField()
    product = models.TextField()
    dose_number = models.SmallIntegerField()
    commune = models.TextField()
    era = models.TextField()
    sex = models.TextField()
    age_band = models.TextField()
    target_group = models.TextField()
    delay = models.TextField()

    class Meta:
        db_table = "figures_dose"


class CountedSite(models.Model):
    """A site and the unit under which it is counted in one era. A site that moves counts on here until a rebuild."""

    placement: ClassVar = Placement.SITE
    data_class: ClassVar = DataClass.C0

    pk = models.CompositePrimaryKey("site", "era")
    site = models.TextField()
    era = models.TextField()
    commune = models.TextField()
    district = models.TextField()
    province = models.TextField()

    class Meta:
        db_table = "figures_site"
        indexes: ClassVar = [models.Index(fields=["era", "commune"], name="figures_site_commune")]


class Counter(models.Model):
    """The number of doses under the keys of the table."""

    placement: ClassVar = Placement.SITE
    data_class: ClassVar = DataClass.C0

    doses = models.IntegerField()

    class Meta:
        abstract = True
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(doses__gt=0), name="%(class)s_counts")]


class SiteDay(Counter):
    """Doses given at one site on one business day, of one product, as one dose number."""

    pk = models.CompositePrimaryKey("site", "day", "product", "dose_number")
    site = models.TextField()
    day = models.DateField()
    product = models.TextField()
    dose_number = models.SmallIntegerField()

    class Meta(Counter.Meta):
        db_table = "figures_site_day"


class Undated(Counter):
    """Doses of one site in the class "date unknown": of one product, as one dose number."""

    pk = models.CompositePrimaryKey("site", "product", "dose_number")
    site = models.TextField()
    product = models.TextField()
    dose_number = models.SmallIntegerField()

    class Meta(Counter.Meta):
        db_table = "figures_undated"


class ResidenceWeek(Counter):
    """Persons who reached a number of doses in one ISO week, by where they lived, sex and age band.

    The commune's code is that of its era, as it was written then; week 0 is the class "date unknown". A person is in
    each state once, so that the persons with at least two doses are the sum of state 2 over all weeks.
    """

    data_class: ClassVar = DataClass.C1

    pk = models.CompositePrimaryKey("era", "commune", "week", "sex", "age_band", "dose_state")
    era = models.TextField()
    commune = models.TextField()
    week = models.IntegerField()
    sex = models.TextField()
    age_band = models.TextField()
    dose_state = models.SmallIntegerField()

    class Meta(Counter.Meta):
        db_table = "figures_residence_week"


class GroupDay(Counter):
    """Doses given in one district of 2021 on one business day to one target group."""

    pk = models.CompositePrimaryKey("district", "day", "target_group")
    district = models.TextField()
    day = models.DateField()
    target_group = models.TextField()

    class Meta(Counter.Meta):
        db_table = "figures_group_day"


class EntryDay(Counter):
    """Doses of one site that the center learned on one business day, by delay."""

    pk = models.CompositePrimaryKey("site", "day", "delay")
    site = models.TextField()
    day = models.DateField()
    delay = models.TextField()

    class Meta(Counter.Meta):
        db_table = "figures_entry_day"


class UnitTotal(Counter):
    """Doses given at the sites of one unit, with or without a day, of one product, as one dose number."""

    pk = models.CompositePrimaryKey("era", "level", "unit", "parent", "product", "dose_number", "dated")
    era = models.TextField()
    level = models.TextField()
    unit = models.TextField()
    parent = models.TextField()
    product = models.TextField()
    dose_number = models.SmallIntegerField()
    dated = models.BooleanField()

    class Meta(Counter.Meta):
        db_table = "figures_unit_total"
        indexes: ClassVar = [models.Index(fields=["era", "level", "parent"], name="figures_unit_total_parent")]


class UnitDay(Counter):
    """Doses given in one country, province or district on one business day, of one product, as one dose number."""

    pk = models.CompositePrimaryKey("era", "level", "unit", "day", "product", "dose_number")
    era = models.TextField()
    level = models.TextField()
    unit = models.TextField()
    day = models.DateField()
    product = models.TextField()
    dose_number = models.SmallIntegerField()

    class Meta(Counter.Meta):
        db_table = "figures_unit_day"


class UnitEntryDay(Counter):
    """Doses of one country, province or district that the center learned on one business day, by delay."""

    pk = models.CompositePrimaryKey("era", "level", "unit", "day", "delay")
    era = models.TextField()
    level = models.TextField()
    unit = models.TextField()
    day = models.DateField()
    delay = models.TextField()

    class Meta(Counter.Meta):
        db_table = "figures_unit_entry_day"


class GroupTotal(Counter):
    """Doses given in one unit, or at one site, to one target group, with or without a day."""

    pk = models.CompositePrimaryKey("era", "level", "unit", "target_group")
    era = models.TextField()
    level = models.TextField()
    unit = models.TextField()
    target_group = models.TextField()

    class Meta(Counter.Meta):
        db_table = "figures_group_total"


class AgeTotal(Counter):
    """Doses given in one unit, or at one site, to persons of one age band, with or without a day."""

    pk = models.CompositePrimaryKey("era", "level", "unit", "age_band")
    era = models.TextField()
    level = models.TextField()
    unit = models.TextField()
    age_band = models.TextField()

    class Meta(Counter.Meta):
        db_table = "figures_age_total"


class ResidenceTotal(Counter):
    """Persons living in one unit of the era in which it was written who reached a number of doses, in whatever week."""

    data_class: ClassVar = DataClass.C1

    pk = models.CompositePrimaryKey("era", "level", "unit", "parent", "sex", "age_band", "dose_state")
    era = models.TextField()
    level = models.TextField()
    unit = models.TextField()
    parent = models.TextField()
    sex = models.TextField()
    age_band = models.TextField()
    dose_state = models.SmallIntegerField()

    class Meta(Counter.Meta):
        db_table = "figures_residence_total"
        indexes: ClassVar = [models.Index(fields=["era", "level", "parent"], name="figures_residence_parent")]


class Standing(models.Model):
    """Up to when the figures know what the center knows: one row."""

    placement: ClassVar = Placement.LOCAL
    data_class: ClassVar = DataClass.C0

    id = models.SmallIntegerField(primary_key=True)
    as_of = models.DateTimeField()

    class Meta:
        db_table = "figures_standing"
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="figures_stand_once")]


class ReactionState(models.Model):
    """How one reaction stands, as its worker last said, in real time."""

    placement: ClassVar = Placement.LOCAL
    data_class: ClassVar = DataClass.C1

    name = models.TextField(primary_key=True)
    last_lag_ms = models.BigIntegerField()
    worst_lag_ms = models.BigIntegerField()
    entries = models.BigIntegerField()
    seen_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    error = models.TextField()

    class Meta:
        db_table = "figures_reaction_state"


class ReactionLag(models.Model):
    """How many entries one reaction took in ten minutes of real time after a wait of one step (`rules.lag_step`)."""

    placement: ClassVar = Placement.LOCAL
    data_class: ClassVar = DataClass.C1

    pk = models.CompositePrimaryKey("name", "slot", "step")
    name = models.TextField()
    slot = models.DateTimeField()
    step = models.SmallIntegerField()
    entries = models.BigIntegerField()

    class Meta:
        db_table = "figures_reaction_lag"


class SkippedEntry(models.Model):
    """An entry that one reaction could not take: it stands apart so that the rest goes on."""

    placement: ClassVar = Placement.LOCAL
    data_class: ClassVar = DataClass.C1

    pk = models.CompositePrimaryKey("reaction", "entry")
    reaction = models.TextField()
    entry = models.UUIDField()
    kind = models.TextField()
    error = models.TextField()
    skipped_at = models.DateTimeField()

    class Meta:
        db_table = "figures_skipped_entry"


class Minute(models.Model):
    """Doses whose entries the center took in one minute, and the place in the journal of the last one counted."""

    placement: ClassVar = Placement.LOCAL
    data_class: ClassVar = DataClass.C0

    minute = models.DateTimeField(primary_key=True)
    doses = models.IntegerField()
    transaction = models.BigIntegerField()
    sequence = models.BigIntegerField()

    class Meta:
        db_table = "figures_minute"


COUNTERS: tuple[type[Counter], ...] = (
    SiteDay,
    Undated,
    ResidenceWeek,
    GroupDay,
    EntryDay,
    UnitTotal,
    UnitDay,
    UnitEntryDay,
    GroupTotal,
    AgeTotal,
    ResidenceTotal,
)
"""Every counter: those a dose touches itself, then those that are summed from them."""


def table_of(model: type[models.Model]) -> str:
    """Return the name of a table."""
    return model._meta.db_table  # noqa: SLF001 - Django documents _meta


def key_of(model: type[models.Model]) -> list[str]:
    """Return the columns of a primary key."""
    return [field.name for field in model._meta.pk_fields]  # noqa: SLF001 - Django documents _meta


def columns_of(model: type[models.Model]) -> dict[str, str]:
    """Return all columns of a table with their Django types: the key in its order, then the others."""
    fields = model._meta.local_concrete_fields  # noqa: SLF001 - Django documents _meta
    types = {field.name: field.get_internal_type() for field in fields}
    return {name: types[name] for name in dict.fromkeys([*key_of(model), *types])}
