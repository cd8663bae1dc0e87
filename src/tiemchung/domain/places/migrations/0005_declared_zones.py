"""Epidemic zones that officers declare on a page. Those of the reference file stay in their own table."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import grant_sql


class Migration(migrations.Migration):
    dependencies = [("places", "0004_checkpoints")]

    operations = [
        migrations.CreateModel(
            name="DeclaredZone",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("era", models.CharField(max_length=4)),
                ("code", models.CharField(max_length=5)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("level", models.TextField()),
                ("closed", models.BooleanField()),
                ("decision", models.TextField()),
                ("source", models.TextField()),
                ("declared_by", models.UUIDField(null=True)),
                ("declared_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["code", "valid_from"], name="places_declared_zones_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                        name="places_declared_zone_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(decision="") & ~models.Q(source="") & ~models.Q(level=""),
                        name="places_declared_zone_says_by_what",
                    ),
                ],
            },
        ),
        migrations.RunSQL(grant_sql("places_declaredzone", app="SELECT, INSERT, UPDATE"), migrations.RunSQL.noop),
    ]
