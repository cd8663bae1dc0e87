"""Sums stop at a billion doses: whoever tells a million a line, line after line, stops no site's batches and no lead's page."""

from __future__ import annotations

from django.db import migrations

VIEWS = """
CREATE OR REPLACE VIEW supply_explained AS
    SELECT site, lot, least(sum(doses), 1000000000)::integer AS doses FROM (
        SELECT site, lot, greatest(doses - drawn - spent, 0) FROM supply_vials WHERE reason <> ''
        UNION ALL
        SELECT site, lot, doses FROM supply_movement WHERE kind = 6 AND doses > 0 AND reason <> ''
    ) AS explaining (site, lot, doses) GROUP BY site, lot;

CREATE OR REPLACE VIEW supply_draw_account AS
    SELECT site, lot,
        least(coalesce(sum(least(v.drawn, v.doses)) FILTER (WHERE v.opened_at IS NOT NULL), 0), 1000000000)::integer AS vial,
        least(coalesce(sum(greatest(v.drawn - v.doses, 0)) FILTER (WHERE v.opened_at IS NOT NULL), 0), 1000000000)::integer AS overfill,
        least(coalesce(sum(v.drawn) FILTER (WHERE v.opened_at IS NULL), 0), 1000000000)::integer AS unmatched,
        coalesce(max(e.doses), 0)::integer AS explained
    FROM supply_vial v LEFT JOIN supply_explained e USING (site, lot) GROUP BY site, lot;
"""


class Migration(migrations.Migration):
    dependencies = [("supply", "0003_depot")]
    operations = [migrations.RunSQL(VIEWS, migrations.RunSQL.noop)]
