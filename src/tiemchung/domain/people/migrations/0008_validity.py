"""From when until when an identity number holds: an old card ends when its holder is told by a personal number."""

from __future__ import annotations

from django.db import migrations, models

from tiemchung.domain.people.values import OLD_CARD, PERSONAL_NUMBER
from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE, codes_of

# The numbers of one person lie in the directory by the sites that told them, which whoever tells another need not reach.
# What is said here follows from the numbers themselves, so that it may be said by anybody.
SUCCEEDED = f"""
CREATE FUNCTION people_end_succeeded(wanted uuid[], day date) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE people_identifier i SET valid_to = greatest(day, i.valid_from)
    WHERE i.person_id = ANY(wanted) AND i.kind = '{OLD_CARD}' AND i.valid_to IS NULL AND EXISTS (
        SELECT 1 FROM people_identifier n
        WHERE n.person_id = i.person_id AND n.kind = '{PERSONAL_NUMBER}' AND n.valid_to IS NULL)
$$;
REVOKE ALL ON FUNCTION people_end_succeeded(uuid[], date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_end_succeeded(uuid[], date) TO {APP_ROLE}, {WORKER_ROLE};
"""
# As people_take_away: the person is what whoever decides has to reach.
END = f"""
CREATE FUNCTION people_end_numbers(wanted uuid, numbers_of text, day date) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE people_identifier i SET valid_to = greatest(day, i.valid_from)
    WHERE i.person_id = wanted AND i.kind = numbers_of AND i.valid_to IS NULL AND EXISTS (
        SELECT 1 FROM people_person p WHERE p.id = wanted
        AND (p.site = ANY({codes_of("sites")}) OR p.commune = ANY({codes_of("communes")})))
$$;
REVOKE ALL ON FUNCTION people_end_numbers(uuid, text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_end_numbers(uuid, text, date) TO {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0007_any_restricted")]

    operations = [
        migrations.AddField(model_name="identifier", name="valid_from", field=models.DateField(null=True)),
        migrations.AddField(model_name="identifier", name="valid_to", field=models.DateField(null=True)),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_from__lte", models.F("valid_to"))), name="valid_in_order"
            ),
        ),
        migrations.RunSQL(SUCCEEDED, migrations.RunSQL.noop),
        migrations.RunSQL(END, migrations.RunSQL.noop),
    ]
