"""Everybody on the platform may read the rule book; only the owner lays down an edition."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import grant_sql


class Migration(migrations.Migration):
    dependencies = [("vaccines", "0001_initial")]
    operations = [
        migrations.RunSQL(grant_sql("vaccines_edition", worker="SELECT"), migrations.RunSQL.noop),
        migrations.RunSQL(grant_sql("vaccines_product", worker="SELECT"), migrations.RunSQL.noop),
    ]
