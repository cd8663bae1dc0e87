"""Which column of a list is what, as a ward's officers have said of its header."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import policy_sql


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0009_files_in_pieces")]

    operations = [
        migrations.CreateModel(
            name="ListHeading",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "site", "mark", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("mark", models.BinaryField()),
                ("site", models.TextField()),
                ("commune", models.TextField()),
                ("said_by", models.UUIDField()),
                ("said_at", models.DateTimeField()),
                ("sealed", models.BinaryField()),
            ],
            options={"db_table": "campaigns_listheading"},
        ),
        migrations.RunSQL(
            policy_sql("campaigns_listheading", commune="commune", grants="SELECT, INSERT, UPDATE, DELETE"),
            migrations.RunSQL.noop,
        ),
    ]
