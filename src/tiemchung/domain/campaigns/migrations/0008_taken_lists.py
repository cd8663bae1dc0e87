"""Lists that are taken along to be edited, and of a list that came back which rows it brought."""

from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import policy_sql


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0007_list_answers")]

    operations = [
        migrations.AddField(model_name="targetlist", name="taken", field=models.UUIDField(null=True)),
        migrations.AddField(
            model_name="listpart",
            name="returned",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), null=True, size=None),
        ),
        migrations.CreateModel(
            name="TakenList",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "site", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField()),
                ("taken_by", models.UUIDField()),
                ("taken_at", models.DateTimeField()),
                ("site", models.TextField()),
                ("commune", models.TextField()),
                ("campaign", models.TextField()),
                (
                    "registrations",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                ("versions", models.BinaryField()),
            ],
            options={"db_table": "campaigns_takenlist"},
        ),
        migrations.RunSQL(
            policy_sql("campaigns_takenlist", commune="commune", grants="SELECT, INSERT, DELETE"),
            migrations.RunSQL.noop,
        ),
    ]
