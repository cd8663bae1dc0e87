"""A citizen reads the doses of the persons whose book their account opens, wherever they were given."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import own_policy_sql


class Migration(migrations.Migration):
    dependencies = [("immunization", "0002_guard")]

    operations = [migrations.RunSQL(own_policy_sql("immunization_dose"), migrations.RunSQL.noop)]
