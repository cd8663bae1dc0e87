"""A citizen reads who looked at the persons whose book their account opens, and their own look is logged too."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import APP_ROLE, own_policy_sql

OWN_LOOK = f"""
CREATE POLICY own_look ON journal_view FOR INSERT TO {APP_ROLE} WITH CHECK (
    person_id = ANY(string_to_array(current_setting('tiemchung.persons', true), ',')::uuid[])
    AND actor_kind = 'citizen' AND purpose = 'own'
    AND actor = nullif(current_setting('tiemchung.account', true), '')::uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.RunSQL(own_policy_sql("journal_view"), migrations.RunSQL.noop),
        migrations.RunSQL(OWN_LOOK, migrations.RunSQL.noop),
    ]
