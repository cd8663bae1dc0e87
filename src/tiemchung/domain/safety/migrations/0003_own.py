"""Who opened their record at a desk is read there wherever a reaction was told."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import own_policy_sql


class Migration(migrations.Migration):
    dependencies = [("safety", "0002_reach")]

    operations = [migrations.RunSQL(own_policy_sql("safety_adverseevent", person="person"), migrations.RunSQL.noop)]
