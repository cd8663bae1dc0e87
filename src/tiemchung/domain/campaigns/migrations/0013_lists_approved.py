"""Whether a campaign invites nobody but by a list that a second person approved."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0012_told_elsewhere")]

    operations = [
        migrations.AddField("campaign", "lists_approved", models.BooleanField(default=False, db_default=False)),
    ]
