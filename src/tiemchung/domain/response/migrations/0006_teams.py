"""Support teams, their members, and the team that an incident was given to."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q

from tiemchung.plumbing.rowsecurity import grant_sql


class Migration(migrations.Migration):
    dependencies = [("response", "0005_units")]

    operations = [
        migrations.CreateModel(
            name="Team",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("formed_at", models.DateTimeField()),
                ("disbanded_at", models.DateTimeField(null=True)),
                ("name", models.TextField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(("disbanded_at", None)), fields=("name",), name="response_one_team_a_name"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "team", "staff", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("team", models.UUIDField()),
                ("staff", models.UUIDField()),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.AddField("incident", "team", models.UUIDField(null=True)),
        migrations.RunSQL(grant_sql("response_team", app="SELECT, INSERT, UPDATE"), migrations.RunSQL.noop),
        migrations.RunSQL(grant_sql("response_membership", app="SELECT, INSERT, DELETE"), migrations.RunSQL.noop),
    ]
