"""Who answers for an overdue case, and two more steps: that somebody found whom it is about, and that it went up."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE

STEPS = ["opened", "taken", "noted", "handed-on", "found", "escalated", "proposed", "disagreed", "decided"]
LOOK_UPS = f"""
DROP FUNCTION mending_standing_of(bytea);
CREATE FUNCTION mending_standing_of(wanted bytea)
RETURNS TABLE (kind text, filed_at timestamptz, due_at timestamptz, state text, outcome text, reason text, phone boolean,
    level smallint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.kind, c.filed_at, c.due_at, c.state, CASE WHEN c.state = 'decided' THEN c.outcome END,
        CASE WHEN c.state = 'decided' THEN c.reason END, c.phone_hash IS NOT NULL, c.level
    FROM mending_case c WHERE c.number_hash = wanted
$$;
REVOKE ALL ON FUNCTION mending_standing_of(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mending_standing_of(bytea) TO {APP_ROLE}, {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("mending", "0007_linkage")]

    operations = [
        migrations.AddField("case", "level", models.SmallIntegerField(db_default=0)),
        migrations.RemoveConstraint("step", "mending_step_is_known"),
        migrations.AddConstraint(
            "step", models.CheckConstraint(condition=Q(("what__in", STEPS)), name="mending_step_is_known")
        ),
        migrations.RunSQL(LOOK_UPS, migrations.RunSQL.noop),
    ]
