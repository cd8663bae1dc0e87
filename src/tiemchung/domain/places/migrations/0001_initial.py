"""The tables of places."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("name", models.CharField(max_length=24, primary_key=True, serialize=False)),
                ("digest", models.TextField()),
                ("loaded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Organization",
            fields=[
                ("code", models.CharField(max_length=24, primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("era", models.CharField(max_length=4)),
                ("commune_code", models.CharField(max_length=5)),
            ],
        ),
        migrations.CreateModel(
            name="Pair",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "old_code", "new_code", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("old_code", models.CharField(max_length=5)),
                ("new_code", models.CharField(max_length=5)),
                ("whole", models.BooleanField()),
                ("main", models.BooleanField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("main", True)), fields=("old_code",), name="one_main_heir"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("main", True), ("whole", False), _connector="OR"), name="whole_is_main"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "era", "code", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("era", models.CharField(max_length=4)),
                ("code", models.CharField(max_length=5)),
                ("level", models.CharField(max_length=8)),
                ("kind", models.CharField(max_length=10)),
                ("name", models.TextField()),
                ("display_name", models.TextField()),
                ("parent", models.CharField(max_length=5, null=True)),
                ("province", models.CharField(max_length=2)),
                ("iso_3166_2", models.CharField(max_length=6, null=True)),
                ("identity_prefix", models.CharField(max_length=3, null=True)),
                ("region", models.CharField(max_length=8, null=True)),
                ("successor", models.CharField(max_length=2, null=True)),
                ("population", models.IntegerField(null=True)),
                ("population_note", models.TextField()),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("era__in", ["2021", "2025"])), name="era_is_known"),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["province", "district", "commune"])), name="level_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("level", "province"), ("parent__isnull", True)),
                            models.Q(models.Q(("level", "province"), _negated=True), ("parent__isnull", False)),
                            _connector="OR",
                        ),
                        name="only_provinces_have_no_parent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                ("code", models.CharField(max_length=24, primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("era", models.CharField(max_length=4)),
                ("commune_code", models.CharField(db_index=True, max_length=5)),
                ("district_code", models.CharField(db_index=True, max_length=3, null=True)),
                ("province_code", models.CharField(db_index=True, max_length=2)),
                ("heir_commune_code", models.CharField(db_index=True, max_length=5, null=True)),
                ("heir_province_code", models.CharField(max_length=2, null=True)),
                ("heir_basis", models.CharField(max_length=16)),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("mobile", models.BooleanField()),
                ("active", models.BooleanField()),
                (
                    "organization",
                    models.ForeignKey(
                        db_column="organization", on_delete=django.db.models.deletion.PROTECT, to="places.organization"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lat__isnull", True), ("lon__isnull", True)),
                            models.Q(("lat__gte", -90), ("lat__lte", 90), ("lon__gte", -180), ("lon__lte", 180)),
                            _connector="OR",
                        ),
                        name="site_is_on_the_globe",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("heir_basis__in", ["same", "whole", "coordinates", "main-heir", "province-only"])
                        ),
                        name="heir_basis_is_known",
                    ),
                ],
            },
        ),
    ]
