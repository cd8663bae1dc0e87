"""Whoever is the same human being, as the session of a chair may ask: ids and nothing else."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE

LINKED = f"""
CREATE FUNCTION people_linked(wanted uuid[]) RETURNS TABLE (root uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH RECURSIVE linked(root, id) AS (
        SELECT p, p FROM unnest(wanted) AS p
        UNION
        SELECT l.root, CASE WHEN s.person = l.id THEN s.other ELSE s.person END
        FROM linked l JOIN people_same_as s ON l.id IN (s.person, s.other) AND s.valid_to IS NULL
    )
    SELECT l.root, l.id FROM linked l
$$;
REVOKE ALL ON FUNCTION people_linked(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_linked(uuid[]) TO {APP_ROLE}, {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0003_own")]
    operations = [migrations.RunSQL(LINKED, migrations.RunSQL.noop)]
