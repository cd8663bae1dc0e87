"""Reception asks for everybody who is called to its site today."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("scheduling", "0002_guard"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["site", "day", "starts_at"], name="appointments_of_a_day"),
        ),
    ]
