"""Events are listed by site, the newest first."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("safety", "0003_own")]

    operations = [
        migrations.AddIndex("adverseevent", models.Index(name="safety_by_site", fields=["site", "id"])),
    ]
