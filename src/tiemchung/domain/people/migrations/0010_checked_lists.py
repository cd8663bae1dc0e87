"""Lists that a ward signs for the register: who is on them, and which fields of each differ."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import grant_sql, policy_sql


class Migration(migrations.Migration):
    dependencies = [("people", "0009_register")]

    operations = [
        migrations.AddField("registerstate", "list", models.UUIDField(null=True)),
        migrations.AddField("registerstate", "fields", models.SmallIntegerField(db_default=0)),
        migrations.CreateModel(
            name="RegisterList",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "site", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField()),
                ("sent_by", models.UUIDField()),
                ("sent_at", models.DateTimeField()),
                ("signed_by", models.UUIDField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("site", models.TextField()),
                ("commune", models.TextField()),
            ],
            options={
                "db_table": "people_register_list",
                "indexes": [
                    models.Index(fields=["id"], name="register_list_by_id"),
                    models.Index(fields=["commune", "-sent_at"], name="register_lists_of_a_ward"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterListed",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "list", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("list", models.UUIDField()),
                ("site", models.TextField()),
                ("commune", models.TextField()),
            ],
            options={
                "db_table": "people_register_listed",
                "indexes": [models.Index(fields=["list", "person_id"], name="persons_of_a_register_list")],
            },
        ),
        *(
            migrations.RunSQL(statement, migrations.RunSQL.noop)
            for statement in [
                policy_sql("people_register_list", commune="commune"),
                policy_sql("people_register_listed", commune="commune"),
                # A desk asks by itself: it adds what was exchanged and reads none of it.
                grant_sql("people_register_line", app="SELECT, INSERT, UPDATE", worker=""),
                grant_sql("people_register_exchange", app="INSERT", worker=""),
            ]
        ),
    ]
