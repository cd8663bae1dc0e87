"""Whether the page that a desk sends was sent before for another ward, whose rows this one cannot see."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE

# By the id that the page made, which nobody guesses; it tells that there is one, and nothing of it.
ELSEWHERE = f"""
CREATE FUNCTION campaigns_told_elsewhere(wanted uuid, ward text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM campaigns_registration r WHERE r.id = wanted AND r.commune <> ward)
$$;
REVOKE ALL ON FUNCTION campaigns_told_elsewhere(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION campaigns_told_elsewhere(uuid, text) TO {APP_ROLE}, {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0011_line")]

    operations = [
        migrations.RunSQL(ELSEWHERE, "DROP FUNCTION campaigns_told_elsewhere(uuid, text)"),
    ]
