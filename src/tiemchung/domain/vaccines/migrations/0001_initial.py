"""The tables of vaccines."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("version", models.IntegerField(primary_key=True, serialize=False)),
                ("digest", models.TextField()),
                ("loaded_at", models.DateTimeField()),
                ("files", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("code", models.CharField(max_length=24, primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("platform", models.TextField()),
                ("doses_primary", models.SmallIntegerField()),
                ("dose_ml", models.FloatField()),
                ("doses_per_vial", models.SmallIntegerField()),
            ],
        ),
    ]
