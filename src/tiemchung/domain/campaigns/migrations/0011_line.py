"""Who waits in a ward, in the very order in which they are served: people whom one list brought came in one instant."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0010_list_headings")]

    operations = [
        migrations.AddIndex(
            "registration",
            models.Index(
                fields=["campaign", "commune", "target_group", "registered_at", "id"],
                condition=models.Q(withdrawn_at=None),
                name="line_of_a_commune",
            ),
        ),
        migrations.RemoveIndex("registration", "registered_of_a_commune"),
    ]
