"""The stock lines of a site's day by an index: what was wasted and returned. Draws of a batch carry no day and are not in it.

The lot stands in it for the order by lot: without it an empty table is planned by the key, and that plan stays when the table is full.
"""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supply", "0005_papers")]

    operations = [
        migrations.AddIndex(
            "movement",
            models.Index(
                name="supply_movement_day", fields=["site", "day", "lot"], condition=models.Q(day__isnull=False)
            ),
        ),
    ]
