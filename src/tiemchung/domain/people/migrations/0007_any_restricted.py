"""Whether anybody's data are restricted at all: asked once of a list, before its rows are asked one by one."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE

# Whoever calls people needs the answer for all places: yes or no, and nothing of whom.
ANY_RESTRICTED = f"""
CREATE FUNCTION people_any_restricted() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM people_restriction WHERE ended_at IS NULL)
$$;
REVOKE ALL ON FUNCTION people_any_restricted() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_any_restricted() TO {APP_ROLE}, {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0006_corrected")]

    operations = [migrations.RunSQL(ANY_RESTRICTED, migrations.RunSQL.noop)]
