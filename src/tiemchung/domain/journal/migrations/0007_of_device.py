"""A batch that comes again is sought among its device's batches: without this, among all that the nation ever sent."""

from __future__ import annotations

from django.db import migrations

INDEX = "CREATE INDEX journal_batch_of_device ON journal_batch (device, first)"


class Migration(migrations.Migration):
    dependencies = [("journal", "0006_closed_aside")]
    operations = [migrations.RunSQL(INDEX, migrations.RunSQL.noop)]
