"""Row security of people, the look-up of an identifier's holders, and the view of facts that carry no name."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE, grant_sql, policy_sql

# A second person with the same number may stand anywhere in the country: the answer is their ids and nothing else.
HOLDERS = f"""
CREATE FUNCTION people_holders(wanted bytea[]) RETURNS TABLE (hash bytea, person_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT i.hash, i.person_id FROM people_identifier i WHERE i.hash = ANY(wanted)
$$;
REVOKE ALL ON FUNCTION people_holders(bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_holders(bytea[]) TO {APP_ROLE}, {WORKER_ROLE};
"""

# A person comes to another site for the second dose: the rules need birth and residence there too. No name, no number.
FACTS = f"""
CREATE VIEW people_facts WITH (security_invoker = true) AS
SELECT id AS person_id, commune, sex, born_from, born_to, target_group FROM people_person;
CREATE FUNCTION people_facts_of(wanted uuid[]) RETURNS TABLE (
    person_id uuid, commune text, sex smallint, born_from date, born_to date, target_group text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.id, p.commune, p.sex, p.born_from, p.born_to, p.target_group FROM people_person p WHERE p.id = ANY(wanted)
$$;
REVOKE ALL ON FUNCTION people_facts_of(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_facts_of(uuid[]) TO {APP_ROLE}, {WORKER_ROLE};
GRANT SELECT ON people_facts TO {APP_ROLE}, {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.RunSQL(policy_sql("people_person", commune="commune"), migrations.RunSQL.noop),
        migrations.RunSQL(policy_sql("people_identifier"), migrations.RunSQL.noop),
        migrations.RunSQL(policy_sql("people_contact"), migrations.RunSQL.noop),
        migrations.RunSQL(grant_sql("people_same_as"), migrations.RunSQL.noop),
        migrations.RunSQL(HOLDERS, migrations.RunSQL.noop),
        migrations.RunSQL(FACTS, migrations.RunSQL.noop),
    ]
