"""Consents: what citizens allow other systems to read, the guard over it, and two narrow doors for those systems."""

from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE

BOTH = f"{APP_ROLE}, {WORKER_ROLE}"
OWN = (
    "account = nullif(current_setting('tiemchung.account', true), '')::uuid "
    "OR person = ANY(string_to_array(current_setting('tiemchung.persons', true), ',')::uuid[])"
)
GUARD = f"""
ALTER TABLE access_consent ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_consent FORCE ROW LEVEL SECURITY;
CREATE POLICY reach ON access_consent TO {APP_ROLE} USING ({OWN}) WITH CHECK ({OWN});
CREATE POLICY workers ON access_consent TO {WORKER_ROLE} USING (true) WITH CHECK (true);
CREATE POLICY owner ON access_consent TO CURRENT_USER USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON access_consent TO {BOTH};
"""
# A partner has signed its request before either is asked. The code serves the client it was made for, and no other.
SPEND = f"""
CREATE FUNCTION access_spend_consent(wanted bytea, asker text) RETURNS TABLE (id uuid, challenge text, address text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE access_consent c SET spent_at = now()
    WHERE c.code_hash = wanted AND c.client = asker AND c.spent_at IS NULL AND c.code_ends_at > now()
      AND c.withdrawn_at IS NULL
    RETURNING c.id, c.challenge, c.address
$$;
REVOKE ALL ON FUNCTION access_spend_consent(bytea, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_spend_consent(bytea, text) TO {BOTH};
"""
STANDING = f"""
CREATE FUNCTION access_standing_consent(wanted uuid, asker text, at timestamptz)
RETURNS TABLE (account uuid, person uuid, scopes text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.account, c.person, c.scopes::text[] FROM access_consent c
    WHERE c.id = wanted AND c.client = asker AND c.spent_at IS NOT NULL AND c.withdrawn_at IS NULL AND c.ends_at > at
$$;
REVOKE ALL ON FUNCTION access_standing_consent(uuid, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_standing_consent(uuid, text, timestamptz) TO {BOTH};
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0007_roles")]

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("account", models.UUIDField()),
                ("person", models.UUIDField()),
                ("client", models.TextField()),
                ("scopes", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("code_hash", models.BinaryField(unique=True)),
                ("code_ends_at", models.DateTimeField()),
                ("challenge", models.TextField(blank=True)),
                ("address", models.TextField(blank=True)),
                ("spent_at", models.DateTimeField(null=True)),
                ("given_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["person"], name="access_consents_of_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(ends_at__gt=models.F("given_at")), name="access_consent_ends"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(scopes=[], _negated=True), name="access_consent_opens_something"
                    ),
                ],
            },
        ),
        *(migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in (GUARD, SPEND, STANDING)),
    ]
