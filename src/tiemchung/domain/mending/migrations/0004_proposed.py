"""How a person is to be told, by the first of two who decide: sealed until the second agrees or not."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mending", "0003_asked_once")]

    operations = [migrations.AddField("case", "proposed", models.BinaryField(null=True))]
