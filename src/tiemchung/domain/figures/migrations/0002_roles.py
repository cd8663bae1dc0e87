"""Who may touch the counters: the web's role reads, the workers write; what each dose is counted as is the workers'."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import APP_ROLE, grant_sql, policy_sql

READ_BY_ALL = (
    "figures_site",
    "figures_site_day",
    "figures_undated",
    "figures_residence_week",
    "figures_group_day",
    "figures_entry_day",
    "figures_unit_total",
    "figures_unit_day",
    "figures_unit_entry_day",
    "figures_residence_total",
    "figures_standing",
    "figures_reaction_state",
    "figures_skipped_entry",
)


class Migration(migrations.Migration):
    dependencies = [("figures", "0001_initial")]

    operations = [
        *(migrations.RunSQL(grant_sql(table), migrations.RunSQL.noop) for table in READ_BY_ALL),
        migrations.RunSQL(
            policy_sql("figures_dose", grants="SELECT, INSERT, UPDATE, DELETE")
            + f"REVOKE ALL ON figures_dose FROM {APP_ROLE};",
            migrations.RunSQL.noop,
        ),
    ]
