"""Who reaches lists: the ward they are of. Whose list it is, the room asks itself."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import policy_sql


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0003_lists")]

    operations = [
        migrations.RunSQL(policy_sql(table, commune="commune"), migrations.RunSQL.noop)
        for table in ("campaigns_list", "campaigns_listpart")
    ]
