"""Whether a zone's decision asks for a closer look at certificates too, and not at declared journeys alone."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0005_declared_zones")]

    operations = [
        migrations.AddField("zone", "asks_certificates", models.BooleanField(db_default=False)),
        migrations.AddField("declaredzone", "asks_certificates", models.BooleanField(db_default=False)),
    ]
