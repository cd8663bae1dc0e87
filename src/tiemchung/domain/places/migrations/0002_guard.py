"""Grants of places, what the models cannot say, and the view of a site's codes that higher rooms join."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE, grant_sql

# A unit's parent may stand later in the same statement: keys are checked at its end.
TREE = """
ALTER TABLE places_unit ADD CONSTRAINT parent_is_a_unit
    FOREIGN KEY (era, parent) REFERENCES places_unit (era, code);
ALTER TABLE places_organization ADD CONSTRAINT organization_is_in_a_unit
    FOREIGN KEY (era, commune_code) REFERENCES places_unit (era, code);
ALTER TABLE places_site ADD CONSTRAINT site_is_in_a_unit
    FOREIGN KEY (era, commune_code) REFERENCES places_unit (era, code);
"""
SITE_UNITS = f"""
CREATE VIEW places_site_units AS
    SELECT code AS site, era, commune_code, district_code, province_code, heir_commune_code, heir_province_code
    FROM places_site;
GRANT SELECT ON places_site_units TO {APP_ROLE}, {WORKER_ROLE};
"""
DIRECTORY = "SELECT, INSERT, UPDATE"


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]
    operations = [
        migrations.RunSQL(TREE, migrations.RunSQL.noop),
        migrations.RunSQL(SITE_UNITS, "DROP VIEW places_site_units"),
        migrations.RunSQL(grant_sql("places_edition", worker="SELECT"), migrations.RunSQL.noop),
        migrations.RunSQL(grant_sql("places_unit", worker="SELECT"), migrations.RunSQL.noop),
        migrations.RunSQL(grant_sql("places_pair", worker="SELECT"), migrations.RunSQL.noop),
        migrations.RunSQL(grant_sql("places_organization", app=DIRECTORY, worker=DIRECTORY), migrations.RunSQL.noop),
        migrations.RunSQL(grant_sql("places_site", app=DIRECTORY, worker=DIRECTORY), migrations.RunSQL.noop),
    ]
