"""How many people have an appointment at a site, from the day of counting on."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("response", "0006_teams")]

    operations = [
        migrations.AddField("sitestanding", "called", models.IntegerField(db_default=0)),
        migrations.AddField("unitstanding", "called", models.IntegerField(db_default=0)),
    ]
