from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import grant_sql


class Migration(migrations.Migration):
    dependencies = [("figures", "0003_minute")]

    operations = [
        migrations.CreateModel(
            name="ReactionLag",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "name", "slot", "step", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.TextField()),
                ("slot", models.DateTimeField()),
                ("step", models.SmallIntegerField()),
                ("entries", models.BigIntegerField()),
            ],
            options={"db_table": "figures_reaction_lag"},
        ),
        migrations.RunSQL(grant_sql("figures_reaction_lag"), migrations.RunSQL.noop),
    ]
