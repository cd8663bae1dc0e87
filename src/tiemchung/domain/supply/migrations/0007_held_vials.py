"""Vials that are set aside after anaphylaxis, each a row of its own."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import grant_sql


class Migration(migrations.Migration):
    dependencies = [("supply", "0006_movements_of_a_day")]

    operations = [
        migrations.CreateModel(
            name="VialHold",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "site", "lot", "vial", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("held_at", models.DateTimeField()),
                ("site", models.TextField()),
                ("lot", models.TextField()),
                ("vial", models.TextField()),
            ],
        ),
        migrations.RunSQL(grant_sql("supply_vialhold", app="SELECT, INSERT, UPDATE"), migrations.RunSQL.noop),
    ]
