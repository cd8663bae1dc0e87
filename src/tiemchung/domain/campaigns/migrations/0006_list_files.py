"""Long files are read by a job: they lie here sealed until their rows are answered."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import policy_sql


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0005_site_demand")]

    operations = [
        migrations.AddField(
            model_name="targetlist", name="read_to", field=models.IntegerField(db_default=0, default=0)
        ),
        migrations.AddField(model_name="targetlist", name="fault", field=models.TextField(db_default="", default="")),
        migrations.CreateModel(
            name="ListFile",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "site", "list", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("list", models.UUIDField()),
                ("site", models.TextField()),
                ("commune", models.TextField()),
                ("sealed", models.BinaryField()),
            ],
            options={"db_table": "campaigns_listfile"},
        ),
        migrations.RunSQL(
            policy_sql("campaigns_listfile", commune="commune", grants="SELECT, INSERT, UPDATE, DELETE"),
            migrations.RunSQL.noop,
        ),
    ]
