"""Passages, who reaches them, and the one question about other checkpoints."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE, policy_sql

# A copied code is shown at two places at once: the answer is where and when, to whoever holds the code itself.
SEEN = f"""
CREATE FUNCTION movement_seen(wanted text, since timestamptz, elsewhere text)
RETURNS TABLE (checkpoint text, occurred_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.checkpoint, p.occurred_at FROM movement_passage p
    WHERE p.bearer = wanted AND p.occurred_at >= since AND p.checkpoint <> elsewhere
    ORDER BY p.occurred_at DESC LIMIT 1
$$;
REVOKE ALL ON FUNCTION movement_seen(text, timestamptz, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION movement_seen(text, timestamptz, text) TO {APP_ROLE}, {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Passage",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("occurred_at", models.DateTimeField()),
                ("day", models.DateField()),
                ("site", models.TextField()),
                ("checkpoint", models.TextField()),
                ("commune", models.TextField()),
                ("verdict", models.TextField()),
                ("rule", models.TextField()),
                ("bearer", models.TextField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["bearer", "occurred_at"], name="passages_of_a_bearer"),
                    models.Index(fields=["checkpoint", "day"], name="passages_of_a_day"),
                ],
            },
        ),
        migrations.RunSQL(
            policy_sql("movement_passage", commune="commune", grants="SELECT, INSERT"), migrations.RunSQL.noop
        ),
        migrations.RunSQL(f"GRANT DELETE ON movement_passage TO {WORKER_ROLE}", migrations.RunSQL.noop),
        migrations.RunSQL(SEEN, migrations.RunSQL.noop),
    ]
