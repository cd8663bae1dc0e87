"""What an attester stood for: the findings a dose had then. One that comes later waits for a second person again."""

from __future__ import annotations

from django.db import migrations, models

# Those attested until now were attested with what they have: nobody noted it at the time.
FILL = "UPDATE immunization_dose SET attested_findings = findings WHERE status = 1 AND findings <> 0;"
FACTS = """
CREATE OR REPLACE VIEW immunization_dose_facts WITH (security_invoker = true) AS
SELECT d.person_id, d.id, d.site, d.commune, d.given_on, d.recorded_at, d.occurred_at, d.product, d.lot, d.vial, d.dose_number,
       d.findings, d.status, d.province, p.sex, p.born_from, p.born_to, p.target_group, d.attested_findings
FROM immunization_dose d LEFT JOIN people_facts p ON p.person_id = d.person_id;
"""


class Migration(migrations.Migration):
    dependencies = [("immunization", "0004_timelines")]

    operations = [
        migrations.AddField("dose", "attested_findings", models.IntegerField(db_default=0)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(FACTS, migrations.RunSQL.noop),
    ]
