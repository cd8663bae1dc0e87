"""How fast complaints are answered, by province: counted by a job, read by everybody."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import grant_sql


class Migration(migrations.Migration):
    dependencies = [("mending", "0008_escalated")]

    operations = [
        migrations.AddIndex("case", models.Index(fields=["filed_at"], name="mending_cases_filed")),
        migrations.CreateModel(
            name="Speed",
            fields=[
                ("province", models.TextField(primary_key=True, serialize=False)),
                ("as_of", models.DateTimeField()),
                ("filed", models.IntegerField()),
                ("decided", models.IntegerField()),
                ("in_time", models.IntegerField()),
                ("overdue", models.IntegerField()),
                ("median_minutes", models.IntegerField(null=True)),
            ],
        ),
        migrations.RunSQL(grant_sql("mending_speed"), migrations.RunSQL.noop),
    ]
