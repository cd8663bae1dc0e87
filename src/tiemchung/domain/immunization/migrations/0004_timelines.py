"""The doses that rules need of whole human beings: every row of each, wherever given, in one statement."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE

# However small the table was when this was planned, it goes from person to person by the key.
# Columns as fixed as those of `immunization_history`: no site, no lot.
TIMELINES = f"""
CREATE FUNCTION immunization_timelines(wanted uuid[]) RETURNS TABLE (
    root uuid, person_id uuid, id uuid, occurred_at timestamptz, given_on date, product text, dose_number smallint,
    told smallint, findings integer, status smallint, province text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
    SELECT l.root, l.id, d.id, d.occurred_at, d.given_on, d.product, d.dose_number, d.dose_number_told, d.findings,
           d.status, d.province
    FROM people_linked(wanted) l LEFT JOIN immunization_dose d ON d.person_id = l.id
    WHERE d.id IS NOT NULL OR l.id <> l.root
$$;
REVOKE ALL ON FUNCTION immunization_timelines(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION immunization_timelines(uuid[]) TO {APP_ROLE}, {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("immunization", "0003_own"), ("people", "0004_linked")]
    operations = [migrations.RunSQL(TIMELINES, migrations.RunSQL.noop)]
