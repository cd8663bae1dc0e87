"""Which message told of an appointment last: one that was called again. Of others it is the appointment's own id, as before."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0005_answers")]

    operations = [migrations.AddField("appointment", "message", models.UUIDField(null=True))]
