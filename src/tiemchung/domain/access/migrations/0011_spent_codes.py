"""A book's code is scanned once: it is remembered, as a keyed hash, until no desk would take it any more."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import grant_sql


class Migration(migrations.Migration):
    dependencies = [("access", "0010_unlocking")]

    operations = [
        migrations.CreateModel(
            name="SpentCode",
            fields=[
                ("code_hash", models.BinaryField(primary_key=True, serialize=False)),
                ("presence", models.UUIDField()),
                ("site", models.TextField()),
                ("expires_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(grant_sql("access_spentcode", app="SELECT, INSERT"), migrations.RunSQL.noop),
    ]
