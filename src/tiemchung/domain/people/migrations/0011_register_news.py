"""What the register tells of people afterwards: deaths, moves, new numbers; and who is therefore not called any more."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE, grant_sql, own_policy_sql, policy_sql

# Whoever calls people needs the answers for rows of other places too: yes or no, and nothing of why.
UNCALLED = f"""
CREATE FUNCTION people_any_dead() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM people_register_news WHERE what = 'died' AND taken)
$$;
CREATE FUNCTION people_is_dead(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM people_linked(ARRAY[wanted]) l
        JOIN people_register_news n ON n.person_id = l.id AND n.what = 'died' AND n.taken)
$$;
CREATE FUNCTION people_any_uncalled() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT people_any_restricted() OR people_any_dead()
$$;
CREATE FUNCTION people_is_uncalled(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT people_is_restricted(wanted) OR people_is_dead(wanted)
$$;
REVOKE ALL ON FUNCTION people_any_dead(), people_is_dead(uuid), people_any_uncalled(), people_is_uncalled(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_any_dead(), people_is_dead(uuid), people_any_uncalled(), people_is_uncalled(uuid)
    TO {APP_ROLE}, {WORKER_ROLE};
"""


def _key(*fields: str) -> models.CompositePrimaryKey:
    return models.CompositePrimaryKey(*fields, blank=True, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [("people", "0010_checked_lists")]

    operations = [
        migrations.CreateModel(
            name="RegisterFeed",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("read_to", models.BigIntegerField()),
                ("read_at", models.DateTimeField()),
                ("held", models.TextField()),
            ],
            options={"db_table": "people_register_feed"},
        ),
        migrations.CreateModel(
            name="RegisterChange",
            fields=[
                ("pk", _key("hash", "kind", "sequence")),
                ("hash", models.BinaryField()),
                ("kind", models.TextField()),
                ("sequence", models.BigIntegerField()),
                ("exchange", models.UUIDField()),
                ("told_at", models.DateTimeField()),
                ("followed_at", models.DateTimeField(null=True)),
                ("day", models.DateField()),
                ("what", models.TextField()),
                ("commune", models.TextField()),
                ("becomes", models.BinaryField(null=True)),
            ],
            options={
                "db_table": "people_register_change",
                "indexes": [
                    models.Index(
                        condition=models.Q(("followed_at", None)),
                        fields=["sequence"],
                        name="register_changes_to_follow",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterNews",
            fields=[
                ("pk", _key("person_id", "sequence")),
                ("person_id", models.UUIDField()),
                ("sequence", models.BigIntegerField()),
                ("exchange", models.UUIDField()),
                ("told_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by", models.UUIDField(null=True)),
                ("day", models.DateField()),
                ("what", models.TextField()),
                ("new_commune", models.TextField()),
                ("taken", models.BooleanField()),
                ("site", models.TextField()),
                ("commune", models.TextField()),
            ],
            options={
                "db_table": "people_register_news",
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled_at", None), models.Q(("what", "renumbered"), _negated=True)),
                        fields=["commune", "what", "sequence"],
                        name="register_news_of_a_ward",
                    ),
                    models.Index(
                        condition=models.Q(("taken", True), ("what", "died")),
                        fields=["person_id"],
                        name="who_is_told_to_be_dead",
                    ),
                ],
            },
        ),
        *(
            migrations.RunSQL(statement, migrations.RunSQL.noop)
            for statement in [
                grant_sql("people_register_feed"),
                grant_sql("people_register_change", app=""),
                policy_sql("people_register_news", commune="commune"),
                own_policy_sql("people_register_news"),
                UNCALLED,
            ]
        ),
    ]
