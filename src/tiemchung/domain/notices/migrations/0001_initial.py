"""Messages and where they stand, what was spent of the day, the demo's outbox."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Spent",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "day", "channel", "kind", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("channel", models.TextField()),
                ("kind", models.TextField()),
                ("count", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("channel", models.TextField()),
                ("kind", models.TextField()),
                ("template", models.TextField()),
                ("language", models.TextField()),
                ("purpose", models.TextField(blank=True)),
                ("campaign", models.TextField(blank=True)),
                ("site", models.TextField(null=True)),
                ("person", models.UUIDField(null=True)),
                ("contact", models.BinaryField(null=True)),
                ("told", models.BinaryField(null=True)),
                ("state", models.TextField()),
                ("reason", models.TextField(blank=True)),
                ("tries", models.SmallIntegerField()),
                ("queued_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "queued")), fields=["kind", "due_at", "id"], name="notices_waiting"
                    ),
                    models.Index(fields=["campaign", "state"], name="notices_of_campaign"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["queued", "delivered", "no-contact", "refused"])),
                        name="notices_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["sms", "voice", "email", "print"])), name="notices_channel"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("contact__isnull", False), ("person__isnull", True)),
                            models.Q(("contact__isnull", True), ("person__isnull", False)),
                            _connector="OR",
                        ),
                        name="notices_goes_to_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Outbox",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("channel", models.TextField()),
                ("contact_hash", models.BinaryField()),
                ("sealed", models.BinaryField()),
            ],
            options={
                "indexes": [models.Index(fields=["contact_hash", "-at"], name="notices_outbox_of_contact")],
            },
        ),
    ]
