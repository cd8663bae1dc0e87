"""Of several who confirmed one phone, whoever confirmed it first comes first."""

from __future__ import annotations

from django.db import migrations

ORDERED = """
CREATE OR REPLACE FUNCTION access_confirmed(wanted bytea, year bytea) RETURNS TABLE (person uuid, site text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.person_id, p.site FROM access_confirmedphone p
    WHERE p.phone_hash = wanted AND p.year_hash = year AND p.ended_at IS NULL
    ORDER BY p.confirmed_at, p.person_id
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0014_one_self")]

    operations = [migrations.RunSQL(ORDERED, migrations.RunSQL.noop)]
