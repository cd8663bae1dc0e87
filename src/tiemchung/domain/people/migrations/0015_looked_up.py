"""Who on record may be whom a desk, a registration or a list tells of: found by number, phone and name in the whole country."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE, codes_of

# Whoever comes may stand on record anywhere, so that this sees every row. It answers ids and what agrees, never a name, a
# number, a phone or a day. A number or a phone with more rows than these is nobody's, as in linkage; of namesakes only those
# of one home are told. A name is sought under its birth date as it may be written: the day, its month, its year.
LOOK_UP = f"""
CREATE FUNCTION people_look_up(
    number_of int4[], number_hash bytea[], number_kind text[],
    name_of int4[], name_tokens bytea[], born_from date[], born_to date[], sex int2[], phone bytea[], communes text[])
RETURNS TABLE (
    told int4, person_id uuid, human uuid, here bool, by_number bool, ended bool, named bool, same_year bool, same_day bool,
    by_phone bool, by_commune bool, other_number bool, other_sex bool, restricted bool, dead bool)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH number AS MATERIALIZED (
        SELECT * FROM unnest(number_of, number_hash, number_kind) AS n(place, hash, kind)
    ), name AS MATERIALIZED (
        SELECT * FROM unnest(name_of, name_tokens, born_from, born_to, sex, phone, communes)
            AS t(place, tokens, first, last, sex, phone, communes)
    ), found(place, person) AS MATERIALIZED (
        SELECT n.place, i.person_id FROM number n CROSS JOIN LATERAL (
            SELECT h.person_id FROM people_identifier h WHERE h.hash = n.hash AND h.kind = n.kind LIMIT 20) i
        UNION
        SELECT t.place, p.id FROM name t CROSS JOIN LATERAL (
            SELECT h.person_id FROM people_contact h WHERE h.hash = t.phone LIMIT 50) c
        JOIN people_person p ON p.id = c.person_id
        WHERE p.name_tokens = t.tokens AND (p.born_from IS NULL OR (p.born_from <= t.last AND t.first <= p.born_to))
        UNION
        SELECT t.place, p.id FROM name t CROSS JOIN LATERAL (
            SELECT h.id FROM people_person h
            WHERE h.name_tokens = t.tokens AND h.born_from >= t.first AND h.born_from <= t.last
              AND h.commune = ANY(string_to_array(t.communes, ',')) LIMIT 20) p
        UNION
        SELECT t.place, p.id FROM name t CROSS JOIN LATERAL (
            SELECT h.id FROM people_person h
            WHERE h.name_tokens = t.tokens
              AND h.born_from = ANY(ARRAY[date_trunc('year', t.first)::date, date_trunc('month', t.first)::date])
              AND h.born_to >= t.first AND h.commune = ANY(string_to_array(t.communes, ',')) LIMIT 20) p
    ), linked(root, rows) AS MATERIALIZED (
        SELECT l.root, array_agg(l.id ORDER BY l.id)
        FROM people_linked(ARRAY(SELECT DISTINCT f.person FROM found f)) l GROUP BY l.root
    )
    SELECT f.place, f.person, l.rows[1],
        p.site = ANY({codes_of("sites")}) OR p.commune = ANY({codes_of("communes")}),
        held.holds IS NOT NULL, coalesce(NOT held.holds, false),
        said.named, said.same_year, said.same_day,
        EXISTS (SELECT FROM people_contact c WHERE c.person_id = f.person AND c.hash = said.phone),
        p.commune = ANY(said.communes),
        EXISTS (SELECT FROM number n JOIN people_identifier i ON i.person_id = ANY(l.rows) AND i.kind = n.kind
                WHERE n.place = f.place AND i.valid_to IS NULL AND i.hash <> n.hash
                  AND NOT EXISTS (SELECT FROM people_identifier o
                                  WHERE o.hash = n.hash AND o.kind = n.kind AND o.person_id = ANY(l.rows))),
        said.sex IN (1, 2) AND p.sex IN (1, 2) AND said.sex <> p.sex,
        (SELECT people_any_restricted()) AND people_is_restricted(f.person),
        (SELECT people_any_dead()) AND people_is_dead(f.person)
    FROM found f
    JOIN linked l ON l.root = f.person
    JOIN people_person p ON p.id = f.person
    CROSS JOIN LATERAL (
        SELECT bool_or(i.valid_to IS NULL) FROM number n JOIN people_identifier i
            ON i.hash = n.hash AND i.kind = n.kind AND i.person_id = f.person WHERE n.place = f.place) held(holds)
    CROSS JOIN LATERAL (
        SELECT bool_or(t.tokens = p.name_tokens),
            coalesce(bool_or(extract(year FROM t.first) = extract(year FROM p.born_from)
                             AND extract(year FROM t.last) = extract(year FROM p.born_to)), false),
            coalesce(bool_or(t.first = t.last AND p.born_from = p.born_to AND t.first = p.born_from), false),
            min(t.sex), (array_agg(t.phone))[1], string_to_array(min(t.communes), ',')
        FROM name t WHERE t.place = f.place) said(named, same_year, same_day, sex, phone, communes);
END $$;
REVOKE ALL ON FUNCTION people_look_up(int4[], bytea[], text[], int4[], bytea[], date[], date[], int2[], bytea[], text[])
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_look_up(int4[], bytea[], text[], int4[], bytea[], date[], date[], int2[], bytea[], text[])
    TO {APP_ROLE}, {WORKER_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0014_held_batches")]
    operations = [migrations.RunSQL(LOOK_UP, migrations.RunSQL.noop)]
