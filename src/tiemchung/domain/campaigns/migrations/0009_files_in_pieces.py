"""A list's file lies in pieces, and is read on from the byte at which the reading before stopped.

A list that is being read meanwhile is read from its beginning: how far its bytes were read nobody had kept.
"""

from __future__ import annotations

from django.db import migrations, models

_PIECES = """
ALTER TABLE campaigns_listfile ADD COLUMN kind text NOT NULL DEFAULT 'brought', ADD COLUMN place bigint NOT NULL DEFAULT 0;
ALTER TABLE campaigns_listfile DROP CONSTRAINT campaigns_listfile_pkey, ADD PRIMARY KEY (site, list, kind, place);
"""
_AGAIN = """
DELETE FROM campaigns_listpart p USING campaigns_list l WHERE l.site = p.site AND l.id = p.list AND l.state = 'reading';
UPDATE campaigns_list SET rows = 0, matching = 0, fresh = 0, doubtful = 0, unusable = 0, above = 0, listed = 0, vaccinated = 0,
  read_to = 0, taken = NULL WHERE state = 'reading';
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0008_taken_lists")]

    operations = [
        migrations.AddField(
            model_name="targetlist", name="read_bytes", field=models.BigIntegerField(db_default=0, default=0)
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(name="ListFile"),
                migrations.CreateModel(
                    name="ListFile",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "site",
                                "list",
                                "kind",
                                "place",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("list", models.UUIDField()),
                        ("site", models.TextField()),
                        ("commune", models.TextField()),
                        ("sealed", models.BinaryField()),
                        ("kind", models.TextField(db_default="brought", default="brought")),
                        ("place", models.BigIntegerField(db_default=0, default=0)),
                    ],
                    options={"db_table": "campaigns_listfile"},
                ),
            ],
            database_operations=[migrations.RunSQL(_PIECES, migrations.RunSQL.noop)],
        ),
        migrations.RunSQL(_AGAIN, migrations.RunSQL.noop),
    ]
