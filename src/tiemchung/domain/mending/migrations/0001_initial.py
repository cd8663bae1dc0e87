"""The table of complaints, and what may be asked of it without reaching its rows."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE, policy_sql

# Whoever holds a number has no account and reaches no site: the answer is how it stands, and nothing that was told.
# The national count is for the center's board.
LOOK_UPS = f"""
CREATE FUNCTION mending_standing_of(wanted bytea)
RETURNS TABLE (kind text, filed_at timestamptz, due_at timestamptz, state text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.kind, c.filed_at, c.due_at, c.state FROM mending_complaint c WHERE c.number_hash = wanted
$$;
CREATE FUNCTION mending_open(as_of timestamptz) RETURNS TABLE (waiting integer, overdue integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*)::integer, count(*) FILTER (WHERE due_at < as_of)::integer
    FROM mending_complaint WHERE state = 'open'
$$;
REVOKE ALL ON FUNCTION mending_standing_of(bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION mending_open(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mending_standing_of(bytea), mending_open(timestamptz) TO {APP_ROLE}, {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number_hash", models.BinaryField(unique=True)),
                ("kind", models.TextField()),
                ("site", models.TextField()),
                ("filed_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("state", models.TextField(default="open")),
                ("sealed", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "answered"])), name="mending_state_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_at__gt", models.F("filed_at"))), name="mending_due_after_filing"
                    ),
                ],
                "indexes": [models.Index(fields=["state", "site", "due_at"], name="mending_open_by_site")],
            },
        ),
        migrations.RunSQL(policy_sql("mending_complaint"), migrations.RunSQL.noop),
        migrations.RunSQL(LOOK_UPS, migrations.RunSQL.noop),
    ]
