"""The flagged doses of a site by an index of their own: a lead's page lists them, and most doses have no finding.

The mask is that of the findings which hold a dose up (`values.HOLDS_UP`) at this time. A finding that comes later changes it, and with
it this index; a test asks whether the list still uses it.
"""

from __future__ import annotations

from django.db import migrations

FLAGGED = """
CREATE INDEX immunization_doses_flagged ON immunization_dose (site, id) WHERE findings & {mask} <> 0 AND status <> 2;
"""
MASK = 913_407


class Migration(migrations.Migration):
    dependencies = [("immunization", "0006_doses_of_a_vial")]

    operations = [
        migrations.RunSQL(FLAGGED.format(mask=MASK), "DROP INDEX immunization_doses_flagged;"),
    ]
