"""How a campaign session stands by its site's own word: read by the site, by the silent-site alert and by the board."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import grant_sql

# Stopped means: not opened again since. Whoever closes a session ends it, stopped or not.
STANDING = """
CREATE VIEW visits_sessionstanding WITH (security_invoker = true) AS
SELECT *, closed_at IS NULL AND stopped_at IS NULL AS goes_on FROM (
    SELECT site, campaign_session, opened_at, coalesce(resumed_at, opened_at) AS since, closed_at, stop_reason,
        CASE WHEN coalesce(resumed_at, opened_at) > stopped_at THEN NULL ELSE stopped_at END AS stopped_at
    FROM visits_sessionword
) told;
"""


class Migration(migrations.Migration):
    dependencies = [("visits", "0003_resumed")]

    operations = [
        migrations.RunSQL(
            STANDING + grant_sql("visits_sessionstanding", worker="SELECT"), "DROP VIEW visits_sessionstanding"
        ),
    ]
