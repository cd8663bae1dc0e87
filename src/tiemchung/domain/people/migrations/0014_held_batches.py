"""Why nobody is asked about: a batch in which too many turned wrong waits for somebody to look at it."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0013_linked_by_index")]
    operations = [
        migrations.AddField(model_name="registerline", name="held", field=models.TextField(db_default="")),
    ]
