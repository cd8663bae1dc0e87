"""Who reaches certificates and the public lists, and the leaves of the log."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE, grant_sql, own_policy_sql, policy_sql

# The leaves of a line of the log are hashes: whoever holds a certificate can prove with them that it stands there.
LEAVES = f"""
CREATE FUNCTION certificates_leaves(line uuid) RETURNS TABLE (id uuid, leaf bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.id, c.leaf FROM certificates_certificate c WHERE c.log = line ORDER BY c.id
$$;
REVOKE ALL ON FUNCTION certificates_leaves(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION certificates_leaves(uuid) TO {APP_ROLE}, {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("certificates", "0003_signing")]

    operations = [
        migrations.RunSQL(policy_sql("certificates_certificate", grants="SELECT"), migrations.RunSQL.noop),
        migrations.RunSQL(own_policy_sql("certificates_certificate"), migrations.RunSQL.noop),
        migrations.RunSQL(f"GRANT INSERT, UPDATE ON certificates_certificate TO {WORKER_ROLE}", migrations.RunSQL.noop),
        migrations.RunSQL(grant_sql("certificates_signer", worker="SELECT, INSERT"), migrations.RunSQL.noop),
        migrations.RunSQL(grant_sql("certificates_revocation", worker="SELECT, INSERT"), migrations.RunSQL.noop),
        migrations.RunSQL(grant_sql("certificates_logline", worker="SELECT, INSERT"), migrations.RunSQL.noop),
        migrations.RunSQL(LEAVES, migrations.RunSQL.noop),
    ]
