"""Corrections beside what they replaced, and restrictions of the use of data."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE, codes_of, own_policy_sql, policy_sql

# Whoever calls people needs the answer for rows of other places too: yes or no, and nothing of why.
RESTRICTED = f"""
CREATE FUNCTION people_is_restricted(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM people_restriction) AND EXISTS (
        SELECT 1 FROM people_linked(ARRAY[wanted]) l
        JOIN people_restriction r ON r.person_id = l.id AND r.ended_at IS NULL)
$$;
REVOKE ALL ON FUNCTION people_is_restricted(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_is_restricted(uuid) TO {APP_ROLE}, {WORKER_ROLE};
"""
# Ending it is the person's own: no place is asked, the open book is.
LIFT = f"""
CREATE POLICY own_end ON people_restriction FOR UPDATE TO {APP_ROLE}
USING (person_id = ANY({codes_of("persons", type_="uuid")}))
WITH CHECK (ended_at IS NOT NULL);
"""


def _key() -> models.CompositePrimaryKey:
    return models.CompositePrimaryKey("person_id", "id", blank=True, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [("people", "0004_linked")]

    operations = [
        migrations.CreateModel(
            name="Former",
            fields=[
                ("pk", _key()),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("ended_at", models.DateTimeField()),
                ("born_from", models.DateField(null=True)),
                ("born_to", models.DateField(null=True)),
                ("sex", models.SmallIntegerField()),
                ("commune", models.TextField()),
                ("site", models.TextField()),
                ("name", models.BinaryField()),
            ],
            options={"db_table": "people_former"},
        ),
        migrations.CreateModel(
            name="Restriction",
            fields=[
                ("pk", _key()),
                ("person_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("site", models.TextField()),
                ("commune", models.TextField()),
            ],
            options={
                "db_table": "people_restriction",
                "constraints": [
                    models.UniqueConstraint(
                        fields=["person_id"], condition=models.Q(ended_at=None), name="one_restriction_at_a_time"
                    )
                ],
            },
        ),
        *(
            migrations.RunSQL(statement, migrations.RunSQL.noop)
            for statement in [
                policy_sql("people_former", commune="commune", grants="SELECT, INSERT"),
                own_policy_sql("people_former"),
                policy_sql("people_restriction", commune="commune"),
                own_policy_sql("people_restriction"),
                LIFT,
                RESTRICTED,
            ]
        ),
    ]
