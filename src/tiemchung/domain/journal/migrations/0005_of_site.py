"""A site's tablets ask what the site's other devices wrote: entries are found by site, in the journal's order.

The entries of one transaction share both columns and lie under one key: what this costs a batch is one entry of an index.
"""

from __future__ import annotations

from django.db import migrations

INDEX = "CREATE INDEX journal_entry_of_site ON journal_entry (site, position)"


class Migration(migrations.Migration):
    dependencies = [("journal", "0004_partner_look")]
    operations = [migrations.RunSQL(INDEX, migrations.RunSQL.noop)]
