"""Papers of consignments. They may be read and added, never changed."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import grant_sql


class Migration(migrations.Migration):
    dependencies = [("supply", "0004_bounded_sums")]

    operations = [
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("consignment", models.UUIDField()),
                ("told_by", models.UUIDField(null=True)),
                ("kept_at", models.DateTimeField()),
                ("size", models.IntegerField()),
                ("site", models.TextField()),
                ("name", models.TextField()),
                ("media", models.TextField()),
                ("sha256", models.TextField()),
                ("content", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["consignment", "sha256"], name="supply_paper_kept_once"),
                    models.CheckConstraint(condition=models.Q(size__gt=0), name="supply_paper_has_bytes"),
                ],
            },
        ),
        migrations.RunSQL(
            grant_sql("supply_paper", app="SELECT, INSERT", worker="SELECT, INSERT"), migrations.RunSQL.noop
        ),
    ]
