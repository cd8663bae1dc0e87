"""Row security of citizens' access, and the few narrow doors through it: by the hash of a code or token, never by a number.

A citizen's session sees the rows of its own account and of the persons whose book it opens. What has to be found before
anybody is signed in, or for somebody else, is found by functions that take a keyed hash and return the least there is.
"""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE, account_policy_sql, grant_sql

BOTH = f"{APP_ROLE}, {WORKER_ROLE}"
SITE = "site = ANY(string_to_array(current_setting('tiemchung.sites', true), ','))"
COMMUNE = "commune = ANY(string_to_array(current_setting('tiemchung.communes', true), ','))"
ACCOUNT = "account = nullif(current_setting('tiemchung.account', true), '')::uuid"


def person_is_own(column: str) -> str:
    return f"{column} = ANY(string_to_array(current_setting('tiemchung.persons', true), ',')::uuid[])"


def guard(table: str, *tests: str, grants: str = "SELECT, INSERT, UPDATE") -> str:
    within = " OR ".join(tests)
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY reach ON {table} TO {APP_ROLE} USING ({within}) WITH CHECK ({within});
CREATE POLICY workers ON {table} TO {WORKER_ROLE} USING (true) WITH CHECK (true);
CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true);
GRANT {grants} ON {table} TO {BOTH};
"""


def door(name: str, takes: str, returns: str, body: str, *, kind: str = "VOLATILE") -> str:
    types = ", ".join(part.strip().split()[1] for part in takes.split(","))
    return f"""
CREATE FUNCTION {name}({takes}) RETURNS TABLE ({returns})
LANGUAGE sql {kind} SECURITY DEFINER SET search_path = public, pg_temp AS $$
{body}
$$;
REVOKE ALL ON FUNCTION {name}({types}) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {name}({types}) TO {BOTH};
"""


DOORS = [
    # The token is 256 random bits: who has it is signed in. Idle and absolute ends are real time.
    door(
        "access_signed_in",
        "wanted bytea, idle interval",
        "account uuid, id uuid, opened_at timestamptz, seen_at timestamptz",
        """
    UPDATE access_signin s SET seen_at = CASE WHEN s.seen_at < now() - interval '1 minute' THEN now() ELSE s.seen_at END
    WHERE s.token_hash = wanted AND s.ended_at IS NULL AND s.ends_at > now() AND s.seen_at > now() - idle
    RETURNING s.account, s.id, s.opened_at, s.seen_at
""",
    ),
    # Asked after the right six digits were typed, never before.
    door(
        "access_account_of_phone",
        "wanted bytea",
        "id uuid",
        "SELECT a.id FROM access_account a WHERE a.phone_hash = wanted",
        kind="STABLE",
    ),
    door(
        "access_try_code",
        "wanted bytea, year bytea, asking uuid, at timestamptz",
        "person uuid, site text, fits boolean",
        """
    WITH tried AS (
        UPDATE access_proofcode c SET tries = c.tries + 1,
            spent_at = CASE WHEN c.year_hash = year THEN at END, spent_by = CASE WHEN c.year_hash = year THEN asking END
        WHERE c.code_hash = wanted AND c.spent_at IS NULL AND c.void_at IS NULL AND c.expires_at > at AND c.tries < 5
        RETURNING c.person, c.site, c.spent_at IS NOT NULL AS fits
    )
    SELECT t.person, t.site, t.fits FROM tried t
    UNION ALL
    SELECT c.person, c.site, true FROM access_proofcode c
    WHERE c.code_hash = wanted AND c.year_hash = year AND c.spent_by = asking AND c.void_at IS NULL AND c.spent_at IS NOT NULL
""",
    ),
    door(
        "access_confirmed",
        "wanted bytea, year bytea",
        "person uuid, site text",
        """
    SELECT p.person_id, p.site FROM access_confirmedphone p
    WHERE p.phone_hash = wanted AND p.year_hash = year AND p.ended_at IS NULL
""",
        kind="STABLE",
    ),
    door(
        "access_desk_claim",
        "wanted bytea",
        "account uuid, link uuid",
        """
    SELECT d.account, d.link FROM access_deskcode d
    WHERE d.code_hash = wanted AND d.spent_at IS NULL AND d.expires_at > now()
""",
        kind="STABLE",
    ),
    door(
        "access_spend_desk_code",
        "wanted bytea",
        "account uuid, link uuid",
        """
    UPDATE access_deskcode d SET spent_at = now()
    WHERE d.code_hash = wanted AND d.spent_at IS NULL AND d.expires_at > now() RETURNING d.account, d.link
""",
    ),
    # Whether somebody is proved must be known wherever they stand; no name and no account comes out of it.
    door(
        "access_proved",
        "wanted uuid[]",
        "person_id uuid, since timestamptz",
        """
    SELECT p.person_id, min(p.since) FROM access_proof p
    WHERE p.person_id = ANY(wanted) AND p.withdrawn_at IS NULL GROUP BY p.person_id
""",
        kind="STABLE",
    ),
    # Only the persons whose book the session opens: the function checks what a policy cannot, for the phone is another's.
    door(
        "access_holders",
        "wanted uuid[]",
        "id uuid, account uuid, relation text, since timestamptz, phone bytea",
        f"""
    SELECT l.id, l.account, l.relation, l.since, a.phone FROM access_link l JOIN access_account a ON a.id = l.account
    WHERE l.person = ANY(wanted) AND {person_is_own("l.person")} AND l.state = 'proved' AND l.ended_at IS NULL
""",
        kind="STABLE",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("access", "0003_citizens")]

    operations = [
        migrations.RunSQL(statement, migrations.RunSQL.noop)
        for statement in [
            account_policy_sql("access_account", account="id"),
            account_policy_sql("access_signin"),
            account_policy_sql("access_draft", grants="SELECT, INSERT, UPDATE, DELETE"),
            account_policy_sql("access_deskcode"),
            guard("access_link", ACCOUNT, person_is_own("person")),
            guard("access_proof", SITE, person_is_own("person_id")),
            guard("access_proofcode", SITE, person_is_own("person")),
            guard("access_confirmedphone", SITE, person_is_own("person_id")),
            guard("access_ownrequest", ACCOUNT, SITE, COMMUNE),
            grant_sql("access_onetimecode", app="SELECT, INSERT, UPDATE"),
            grant_sql("access_askcount", app="SELECT, INSERT, UPDATE"),
            *DOORS,
        ]
    ]
