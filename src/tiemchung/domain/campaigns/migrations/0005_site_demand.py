"""Who wishes for which site, counted by commune: the demand of a site."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import grant_sql


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0004_guard_lists")]

    operations = [
        migrations.CreateModel(
            name="SiteDemand",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "campaign", "site", "commune", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("campaign", models.TextField()),
                ("site", models.TextField()),
                ("commune", models.TextField()),
                ("registered", models.IntegerField()),
                ("due", models.IntegerField()),
            ],
            options={
                "db_table": "campaigns_sitedemand",
                "indexes": [models.Index(fields=["campaign", "commune"], name="sites_wished_for_in_commune")],
            },
        ),
        migrations.RunSQL(grant_sql("campaigns_sitedemand"), migrations.RunSQL.noop),
    ]
