"""Whoever is the same human being, each link found by an index of one of its ends.

One condition over both ends compared every person of a batch with every link: a cost that grew with all links ever made.
"""

from __future__ import annotations

from django.db import migrations

LINKED = """
CREATE OR REPLACE FUNCTION people_linked(wanted uuid[]) RETURNS TABLE (root uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH RECURSIVE linked(root, id) AS (
        SELECT p, p FROM unnest(wanted) AS p
        UNION
        SELECT l.root, x.id FROM linked l CROSS JOIN LATERAL (
            SELECT s.other FROM people_same_as s WHERE s.person = l.id AND s.valid_to IS NULL
            UNION ALL
            SELECT s.person FROM people_same_as s WHERE s.other = l.id AND s.valid_to IS NULL
        ) x(id)
    )
    SELECT l.root, l.id FROM linked l
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0012_linkage")]
    operations = [migrations.RunSQL(LINKED, migrations.RunSQL.noop)]
