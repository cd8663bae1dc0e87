"""Tables of places."""

# ruff: noqa: DJ001 - a code that is not there is NULL, which foreign keys pass over and comparisons never match

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tiemchung.domain.places.values import Era, HeirBasis, Level
from tiemchung.plumbing.tables import DataClass, Placement


class Edition(models.Model):
    """The state of a set of reference rows: its digest changes whenever a load changed one of them."""

    placement: ClassVar = Placement.REFERENCE
    data_class: ClassVar = DataClass.C1

    name = models.CharField(primary_key=True, max_length=24)
    digest = models.TextField()
    loaded_at = models.DateTimeField()


class Unit(models.Model):
    """A province, district or commune as one division of the country knows it."""

    placement: ClassVar = Placement.REFERENCE
    data_class: ClassVar = DataClass.C1

    pk = models.CompositePrimaryKey("era", "code")
    era = models.CharField(max_length=4)
    code = models.CharField(max_length=5)
    level = models.CharField(max_length=8)
    kind = models.CharField(max_length=10)
    name = models.TextField()
    display_name = models.TextField()
    parent = models.CharField(max_length=5, null=True)
    province = models.CharField(max_length=2)
    iso_3166_2 = models.CharField(max_length=6, null=True)
    identity_prefix = models.CharField(max_length=3, null=True)
    region = models.CharField(max_length=8, null=True)
    successor = models.CharField(max_length=2, null=True)
    population = models.IntegerField(null=True)
    population_note = models.TextField()
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(era__in=[era.value for era in Era]), name="era_is_known"),
            models.CheckConstraint(
                condition=models.Q(level__in=[level.value for level in Level]), name="level_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(level=Level.PROVINCE.value, parent__isnull=True)
                | (~models.Q(level=Level.PROVINCE.value) & models.Q(parent__isnull=False)),
                name="only_provinces_have_no_parent",
            ),
        ]


class Pair(models.Model):
    """An old commune and a new one that took it over, whole or in part."""

    placement: ClassVar = Placement.REFERENCE
    data_class: ClassVar = DataClass.C1

    pk = models.CompositePrimaryKey("old_code", "new_code")
    old_code = models.CharField(max_length=5)
    new_code = models.CharField(max_length=5)
    whole = models.BooleanField()
    main = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["old_code"], condition=models.Q(main=True), name="one_main_heir"),
            models.CheckConstraint(condition=models.Q(main=True) | models.Q(whole=False), name="whole_is_main"),
        ]


class Organization(models.Model):
    """Who runs sites: a hospital, a health station, a store."""

    placement: ClassVar = Placement.REFERENCE
    data_class: ClassVar = DataClass.C1

    code = models.CharField(primary_key=True, max_length=24)
    name = models.TextField()
    era = models.CharField(max_length=4)
    commune_code = models.CharField(max_length=5)


class Site(models.Model):
    """A place, fixed or mobile, where people are vaccinated or vaccines stored, with its codes of both eras."""

    placement: ClassVar = Placement.REFERENCE
    data_class: ClassVar = DataClass.C1

    code = models.CharField(primary_key=True, max_length=24)
    name = models.TextField()
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, db_column="organization")
    era = models.CharField(max_length=4)
    commune_code = models.CharField(max_length=5, db_index=True)
    district_code = models.CharField(max_length=3, null=True, db_index=True)
    province_code = models.CharField(max_length=2, db_index=True)
    heir_commune_code = models.CharField(max_length=5, null=True, db_index=True)
    heir_province_code = models.CharField(max_length=2, null=True)
    heir_basis = models.CharField(max_length=16)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    mobile = models.BooleanField()
    active = models.BooleanField()
    search_key = models.TextField(db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lon__isnull=True, lat__isnull=True)
                | models.Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
                name="site_is_on_the_globe",
            ),
            models.CheckConstraint(
                condition=models.Q(heir_basis__in=[basis.value for basis in HeirBasis]), name="heir_basis_is_known"
            ),
        ]


class Checkpoint(models.Model):
    """A place that asks for a certificate: a road, a market, a hall. Its ward has enrolled it and can end that."""

    placement: ClassVar = Placement.REFERENCE
    data_class: ClassVar = DataClass.C1

    code = models.CharField(primary_key=True, max_length=24)
    name = models.TextField()
    kind = models.CharField(max_length=12)
    era = models.CharField(max_length=4)
    commune_code = models.CharField(max_length=5, db_index=True)
    enrolled_by = models.UUIDField(null=True)
    enrolled_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Zone(models.Model):
    """An epidemic zone: a unit at a level of a decision, from a day until another. `closed` asks for a look at travelers."""

    placement: ClassVar = Placement.REFERENCE
    data_class: ClassVar = DataClass.C0

    pk = models.CompositePrimaryKey("era", "code", "valid_from")
    era = models.CharField(max_length=4)
    code = models.CharField(max_length=5)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    level = models.TextField()
    closed = models.BooleanField()
    asks_certificates = models.BooleanField(db_default=False)
    source = models.TextField()


class DeclaredZone(models.Model):
    """An epidemic zone that an officer of the province entered, with the decision's number and where it can be read."""

    placement: ClassVar = Placement.REFERENCE
    data_class: ClassVar = DataClass.C1

    id = models.UUIDField(primary_key=True)
    era = models.CharField(max_length=4)
    code = models.CharField(max_length=5)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    level = models.TextField()
    closed = models.BooleanField()
    asks_certificates = models.BooleanField(db_default=False)
    decision = models.TextField()
    source = models.TextField()
    declared_by = models.UUIDField(null=True)
    declared_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["code", "valid_from"], name="places_declared_zones_of")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="places_declared_zone_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~models.Q(decision="") & ~models.Q(source="") & ~models.Q(level=""),
                name="places_declared_zone_says_by_what",
            ),
        ]
