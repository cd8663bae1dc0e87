"""What each role may do with incidents and what is kept for them; and an index for the look at open sessions.

No row here names a person, so grants are enough; reach is the policy's (see `models`).
"""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import grant_sql

WRITTEN_BY_OFFICERS = ["alert", "incident", "step", "call", "paper"]
WRITTEN_BY_WORKERS = ["case", "sitehour", "pulse"]

# Asked every few seconds, over a table that grows by a row a session and day: sessions that nobody closed.
OPEN_SESSIONS = "CREATE INDEX response_open_sessions ON visits_sessionword (opened_at) WHERE closed_at IS NULL"


class Migration(migrations.Migration):
    dependencies = [("response", "0001_initial"), ("visits", "0002_reach_and_views")]

    operations = [
        migrations.RunSQL(
            "\n".join(
                [
                    *(grant_sql(f"response_{table}", app="SELECT, INSERT, UPDATE") for table in WRITTEN_BY_OFFICERS),
                    *(grant_sql(f"response_{table}") for table in WRITTEN_BY_WORKERS),
                ]
            ),
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(OPEN_SESSIONS, "DROP INDEX response_open_sessions"),
    ]
