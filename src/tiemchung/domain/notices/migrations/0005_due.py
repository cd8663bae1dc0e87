"""What is due is found by kind and channel: letters that wait to be printed are no part of what a gateway is handed."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0004_expiring")]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "queued"), models.Q(("channel", "print"), _negated=True)),
                fields=["kind", "channel", "due_at", "id"],
                name="notices_due",
            ),
        ),
        migrations.RemoveIndex(model_name="delivery", name="notices_waiting"),
    ]
