"""What is set aside may be closed by the lead who looked: it never counts, its bytes stay, and it waits for nobody any more."""

from __future__ import annotations

from django.db import migrations

COLUMNS = """
ALTER TABLE journal_set_aside ADD COLUMN closed_at timestamptz, ADD COLUMN closed_by uuid,
    ADD COLUMN closed_why text NOT NULL DEFAULT '',
    ADD CONSTRAINT closed_by_somebody_for_a_reason CHECK (
        (closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (closed_why = '')),
    ADD CONSTRAINT released_or_closed CHECK (released_at IS NULL OR closed_at IS NULL);

CREATE OR REPLACE FUNCTION journal_waiting(ceiling integer) RETURNS TABLE (aside boolean, reason text, entries bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT true, a.reason, count(*) FROM (
        SELECT s.reason FROM journal_set_aside s WHERE s.released_at IS NULL AND s.closed_at IS NULL LIMIT ceiling
    ) a GROUP BY a.reason
    UNION ALL
    SELECT false, u.reason, count(*) FROM (SELECT f.reason FROM journal_unfolded f LIMIT ceiling) u GROUP BY u.reason
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0005_of_site")]
    operations = [migrations.RunSQL(COLUMNS, migrations.RunSQL.noop)]
