"""Which day an attestation closed is asked for each of them: without this, among all days that the nation ever closed."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("visits", "0005_explained")]

    operations = [
        migrations.AddIndex(model_name="siteday", index=models.Index(fields=["entry"], name="day_of_an_attestation")),
    ]
