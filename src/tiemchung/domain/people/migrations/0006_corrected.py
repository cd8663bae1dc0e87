"""A correction of an identity number, a phone or a residence: what it takes away, and what stands beside it."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.plumbing.rowsecurity import APP_ROLE, codes_of

# Numbers and phones lie in directories by the site that told them, which whoever decides in the ward need not reach: the
# person is what they reach. A number that was wrong finds nobody any more; it is kept, sealed, beside the person.
TAKE_AWAY = f"""
CREATE FUNCTION people_take_away(wanted uuid, numbers_of text, phones boolean)
RETURNS TABLE (kind text, hash bytea, sealed bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM people_person p WHERE p.id = wanted
                   AND (p.site = ANY({codes_of("sites")}) OR p.commune = ANY({codes_of("communes")}))) THEN
        RETURN;
    END IF;
    RETURN QUERY DELETE FROM people_identifier i WHERE i.person_id = wanted AND i.kind = numbers_of
        RETURNING i.kind, i.hash, i.sealed;
    IF phones THEN
        RETURN QUERY DELETE FROM people_contact c WHERE c.person_id = wanted RETURNING 'phone'::text, c.hash, c.sealed;
    END IF;
END $$;
REVOKE ALL ON FUNCTION people_take_away(uuid, text, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_take_away(uuid, text, boolean) TO {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0005_changes")]

    operations = [
        migrations.AddField(model_name="former", name="rewords", field=models.BooleanField(db_default=True)),
        migrations.AddField(model_name="former", name="reached", field=models.BinaryField(null=True)),
        migrations.RunSQL(TAKE_AWAY, migrations.RunSQL.noop),
    ]
