"""What expires is found by when, and not among all that wait; nobody asks any more how a whole campaign's messages stand."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_no_tally")]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("expires_at__isnull", False), ("settled_at__isnull", True)),
                fields=["expires_at"],
                name="notices_that_expire",
            ),
        ),
        migrations.RemoveIndex(model_name="delivery", name="notices_of_campaign"),
    ]
