"""Doses by target group, summed: a page of the country would add up every district and day otherwise."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import grant_sql

FILL = """
INSERT INTO figures_group_total (era, level, unit, target_group, doses)
SELECT s.era, u.level, u.unit, d.target_group, count(*) FROM figures_dose d JOIN figures_site s USING (site)
CROSS JOIN LATERAL (VALUES ('country', 'VN'), ('province', s.province), ('district', s.district)) AS u(level, unit)
WHERE u.unit <> '' GROUP BY 1, 2, 3, 4;
"""


class Migration(migrations.Migration):
    dependencies = [("figures", "0004_reaction_lag")]

    operations = [
        migrations.CreateModel(
            name="GroupTotal",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "era",
                        "level",
                        "unit",
                        "target_group",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("doses", models.IntegerField()),
                ("era", models.TextField()),
                ("level", models.TextField()),
                ("unit", models.TextField()),
                ("target_group", models.TextField()),
            ],
            options={
                "db_table": "figures_group_total",
                "abstract": False,
                "constraints": [models.CheckConstraint(condition=models.Q(("doses__gt", 0)), name="grouptotal_counts")],
            },
        ),
        migrations.RunSQL(grant_sql("figures_group_total"), migrations.RunSQL.noop),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
