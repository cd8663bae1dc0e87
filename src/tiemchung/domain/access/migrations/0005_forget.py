"""The worker drops what has ended."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import WORKER_ROLE


class Migration(migrations.Migration):
    dependencies = [("access", "0004_citizens_guard")]

    operations = [
        migrations.RunSQL(f"GRANT DELETE ON access_deskcode TO {WORKER_ROLE}", migrations.RunSQL.noop),
    ]
