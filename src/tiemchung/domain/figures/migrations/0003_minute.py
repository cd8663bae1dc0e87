from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import grant_sql


class Migration(migrations.Migration):
    dependencies = [("figures", "0002_roles")]

    operations = [
        migrations.CreateModel(
            name="Minute",
            fields=[
                ("minute", models.DateTimeField(primary_key=True, serialize=False)),
                ("doses", models.IntegerField()),
                ("transaction", models.BigIntegerField()),
                ("sequence", models.BigIntegerField()),
            ],
            options={"db_table": "figures_minute"},
        ),
        migrations.RunSQL(grant_sql("figures_minute"), migrations.RunSQL.noop),
    ]
