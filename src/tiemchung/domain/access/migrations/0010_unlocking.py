"""Tablets are unlocked by members of the staff, and an enrollment names a session and how long it holds."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing.rowsecurity import grant_sql


class Migration(migrations.Migration):
    dependencies = [("access", "0009_presence")]

    operations = [
        migrations.AddField("device", "agreement_key", models.BinaryField(null=True)),
        migrations.AddField("device", "session", models.UUIDField(null=True)),
        migrations.AddField("enrollment", "session", models.UUIDField(null=True)),
        migrations.AddField("enrollment", "device_days", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("deviceword", "bundle_at", models.DateTimeField(null=True)),
        migrations.AddField("deviceword", "erased_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="Unlocking",
            fields=[
                ("id", models.UUIDField(default=uuid7, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("vouched_by", models.UUIDField(null=True)),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="unlockings", to="access.device"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="unlockings", to="access.staff"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["device", "staff"], name="access_one_unlocking_a_device")
                ]
            },
        ),
        migrations.CreateModel(
            name="UnlockCode",
            fields=[
                ("code_hash", models.BinaryField(primary_key=True, serialize=False)),
                ("opened_by", models.UUIDField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RunSQL(grant_sql("access_unlocking", app="SELECT, INSERT, UPDATE"), migrations.RunSQL.noop),
        migrations.RunSQL(grant_sql("access_unlockcode", app="SELECT, INSERT, UPDATE"), migrations.RunSQL.noop),
    ]
