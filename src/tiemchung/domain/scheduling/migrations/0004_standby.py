"""Who was called in at the end of a day, and what they said: seen by the site and the ward, like appointments."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import policy_sql


class Migration(migrations.Migration):
    dependencies = [
        ("scheduling", "0003_appointments_of_a_day"),
    ]

    operations = [
        migrations.CreateModel(
            name="StandbyCall",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "session", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("session", models.UUIDField()),
                ("told_at", models.DateTimeField()),
                ("told_by", models.UUIDField(null=True)),
                ("day", models.DateField()),
                ("site", models.TextField()),
                ("commune", models.TextField()),
                ("state", models.TextField()),
            ],
            options={
                "db_table": "scheduling_standby",
                "indexes": [models.Index(fields=["session"], name="standby_of_a_session")],
            },
        ),
        migrations.RunSQL(policy_sql("scheduling_standby", commune="commune"), migrations.RunSQL.noop),
    ]
