"""A campaign session that was stopped may go on: its latest opening is kept beside the first."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("visits", "0002_reach_and_views")]

    operations = [
        migrations.AddField(model_name="sessionword", name="resumed_at", field=models.DateTimeField(null=True)),
    ]
