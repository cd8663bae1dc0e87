"""Whoever holds a book sees that it is proposed to join it to another record, and may say that the two are not one."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE, codes_of

STEPS = ["opened", "taken", "noted", "handed-on", "found", "escalated", "proposed", "disagreed", "objected", "decided"]
BOOKS = codes_of("persons", type_="uuid")
# A pair of which one is of a book that the session opens; the other may be a stranger's, so nothing of it but its id is told,
# and the room tells of its doses no more than how many and in which months.
PROPOSED = f"""
CREATE FUNCTION mending_joins_proposed()
RETURNS TABLE (id uuid, mine uuid, other uuid, site text, commune text, proposal uuid, proposed_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.id, c.mine, c.other, c.site, c.commune, s.id, s.at FROM (
        SELECT p.id, p.person AS mine, p.other, p.site, p.commune FROM mending_case p
        WHERE p.state = 'proposed' AND p.outcome = 'not-upheld' AND p.kind IN ('identity-doubt', 'identity-likely') AND p.other IS NOT NULL
            AND p.person = ANY({BOOKS})
        UNION ALL
        SELECT p.id, p.other, p.person, p.site, p.commune FROM mending_case p
        WHERE p.state = 'proposed' AND p.outcome = 'not-upheld' AND p.kind IN ('identity-doubt', 'identity-likely') AND p.person IS NOT NULL
            AND p.other = ANY({BOOKS})
    ) c CROSS JOIN LATERAL (
        SELECT t.id, t.at FROM mending_step t WHERE t.of_case = c.id AND t.what = 'proposed' ORDER BY t.at DESC, t.id DESC LIMIT 1
    ) s
$$;
REVOKE ALL ON FUNCTION mending_joins_proposed() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mending_joins_proposed() TO {APP_ROLE}, {WORKER_ROLE};
"""
# By the id that the page made, which nobody guesses: whoever pressed twice is told that it was heard.
OBJECTED = f"""
CREATE FUNCTION mending_objected(step uuid, told uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM mending_step s WHERE s.id = step AND s.of_case = told AND s.what = 'objected')
$$;
REVOKE ALL ON FUNCTION mending_objected(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mending_objected(uuid, uuid) TO {APP_ROLE}, {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("mending", "0011_scans")]

    operations = [
        migrations.RemoveConstraint("step", "mending_step_is_known"),
        migrations.AddConstraint(
            "step", models.CheckConstraint(condition=Q(("what__in", STEPS)), name="mending_step_is_known")
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["other"], condition=Q(state="proposed", other__isnull=False), name="mending_proposed_other"
            ),
        ),
        migrations.RunSQL(PROPOSED, "DROP FUNCTION mending_joins_proposed()"),
        migrations.RunSQL(OBJECTED, "DROP FUNCTION mending_objected(uuid, uuid)"),
    ]
