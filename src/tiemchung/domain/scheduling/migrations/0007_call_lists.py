"""Lists that are put forward for a batch of vaccine and approved by a second person, before anybody on them is invited."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import grant_sql


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0006_message")]

    operations = [
        migrations.CreateModel(
            name="CallList",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "site", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField()),
                ("session", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("asked_by", models.UUIDField()),
                ("decided_by", models.UUIDField(null=True)),
                ("people", models.IntegerField()),
                ("site", models.TextField()),
                ("batch", models.TextField()),
                ("state", models.TextField()),
                ("reason", models.TextField()),
            ],
            options={
                "db_table": "scheduling_calllist",
                "indexes": [models.Index(fields=["site", "session"], name="lists_of_a_session")],
            },
        ),
        migrations.AddField("appointment", "call_list", models.UUIDField(null=True)),
        migrations.RunSQL(
            grant_sql("scheduling_calllist", app="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
            migrations.RunSQL.noop,
        ),
    ]
