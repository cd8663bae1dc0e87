"""Who reaches messages: anybody may queue one, a site sees its own, and only workers read what goes out."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE, grant_sql

BOTH = f"{APP_ROLE}, {WORKER_ROLE}"
HERE = "site = ANY(string_to_array(current_setting('tiemchung.sites', true), ','))"
GUARD = f"""
ALTER TABLE notices_delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE notices_delivery FORCE ROW LEVEL SECURITY;
CREATE POLICY queue ON notices_delivery FOR INSERT TO {APP_ROLE} WITH CHECK (state = 'queued');
CREATE POLICY reach ON notices_delivery FOR SELECT TO {APP_ROLE} USING ({HERE});
CREATE POLICY print ON notices_delivery FOR UPDATE TO {APP_ROLE} USING ({HERE} AND channel = 'print') WITH CHECK ({HERE});
CREATE POLICY workers ON notices_delivery TO {WORKER_ROLE} USING (true) WITH CHECK (true);
CREATE POLICY owner ON notices_delivery TO CURRENT_USER USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON notices_delivery TO {BOTH};
"""
# A campaign's office asks how its messages stand: states and counts, no contact and no text.
STANDING = f"""
CREATE FUNCTION notices_standing(wanted uuid[]) RETURNS TABLE (id uuid, state text, reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.id, d.state, d.reason FROM notices_delivery d WHERE d.id = ANY(wanted)
$$;
CREATE FUNCTION notices_tally(wanted text) RETURNS TABLE (purpose text, state text, count bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.purpose, d.state, count(*) FROM notices_delivery d WHERE d.campaign = wanted GROUP BY 1, 2
$$;
REVOKE ALL ON FUNCTION notices_standing(uuid[]), notices_tally(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION notices_standing(uuid[]), notices_tally(text) TO {BOTH};
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), ("people", "0003_own")]

    operations = [
        migrations.RunSQL(statement, migrations.RunSQL.noop)
        for statement in [
            GUARD,
            STANDING,
            grant_sql("notices_spent", worker="SELECT, INSERT, UPDATE"),
            grant_sql("notices_outbox"),
        ]
    ]
