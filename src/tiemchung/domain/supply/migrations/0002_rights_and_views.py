"""What each role may do with stock, and the views that supply publishes for set-based reads from above.

No row here names a person, so grants are enough. `supply_vials` and `supply_explained` let a higher room rank its
doses; `supply_draw_account` says the same from the ledger's side: how many doses of a lot are in each class.
"""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import grant_sql

WRITTEN = "SELECT, INSERT, UPDATE"
TABLES = ["lot", "sitehold", "movement", "balance", "vial", "count"]
VIEWS = """
CREATE VIEW supply_vials AS
    SELECT site, lot, vial, doses, opened_at, opened_on, drawn, spent, reason
    FROM supply_vial WHERE opened_at IS NOT NULL;

CREATE VIEW supply_explained AS
    SELECT site, lot, sum(doses)::integer AS doses FROM (
        SELECT site, lot, greatest(doses - drawn - spent, 0) FROM supply_vials WHERE reason <> ''
        UNION ALL
        SELECT site, lot, doses FROM supply_movement WHERE kind = 6 AND doses > 0 AND reason <> ''
    ) AS explaining (site, lot, doses) GROUP BY site, lot;

CREATE VIEW supply_draw_account AS
    SELECT site, lot,
        coalesce(sum(least(v.drawn, v.doses)) FILTER (WHERE v.opened_at IS NOT NULL), 0)::integer AS vial,
        coalesce(sum(greatest(v.drawn - v.doses, 0)) FILTER (WHERE v.opened_at IS NOT NULL), 0)::integer AS overfill,
        coalesce(sum(v.drawn) FILTER (WHERE v.opened_at IS NULL), 0)::integer AS unmatched,
        coalesce(max(e.doses), 0)::integer AS explained
    FROM supply_vial v LEFT JOIN supply_explained e USING (site, lot) GROUP BY site, lot;
"""
DROPS = "DROP VIEW supply_draw_account; DROP VIEW supply_explained; DROP VIEW supply_vials;"


class Migration(migrations.Migration):
    dependencies = [("supply", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "\n".join(grant_sql(f"supply_{table}", app=WRITTEN) for table in TABLES), migrations.RunSQL.noop
        ),
        migrations.RunSQL(VIEWS, DROPS),
        migrations.RunSQL(
            "\n".join(
                grant_sql(view, worker="SELECT") for view in ["supply_vials", "supply_explained", "supply_draw_account"]
            ),
            migrations.RunSQL.noop,
        ),
    ]
