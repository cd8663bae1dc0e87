"""Row security of the record, the history that rules need across sites, and the facts that counters read."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE, policy_sql

# The rules need a person's doses of every site; a nurse's session sees those of hers. The columns are fixed: no site, no lot.
HISTORY = f"""
CREATE FUNCTION immunization_history(wanted uuid[]) RETURNS TABLE (
    person_id uuid, id uuid, occurred_at timestamptz, given_on date, product text, dose_number smallint, told smallint,
    findings integer, status smallint, province text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.person_id, d.id, d.occurred_at, d.given_on, d.product, d.dose_number, d.dose_number_told, d.findings, d.status,
           d.province
    FROM immunization_dose d WHERE d.person_id = ANY(wanted)
$$;
REVOKE ALL ON FUNCTION immunization_history(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION immunization_history(uuid[]) TO {APP_ROLE}, {WORKER_ROLE};
"""

FACTS = f"""
CREATE VIEW immunization_dose_facts WITH (security_invoker = true) AS
SELECT d.person_id, d.id, d.site, d.commune, d.given_on, d.recorded_at, d.occurred_at, d.product, d.lot, d.vial, d.dose_number,
       d.findings, d.status, d.province, p.sex, p.born_from, p.born_to, p.target_group
FROM immunization_dose d LEFT JOIN people_facts p ON p.person_id = d.person_id;
GRANT SELECT ON immunization_dose_facts TO {APP_ROLE}, {WORKER_ROLE};
"""

# 64 is the bit of `lot-unknown`: the few doses that are judged again when their lot is registered.
UNKNOWN_LOTS = "CREATE INDEX doses_of_unknown_lots ON immunization_dose (lot) WHERE findings & 64 <> 0"


class Migration(migrations.Migration):
    dependencies = [("immunization", "0001_initial"), ("people", "0002_guard")]
    operations = [
        migrations.RunSQL(policy_sql("immunization_dose", commune="commune"), migrations.RunSQL.noop),
        migrations.RunSQL(policy_sql("immunization_amendment", grants="SELECT, INSERT"), migrations.RunSQL.noop),
        migrations.RunSQL(UNKNOWN_LOTS, migrations.RunSQL.noop),
        migrations.RunSQL(HISTORY, migrations.RunSQL.noop),
        migrations.RunSQL(FACTS, migrations.RunSQL.noop),
    ]
