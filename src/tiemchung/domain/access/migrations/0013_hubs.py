"""A hub is a device that carries batches: its code says so, it has an address, and what it brought is noted with its own time."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing.rowsecurity import grant_sql


class Migration(migrations.Migration):
    dependencies = [("access", "0012_seen_by_the_minute")]

    operations = [
        migrations.AddField("device", "address", models.TextField(blank=True, default="")),
        migrations.AddField("enrollment", "device_kind", models.TextField(default="tablet")),
        migrations.RemoveConstraint("device", "access_device_kind_is_known"),
        migrations.AddConstraint(
            "device",
            models.CheckConstraint(
                condition=models.Q(("kind__in", ["tablet", "server", "hub"])), name="access_device_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            "device",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "hub"), models.Q(("address", ""), _negated=True)),
                    models.Q(models.Q(("kind", "hub"), _negated=True), ("address", "")),
                    _connector="OR",
                ),
                name="access_hub_has_an_address",
            ),
        ),
        migrations.CreateModel(
            name="Relayed",
            fields=[
                ("id", models.UUIDField(default=uuid7, primary_key=True, serialize=False)),
                ("site", models.CharField(max_length=24)),
                ("device", models.UUIDField()),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                ("head", models.BinaryField()),
                ("hub", models.UUIDField()),
                ("taken_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("device", "last", "head"), name="access_relayed_once")]
            },
        ),
        migrations.RunSQL(grant_sql("access_relayed", app="SELECT, INSERT"), migrations.RunSQL.noop),
    ]
