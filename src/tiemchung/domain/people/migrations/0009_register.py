"""What the population register says of persons: the queue with its answers, the line, and what was exchanged."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import grant_sql, own_policy_sql, policy_sql


class Migration(migrations.Migration):
    dependencies = [("people", "0008_validity")]

    operations = [
        migrations.CreateModel(
            name="RegisterState",
            fields=[
                ("person_id", models.UUIDField(primary_key=True, serialize=False)),
                ("exchange", models.UUIDField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("state", models.SmallIntegerField(db_default=0)),
                ("site", models.TextField()),
                ("commune", models.TextField()),
                ("asked_about", models.BinaryField(null=True)),
            ],
            options={
                "db_table": "people_register_state",
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at", "person_id"],
                        name="register_states_due",
                    ),
                    models.Index(fields=["commune", "state", "person_id"], name="register_states_of_a_ward"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", [0, 1, 2, 3])), name="register_state_is_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterLine",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("failures", models.IntegerField()),
                ("pause_s", models.FloatField()),
                ("until", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                ("reason", models.TextField()),
            ],
            options={"db_table": "people_register_line"},
        ),
        migrations.CreateModel(
            name="RegisterExchange",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("sealed", models.BinaryField()),
            ],
            options={
                "db_table": "people_register_exchange",
                "indexes": [models.Index(fields=["at"], name="register_exchanges_by_age")],
            },
        ),
        *(
            migrations.RunSQL(statement, migrations.RunSQL.noop)
            for statement in [
                policy_sql("people_register_state", commune="commune"),
                own_policy_sql("people_register_state"),
                grant_sql("people_register_line"),
                grant_sql("people_register_exchange", app=""),
            ]
        ),
    ]
