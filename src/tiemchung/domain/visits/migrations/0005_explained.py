"""A closed day keeps the lead's words for the lines that did not come to nothing."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("visits", "0004_session_standing")]

    operations = [
        migrations.AddField(
            model_name="siteday", name="explained", field=models.JSONField(default=list, db_default=[])
        ),
    ]
