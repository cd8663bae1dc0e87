"""A citizen reads the persons whose book their account opens, and nobody else's."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import own_policy_sql


class Migration(migrations.Migration):
    dependencies = [("people", "0002_guard")]

    operations = [
        migrations.RunSQL(own_policy_sql("people_person", person="id"), migrations.RunSQL.noop),
        migrations.RunSQL(own_policy_sql("people_identifier"), migrations.RunSQL.noop),
        migrations.RunSQL(own_policy_sql("people_contact"), migrations.RunSQL.noop),
    ]
