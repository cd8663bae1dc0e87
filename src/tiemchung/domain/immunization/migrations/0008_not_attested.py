"""The doses of a site's days that nobody stood for yet, by an index of their own: those of closed days are shown to a second person.

A dose is in it from the chair to the close of its day, so that it holds the open days and what was left over, whatever the site gave.
"""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("immunization", "0007_flagged")]

    operations = [
        migrations.AddIndex(
            "dose",
            models.Index(fields=["site", "given_on"], name="doses_not_attested", condition=models.Q(status=0)),
        ),
    ]
