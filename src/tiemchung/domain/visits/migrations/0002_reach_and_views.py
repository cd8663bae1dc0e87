"""Who reaches visits, where each visit stands, and in which class of the stock ledger each dose is.

The views run with the rights of who asks, so that row-level security holds. A dose is ranked among those that name its
vial; doses without a known vial are explained in the order in which they were given, as far as explanations go.
"""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import grant_sql, policy_sql

# 1 and 2 are released and left (values.Ending); 3 and above are conclusions that end in no dose (values.CONCLUSIONS).
STAGES = """
CREATE VIEW visits_stages WITH (security_invoker = true) AS
SELECT person_id, id, site, day, ticket, arrived_at, screened_at, dosed_at, ended_at, conclusion, consented, minutes,
    coalesce(least(arrived_at, identified_at, consented_at, screened_at, deferred_at, dosed_at, ended_at), day)
        AS first_at,
    CASE
        WHEN ending = 2 THEN 'left'
        WHEN ending = 1 THEN 'released'
        WHEN dosed_at IS NOT NULL THEN 'observed'
        WHEN conclusion >= 3 OR deferred_at >= coalesce(screened_at, deferred_at) THEN 'deferred'
        WHEN NOT consented THEN 'declined'
        WHEN conclusion IS NOT NULL THEN 'waiting-for-dose'
        ELSE 'arrived'
    END AS stage
FROM visits_visit;
"""

DRAW_CLASSES = """
CREATE VIEW visits_draw_classes WITH (security_invoker = true) AS
SELECT person_id, id, site, lot, product, given_on,
    CASE
        WHEN voided THEN 'voided'
        WHEN vial_doses IS NOT NULL AND in_vial <= vial_doses THEN 'vial'
        WHEN vial_doses IS NOT NULL THEN 'overfill'
        WHEN in_lot <= coalesce(explained, 0) THEN 'explained'
        ELSE 'open'
    END AS class
FROM (
    SELECT d.person_id, d.id, d.site, d.lot, d.product, d.given_on, d.status = 2 AS voided, v.doses AS vial_doses,
        e.doses AS explained,
        row_number() OVER (PARTITION BY d.site, d.lot, d.status = 2, d.vial ORDER BY d.occurred_at, d.id) AS in_vial,
        row_number() OVER (PARTITION BY d.site, d.lot, d.status = 2, v.doses IS NULL ORDER BY d.occurred_at, d.id)
            AS in_lot
    FROM immunization_dose_facts d
    LEFT JOIN supply_vials v ON v.site = d.site AND v.lot = d.lot AND v.vial = d.vial
    LEFT JOIN supply_explained e ON e.site = d.site AND e.lot = d.lot
) ranked;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0001_initial"),
        ("supply", "0002_rights_and_views"),
        ("immunization", "0002_guard"),
    ]

    operations = [
        migrations.RunSQL(policy_sql("visits_visit"), migrations.RunSQL.noop),
        migrations.RunSQL(
            "\n".join(
                grant_sql(f"visits_{table}", app="SELECT, INSERT, UPDATE") for table in ["sessionword", "siteday"]
            ),
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            STAGES + grant_sql("visits_stages", worker="SELECT"),
            "DROP VIEW visits_stages",
        ),
        migrations.RunSQL(
            DRAW_CLASSES + grant_sql("visits_draw_classes", worker="SELECT"),
            "DROP VIEW visits_draw_classes",
        ),
    ]
