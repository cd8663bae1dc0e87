"""Row security of what people declared, and the grant to read the forms."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import grant_sql, policy_sql


class Migration(migrations.Migration):
    dependencies = [("declarations", "0001_initial")]
    operations = [
        migrations.RunSQL(grant_sql("declarations_form", worker="SELECT"), migrations.RunSQL.noop),
        migrations.RunSQL(policy_sql("declarations_screening", grants="SELECT, INSERT"), migrations.RunSQL.noop),
        migrations.RunSQL(policy_sql("declarations_consent", grants="SELECT, INSERT"), migrations.RunSQL.noop),
    ]
