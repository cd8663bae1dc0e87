"""The tables of declarations."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("visit", models.UUIDField()),
                ("occurred_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("findings", models.SmallIntegerField()),
                ("agreed", models.BooleanField()),
                ("site", models.TextField()),
                ("form", models.TextField()),
                ("sealed", models.BinaryField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Form",
            fields=[
                ("code", models.CharField(max_length=24, primary_key=True, serialize=False)),
                ("effective_from", models.DateField()),
                ("digest", models.TextField()),
                ("document", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="Screening",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("visit", models.UUIDField()),
                ("occurred_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("findings", models.SmallIntegerField()),
                ("site", models.TextField()),
                ("form", models.TextField()),
                ("sealed", models.BinaryField()),
            ],
        ),
    ]
