"""Policies take the settings of a transaction apart once a statement. The highest room that keeps rows of persons sees to it,
for those of all rooms below."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import ASKED_ONCE


class Migration(migrations.Migration):
    dependencies = [
        ("mending", "0002_cases"),
        ("journal", "0004_partner_look"),
        ("access", "0009_presence"),
        ("notices", "0003_no_tally"),
        ("campaigns", "0004_guard_lists"),
    ]

    operations = [migrations.RunSQL(ASKED_ONCE, migrations.RunSQL.noop)]
