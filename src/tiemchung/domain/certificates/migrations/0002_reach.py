"""Who reaches preparations: those who reach the site of the dose. Only workers write them."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import WORKER_ROLE, policy_sql


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial"), ("visits", "0002_reach_and_views")]

    operations = [
        migrations.RunSQL(policy_sql("certificates_preparation", grants="SELECT"), migrations.RunSQL.noop),
        migrations.RunSQL(f"GRANT INSERT, UPDATE ON certificates_preparation TO {WORKER_ROLE}", migrations.RunSQL.noop),
    ]
