"""A sign-in notes once a minute that it is used, as it always said: a page that only looks writes nothing any more."""

from __future__ import annotations

from django.db import migrations

# The row was written anew at every page, mostly with what it held: a new version and a commit to disk for each.
SIGNED_IN = """
CREATE OR REPLACE FUNCTION access_signed_in(wanted bytea, idle interval)
RETURNS TABLE (account uuid, id uuid, opened_at timestamptz, seen_at timestamptz)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH found AS (
        SELECT s.token_hash, s.account, s.id, s.opened_at, s.seen_at FROM access_signin s
        WHERE s.token_hash = wanted AND s.ended_at IS NULL AND s.ends_at > now() AND s.seen_at > now() - idle
    ), noted AS (
        UPDATE access_signin s SET seen_at = now() FROM found f
        WHERE s.token_hash = f.token_hash AND s.seen_at < now() - interval '1 minute'
    )
    SELECT f.account, f.id, f.opened_at, f.seen_at FROM found f
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0011_spent_codes")]

    operations = [migrations.RunSQL(SIGNED_IN, migrations.RunSQL.noop)]
