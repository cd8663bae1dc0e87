"""Repairs of one error that hit many doses: proposed by one person, done when a second agrees, taken back by another repair."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import F, Q

from tiemchung.plumbing.rowsecurity import policy_sql


class Migration(migrations.Migration):
    dependencies = [("mending", "0009_speed")]

    operations = [
        migrations.CreateModel(
            name="Repair",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("site", models.TextField()),
                ("given_on", models.DateField()),
                ("lot", models.TextField()),
                ("to_lot", models.TextField()),
                ("to_product", models.TextField()),
                ("takes_back", models.UUIDField(null=True)),
                ("state", models.TextField()),
                ("words", models.BinaryField()),
                ("proposed_by", models.UUIDField()),
                ("proposed_at", models.DateTimeField()),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["site", "-proposed_at"], name="mending_repairs_of_site")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "proposed"))
                        | Q(("decided_at__isnull", False), ("decided_by__isnull", False), ("state", "dropped"))
                        | (
                            Q(("decided_at__isnull", False), ("decided_by__isnull", False), ("state", "done"))
                            & ~Q(("proposed_by", F("decided_by")))
                        ),
                        name="mending_repair_stands_somewhere",
                    ),
                    models.UniqueConstraint(
                        condition=Q(("takes_back__isnull", False)) & ~Q(("state", "dropped")),
                        fields=("takes_back",),
                        name="mending_taken_back_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RepairedDose",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("repair", models.UUIDField()),
                ("dose", models.UUIDField()),
                ("site", models.TextField()),
                ("product", models.TextField()),
                ("to_product", models.TextField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("repair", "dose"), name="mending_repaired_once")],
            },
        ),
        migrations.RunSQL(policy_sql("mending_repair"), migrations.RunSQL.noop),
        migrations.RunSQL(policy_sql("mending_repaireddose", grants="SELECT, INSERT"), migrations.RunSQL.noop),
    ]
