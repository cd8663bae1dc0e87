"""Checkpoints, which wards enroll on a page, and epidemic zones, which are loaded."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import grant_sql


class Migration(migrations.Migration):
    dependencies = [("places", "0003_search")]

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("code", models.CharField(max_length=24, primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("kind", models.CharField(max_length=12)),
                ("era", models.CharField(max_length=4)),
                ("commune_code", models.CharField(db_index=True, max_length=5)),
                ("enrolled_by", models.UUIDField(null=True)),
                ("enrolled_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Zone",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "era", "code", "valid_from", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("era", models.CharField(max_length=4)),
                ("code", models.CharField(max_length=5)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("level", models.TextField()),
                ("closed", models.BooleanField()),
                ("source", models.TextField()),
            ],
        ),
        migrations.RunSQL(grant_sql("places_checkpoint", app="SELECT, INSERT, UPDATE"), migrations.RunSQL.noop),
        migrations.RunSQL(grant_sql("places_zone"), migrations.RunSQL.noop),
    ]
