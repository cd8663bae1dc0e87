"""Photos of paper slips, what a complaint is answered, by which reason it is turned down, and whose phone stands behind it."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE, policy_sql

# Who holds the number reads how it stands and by which listed reason it was turned down. What was answered in words is for
# whoever holds the phone that was left: the caller has signed in by it, and hands over its keyed hash.
LOOK_UPS = f"""
DROP FUNCTION mending_standing_of(bytea);
CREATE FUNCTION mending_standing_of(wanted bytea)
RETURNS TABLE (kind text, filed_at timestamptz, due_at timestamptz, state text, outcome text, reason text, phone boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.kind, c.filed_at, c.due_at, c.state, CASE WHEN c.state = 'decided' THEN c.outcome END,
        CASE WHEN c.state = 'decided' THEN c.reason END, c.phone_hash IS NOT NULL
    FROM mending_case c WHERE c.number_hash = wanted
$$;
CREATE FUNCTION mending_of_phone(wanted bytea)
RETURNS TABLE (id uuid, kind text, filed_at timestamptz, due_at timestamptz, state text, outcome text, reason text,
    confirmed_at timestamptz, sealed bytea, answer bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.id, c.kind, c.filed_at, c.due_at, c.state, CASE WHEN c.state = 'decided' THEN c.outcome END,
        CASE WHEN c.state = 'decided' THEN c.reason END, c.confirmed_at, c.sealed,
        CASE WHEN c.state = 'decided' AND c.confirmed_at IS NOT NULL THEN c.answer END
    FROM mending_case c WHERE c.phone_hash = wanted ORDER BY c.filed_at DESC, c.id LIMIT 50
$$;
CREATE FUNCTION mending_confirm_phone(wanted uuid, phone bytea, is_theirs boolean, at timestamptz) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH told AS (
        UPDATE mending_case c
        SET confirmed_at = CASE WHEN is_theirs THEN coalesce(c.confirmed_at, at) END,
            phone_hash = CASE WHEN is_theirs THEN c.phone_hash END
        WHERE c.id = wanted AND c.phone_hash = phone AND (is_theirs OR c.confirmed_at IS NULL) RETURNING 1
    ) SELECT count(*) > 0 FROM told
$$;
REVOKE ALL ON FUNCTION mending_standing_of(bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION mending_of_phone(bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION mending_confirm_phone(uuid, bytea, boolean, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mending_standing_of(bytea), mending_of_phone(bytea),
    mending_confirm_phone(uuid, bytea, boolean, timestamptz) TO {APP_ROLE}, {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("mending", "0005_decided_at_once")]

    operations = [
        migrations.AddField("case", "confirmed_at", models.DateTimeField(null=True)),
        migrations.AddField("case", "reason", models.TextField(null=True)),
        migrations.AddField("case", "phone_hash", models.BinaryField(null=True)),
        migrations.AddField("case", "answer", models.BinaryField(null=True)),
        migrations.RemoveConstraint("case", "mending_case_origin_is_known"),
        migrations.AddConstraint(
            "case",
            models.CheckConstraint(
                condition=Q(("origin__in", ["portal", "book", "platform", "desk", "account"])),
                name="mending_case_origin_is_known",
            ),
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                condition=Q(("phone_hash__isnull", False)), fields=["phone_hash"], name="mending_cases_of_phone"
            ),
        ),
        migrations.CreateModel(
            name="Slip",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("of_case", models.UUIDField()),
                ("kept_at", models.DateTimeField()),
                ("size", models.IntegerField()),
                ("site", models.TextField()),
                ("commune", models.TextField()),
                ("sealed", models.BinaryField()),
            ],
            options={
                "indexes": [models.Index(fields=["of_case"], name="mending_slips_of")],
                "constraints": [
                    models.CheckConstraint(condition=Q(("size__gt", 0)), name="mending_slip_has_bytes"),
                ],
            },
        ),
        migrations.RunSQL(policy_sql("mending_slip", commune="commune"), migrations.RunSQL.noop),
        migrations.RunSQL(LOOK_UPS, migrations.RunSQL.noop),
    ]
