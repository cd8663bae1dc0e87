"""What somebody answered to being called: that they come, or that they do not. Of older appointments nobody knows."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0004_standby")]

    operations = [
        migrations.AddField("appointment", "confirmed_at", models.DateTimeField(null=True)),
        migrations.AddField("appointment", "declined_at", models.DateTimeField(null=True)),
    ]
