"""Where a message stands is told with its channel and its day. The function without them stays for the release before."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE

# Asked by ids that the caller has: of a message neither its contact nor what it says is told.
TOLD = f"""
CREATE FUNCTION notices_told(wanted uuid[])
    RETURNS TABLE (id uuid, state text, reason text, channel text, queued_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.id, d.state, d.reason, d.channel, d.queued_at FROM notices_delivery d WHERE d.id = ANY(wanted)
$$;
REVOKE ALL ON FUNCTION notices_told(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION notices_told(uuid[]) TO {APP_ROLE}, {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0005_due")]

    operations = [migrations.RunSQL(TOLD, migrations.RunSQL.noop)]
