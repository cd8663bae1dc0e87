"""Who reaches appointments: the site, the ward, and the person's own account. Who has a place is asked for by its id."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE, grant_sql, own_policy_sql, policy_sql

# Somebody has a place at a site that this planner does not reach: the answer is the id that was asked for.
WITH_PLACE = f"""
CREATE FUNCTION scheduling_with_place(wanted uuid[], told text) RETURNS TABLE (person_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.person_id FROM scheduling_appointment a
    WHERE a.person_id = ANY(wanted) AND a.campaign = told AND a.state = 'booked'
$$;
REVOKE ALL ON FUNCTION scheduling_with_place(uuid[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION scheduling_with_place(uuid[], text) TO {APP_ROLE}, {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0001_initial"), ("campaigns", "0004_guard_lists")]

    operations = [
        migrations.RunSQL(statement, migrations.RunSQL.noop)
        for statement in [
            policy_sql("scheduling_appointment", commune="commune"),
            own_policy_sql("scheduling_appointment"),
            WITH_PLACE,
            grant_sql("scheduling_session", app="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
            grant_sql("scheduling_slot", app="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
        ]
    ]
