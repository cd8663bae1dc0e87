"""Requests about own data are found by where they wait."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("access", "0005_forget")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX access_requests_waiting ON access_ownrequest (asked_at, id) WHERE state = 'open'",
            "DROP INDEX access_requests_waiting",
        ),
    ]
