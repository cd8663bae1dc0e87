"""Who opened their record at a desk by standing there: seen by that site, and by the person in their book."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE, own_policy_sql, policy_sql

# The link's id comes out of a code that only its account's screen shows, under the server's key, for half a minute.
SHOWN_LINK = f"""
CREATE FUNCTION access_shown_link(wanted uuid) RETURNS TABLE (person uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.person FROM access_link l WHERE l.id = wanted AND l.state = 'proved' AND l.ended_at IS NULL
$$;
REVOKE ALL ON FUNCTION access_shown_link(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_shown_link(uuid) TO {APP_ROLE}, {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0008_consents")]

    operations = [
        migrations.CreateModel(
            name="PresenceGrant",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("site", models.TextField()),
                ("how", models.TextField()),
                ("visit", models.UUIDField(null=True)),
                ("by", models.UUIDField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
            ],
            options={
                "db_table": "access_presence",
                "indexes": [
                    models.Index(fields=["id"], name="access_presence_by_id"),
                    models.Index(fields=["visit"], name="access_presence_of_visit"),
                ],
            },
        ),
        migrations.RunSQL(policy_sql("access_presence"), migrations.RunSQL.noop),
        migrations.RunSQL(own_policy_sql("access_presence"), migrations.RunSQL.noop),
        migrations.RunSQL(SHOWN_LINK, migrations.RunSQL.noop),
    ]
