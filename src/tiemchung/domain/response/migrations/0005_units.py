from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import grant_sql


class Migration(migrations.Migration):
    dependencies = [
        ("response", "0004_standing"),
    ]

    operations = [
        migrations.CreateModel(
            name="UnitStanding",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "era", "level", "unit", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("era", models.TextField()),
                ("level", models.TextField()),
                ("unit", models.TextField()),
                ("parent", models.TextField()),
                ("allocated", models.BigIntegerField()),
                ("on_hand", models.BigIntegerField()),
                ("on_road", models.BigIntegerField()),
                ("registered", models.IntegerField()),
                ("listed", models.IntegerField()),
                ("due", models.IntegerField()),
                ("as_of", models.DateTimeField(null=True)),
                ("due_as_of", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["era", "level", "parent"], name="response_units_below")],
            },
        ),
        migrations.RunSQL(grant_sql("response_unitstanding"), migrations.RunSQL.noop),
    ]
