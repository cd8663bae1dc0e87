"""Who opened their record at a desk is read there wherever they were screened."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import own_policy_sql


class Migration(migrations.Migration):
    dependencies = [("declarations", "0002_guard")]

    operations = [migrations.RunSQL(own_policy_sql("declarations_screening"), migrations.RunSQL.noop)]
