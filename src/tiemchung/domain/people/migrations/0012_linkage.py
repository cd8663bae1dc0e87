"""Who waits to be linked, and the ways by which whoever may be the same is found: name and birth, birth and commune."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import grant_sql


class Migration(migrations.Migration):
    dependencies = [("people", "0011_register_news")]

    operations = [
        migrations.CreateModel(
            name="ToLink",
            fields=[
                ("person_id", models.UUIDField(primary_key=True, serialize=False)),
                ("entry", models.UUIDField()),
                ("site", models.TextField()),
            ],
            options={"db_table": "people_to_link"},
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["name_tokens", "born_from"], include=["commune", "id"], name="persons_by_name"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["born_from", "commune"], name="persons_by_birth"),
        ),
        migrations.RunSQL(grant_sql("people_to_link", app=""), migrations.RunSQL.noop),
    ]
