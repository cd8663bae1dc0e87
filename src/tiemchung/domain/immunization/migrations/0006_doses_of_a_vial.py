"""The doses of a vial, and of a lot at a site, by an index: the lines of a day count places in both."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("immunization", "0005_attested_findings")]

    operations = [
        migrations.AddIndex("dose", models.Index(fields=["lot", "site", "vial"], name="doses_of_a_vial")),
    ]
