"""Cases and their steps: everything that is to be mended is worked in one way, whoever asks and wherever."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import F, Q

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE, own_policy_sql, policy_sql

# What is told by a number, and the center's counts, come from the cases now. Whoever holds a number has no account and
# reaches no site: the answer is how it stands and ended, and nothing that was told or written.
LOOK_UPS = f"""
DROP FUNCTION mending_standing_of(bytea);
DROP FUNCTION mending_open(timestamptz);
CREATE FUNCTION mending_standing_of(wanted bytea)
RETURNS TABLE (kind text, filed_at timestamptz, due_at timestamptz, state text, outcome text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.kind, c.filed_at, c.due_at, c.state, CASE WHEN c.state = 'decided' THEN c.outcome END
    FROM mending_case c WHERE c.number_hash = wanted
$$;
CREATE FUNCTION mending_open(as_of timestamptz) RETURNS TABLE (waiting integer, overdue integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*)::integer, count(*) FILTER (WHERE due_at < as_of)::integer
    FROM mending_case WHERE state <> 'decided'
$$;
REVOKE ALL ON FUNCTION mending_standing_of(bytea) FROM PUBLIC;
REVOKE ALL ON FUNCTION mending_open(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mending_standing_of(bytea), mending_open(timestamptz) TO {APP_ROLE}, {WORKER_ROLE};
"""

# A complaint's number lies sealed under the complaint's id, which is the case's too: it is read there.
FILL = """
INSERT INTO mending_case (id, filed_at, due_at, origin, kind, site, commune, state, number_hash, sealed)
SELECT id, filed_at, due_at, 'portal', kind, CASE site WHEN '' THEN '*' ELSE site END, '-', 'open', number_hash, sealed
FROM mending_complaint WHERE state = 'open';
"""


class Migration(migrations.Migration):
    dependencies = [("mending", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("person", models.UUIDField(null=True)),
                ("other", models.UUIDField(null=True)),
                ("dose", models.UUIDField(null=True)),
                ("owner", models.UUIDField(null=True)),
                ("proposed_by", models.UUIDField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
                ("filed_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("origin", models.TextField()),
                ("kind", models.TextField()),
                ("site", models.TextField()),
                ("commune", models.TextField()),
                ("state", models.TextField()),
                ("outcome", models.TextField(null=True)),
                ("number_hash", models.BinaryField(unique=True)),
                ("sealed", models.BinaryField()),
            ],
            options={
                "indexes": [
                    models.Index(condition=~Q(("state", "decided")), fields=["due_at"], name="mending_cases_waiting"),
                    models.Index(fields=["-decided_at"], name="mending_cases_decided"),
                    models.Index(fields=["person"], name="mending_cases_of_person"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("origin__in", ["portal", "book", "platform"])),
                        name="mending_case_origin_is_known",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            ("decided_at__isnull", True),
                            ("outcome__isnull", True),
                            ("proposed_by__isnull", True),
                            ("state", "open"),
                        )
                        | Q(
                            ("decided_at__isnull", True),
                            ("outcome__in", ["upheld", "not-upheld", "come-in-person"]),
                            ("proposed_by__isnull", False),
                            ("state", "proposed"),
                        )
                        | Q(
                            ("decided_at__isnull", False),
                            ("decided_by__isnull", False),
                            ("outcome__in", ["upheld", "not-upheld", "come-in-person"]),
                            ("state", "decided"),
                        ),
                        name="mending_case_stands_somewhere",
                    ),
                    models.CheckConstraint(
                        condition=Q(("proposed_by__isnull", True))
                        | Q(("decided_by__isnull", True))
                        | ~Q(("proposed_by", F("decided_by"))),
                        name="mending_case_two_are_two",
                    ),
                    models.UniqueConstraint(
                        condition=Q(("other__isnull", False)),
                        fields=("person", "other"),
                        name="mending_one_doubt_a_pair",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("of_case", models.UUIDField()),
                ("by", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("what", models.TextField()),
                ("site", models.TextField()),
                ("commune", models.TextField()),
                ("to_site", models.TextField()),
                ("outcome", models.TextField(null=True)),
                ("text", models.BinaryField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["of_case", "at"], name="mending_steps_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            (
                                "what__in",
                                ["opened", "taken", "noted", "handed-on", "proposed", "disagreed", "decided"],
                            )
                        ),
                        name="mending_step_is_known",
                    ),
                ],
            },
        ),
        migrations.RunSQL(policy_sql("mending_case", commune="commune"), migrations.RunSQL.noop),
        migrations.RunSQL(own_policy_sql("mending_case", person="person"), migrations.RunSQL.noop),
        migrations.RunSQL(policy_sql("mending_step", commune="commune"), migrations.RunSQL.noop),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(LOOK_UPS, migrations.RunSQL.noop),
    ]
