"""Grants of places, and the keys over era and code that the models cannot say."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import grant_sql

# A unit's parent may stand later in the same statement: keys are checked at its end.
TREE = """
ALTER TABLE places_unit ADD CONSTRAINT parent_is_a_unit
    FOREIGN KEY (era, parent) REFERENCES places_unit (era, code);
ALTER TABLE places_organization ADD CONSTRAINT organization_is_in_a_unit
    FOREIGN KEY (era, commune_code) REFERENCES places_unit (era, code);
ALTER TABLE places_site ADD CONSTRAINT site_is_in_a_unit
    FOREIGN KEY (era, commune_code) REFERENCES places_unit (era, code);
"""
# Mobile sites come and go during a campaign: not only the owner opens them.
DIRECTORY = "SELECT, INSERT, UPDATE"


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]
    operations = [
        migrations.RunSQL(TREE, migrations.RunSQL.noop),
        migrations.RunSQL(grant_sql("places_edition", worker="SELECT"), migrations.RunSQL.noop),
        migrations.RunSQL(grant_sql("places_unit", worker="SELECT"), migrations.RunSQL.noop),
        migrations.RunSQL(grant_sql("places_pair", worker="SELECT"), migrations.RunSQL.noop),
        migrations.RunSQL(grant_sql("places_organization", app=DIRECTORY, worker=DIRECTORY), migrations.RunSQL.noop),
        migrations.RunSQL(grant_sql("places_site", app=DIRECTORY, worker=DIRECTORY), migrations.RunSQL.noop),
    ]
