"""How many rows of a list are doubled, on the campaign's list already, or of somebody who has had a dose; and its undoing."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0006_list_files")]

    operations = [
        migrations.AddField(model_name="targetlist", name=name, field=models.IntegerField(db_default=0, default=0))
        for name in ("above", "listed", "vaccinated", "undone", "expected")
    ]
