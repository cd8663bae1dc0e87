"""A partner to whom a citizen has opened one book notes its own look there. No citizen's session can: that one has an account."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import APP_ROLE

PARTNER_LOOK = f"""
CREATE POLICY partner_look ON journal_view FOR INSERT TO {APP_ROLE} WITH CHECK (
    person_id = ANY(string_to_array(current_setting('tiemchung.persons', true), ',')::uuid[])
    AND actor_kind = 'partner' AND coalesce(current_setting('tiemchung.account', true), '') = '');
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_blocks")]

    operations = [migrations.RunSQL(PARTNER_LOOK, "DROP POLICY partner_look ON journal_view")]
