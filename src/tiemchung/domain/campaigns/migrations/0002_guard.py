"""Who reaches registrations: the ward and the preferred site, and the account that made them. Counters name nobody."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import APP_ROLE, grant_sql, policy_sql

OWN = f"""
CREATE POLICY own ON campaigns_registration TO {APP_ROLE}
USING (account = nullif(current_setting('tiemchung.account', true), '')::uuid)
WITH CHECK (account = nullif(current_setting('tiemchung.account', true), '')::uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]

    operations = [
        migrations.RunSQL(statement, migrations.RunSQL.noop)
        for statement in [
            policy_sql("campaigns_registration", commune="commune"),
            OWN,
            grant_sql("campaigns_campaign"),
            grant_sql("campaigns_demand", app="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
        ]
    ]
