"""What became otherwise of a visit meanwhile, for the site's lead to look at: seen by the site alone."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import policy_sql


class Migration(migrations.Migration):
    dependencies = [("visits", "0006_by_attestation"), ("people", "0004_linked")]

    operations = [
        migrations.CreateModel(
            name="Changed",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id",
                        "visit",
                        "change",
                        "other",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("visit", models.UUIDField()),
                ("other", models.UUIDField()),
                ("found_at", models.DateTimeField()),
                ("moved_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by", models.UUIDField(null=True)),
                ("day", models.DateField()),
                ("site", models.TextField()),
                ("change", models.TextField()),
                ("moved_site", models.TextField()),
                ("verdict", models.TextField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled_at__isnull", True)),
                        fields=["site", "found_at", "visit"],
                        name="changes_waiting",
                    )
                ],
            },
        ),
        migrations.RunSQL(policy_sql("visits_changed"), migrations.RunSQL.noop),
    ]
