"""Who reaches adverse events: those who reach the site that told them."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import policy_sql


class Migration(migrations.Migration):
    dependencies = [("safety", "0001_initial"), ("visits", "0002_reach_and_views")]

    operations = [
        migrations.RunSQL(policy_sql("safety_adverseevent", grants="SELECT, INSERT"), migrations.RunSQL.noop),
    ]
