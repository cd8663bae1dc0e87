"""Doses by age band, and by target group down to the site: a site's page tells both as the country's does."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import grant_sql

_UNITS = """
FROM figures_dose d JOIN figures_site s USING (site)
CROSS JOIN LATERAL (VALUES ('country', 'VN'), ('province', s.province), ('district', s.district),
    ('commune', s.commune), ('site', s.site)) AS u(level, unit)
"""
FILL_AGES = f"""
INSERT INTO figures_age_total (era, level, unit, age_band, doses)
SELECT s.era, u.level, u.unit, d.age_band, count(*) {_UNITS} WHERE u.unit <> '' GROUP BY 1, 2, 3, 4;
"""
FILL_GROUPS = f"""
INSERT INTO figures_group_total (era, level, unit, target_group, doses)
SELECT s.era, u.level, u.unit, d.target_group, count(*) {_UNITS} WHERE u.level IN ('commune', 'site') GROUP BY 1, 2, 3, 4;
"""


class Migration(migrations.Migration):
    dependencies = [("figures", "0005_group_total")]

    operations = [
        migrations.CreateModel(
            name="AgeTotal",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "era",
                        "level",
                        "unit",
                        "age_band",
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
                ("age_band", models.TextField()),
            ],
            options={
                "db_table": "figures_age_total",
                "abstract": False,
                "constraints": [models.CheckConstraint(condition=models.Q(("doses__gt", 0)), name="agetotal_counts")],
            },
        ),
        migrations.RunSQL(grant_sql("figures_age_total"), migrations.RunSQL.noop),
        migrations.RunSQL(FILL_AGES + FILL_GROUPS, migrations.RunSQL.noop),
    ]
