"""Doses by product of every unit, beside those of all products together."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import grant_sql


class Migration(migrations.Migration):
    dependencies = [("response", "0009_escalated")]

    operations = [
        migrations.CreateModel(
            name="ProductStanding",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "era", "level", "unit", "product", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("era", models.TextField()),
                ("level", models.TextField()),
                ("unit", models.TextField()),
                ("product", models.TextField()),
                ("allocated", models.BigIntegerField()),
                ("on_hand", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(grant_sql("response_productstanding"), migrations.RunSQL.noop),
    ]
