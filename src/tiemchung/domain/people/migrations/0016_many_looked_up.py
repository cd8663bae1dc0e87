"""A look-up of thousands costs each what it costs one: what is told of somebody goes along with whoever is found for them."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import codes_of

# Answers what it answered before. There each row that was found was compared with all that was told, so that it was asked
# for fifty at a time; whom nothing links is not asked for what is linked with them.
LOOK_UP = f"""
CREATE OR REPLACE FUNCTION people_look_up(
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
    WITH told AS MATERIALIZED (
        SELECT x.place, array_agg(x.tokens) FILTER (WHERE x.tokens IS NOT NULL) AS tokens, min(x.first) AS first,
            min(x.last) AS last, min(x.sex) AS sex, (array_agg(x.phone))[1] AS phone,
            string_to_array(min(x.communes), ',') AS communes,
            array_agg(x.hash) FILTER (WHERE x.hash IS NOT NULL) AS hashes,
            array_agg(x.kind) FILTER (WHERE x.hash IS NOT NULL) AS kinds
        FROM (
            SELECT t.place, t.tokens, t.first, t.last, t.sex, t.phone, t.communes, NULL::bytea AS hash, NULL::text AS kind
            FROM unnest(name_of, name_tokens, born_from, born_to, sex, phone, communes)
                AS t(place, tokens, first, last, sex, phone, communes)
            UNION ALL
            SELECT n.place, NULL, NULL, NULL, NULL, NULL, NULL, n.hash, n.kind
            FROM unnest(number_of, number_hash, number_kind) AS n(place, hash, kind)
        ) x GROUP BY x.place
    ), found AS MATERIALIZED (
        SELECT DISTINCT ON (f.place, f.person) f.* FROM (
            SELECT i.person_id AS person, t.* FROM told t
            CROSS JOIN LATERAL unnest(t.hashes, t.kinds) AS n(hash, kind) CROSS JOIN LATERAL (
                SELECT h.person_id FROM people_identifier h WHERE h.hash = n.hash AND h.kind = n.kind LIMIT 20) i
            UNION ALL
            SELECT p.id, t.* FROM told t CROSS JOIN LATERAL (
                SELECT h.person_id FROM people_contact h WHERE h.hash = t.phone LIMIT 50) c
            JOIN people_person p ON p.id = c.person_id
            WHERE p.name_tokens = ANY(t.tokens) AND (p.born_from IS NULL OR (p.born_from <= t.last AND t.first <= p.born_to))
            UNION ALL
            SELECT p.id, t.* FROM told t CROSS JOIN LATERAL unnest(t.tokens) AS k(tokens) CROSS JOIN LATERAL (
                SELECT h.id FROM people_person h
                WHERE h.name_tokens = k.tokens AND h.born_from >= t.first AND h.born_from <= t.last
                  AND h.commune = ANY(t.communes) LIMIT 20) p
            UNION ALL
            SELECT p.id, t.* FROM told t CROSS JOIN LATERAL unnest(t.tokens) AS k(tokens) CROSS JOIN LATERAL (
                SELECT h.id FROM people_person h
                WHERE h.name_tokens = k.tokens
                  AND h.born_from = ANY(ARRAY[date_trunc('year', t.first)::date, date_trunc('month', t.first)::date])
                  AND h.born_to >= t.first AND h.commune = ANY(t.communes) LIMIT 20) p
        ) f ORDER BY f.place, f.person
    )
    SELECT f.place, f.person, l.rows[1],
        p.site = ANY({codes_of("sites")}) OR p.commune = ANY({codes_of("communes")}),
        held.holds IS NOT NULL, coalesce(NOT held.holds, false),
        p.name_tokens = ANY(f.tokens),
        coalesce(extract(year FROM f.first) = extract(year FROM p.born_from)
                 AND extract(year FROM f.last) = extract(year FROM p.born_to), false),
        coalesce(f.first = f.last AND p.born_from = p.born_to AND f.first = p.born_from, false),
        EXISTS (SELECT FROM people_contact c WHERE c.person_id = f.person AND c.hash = f.phone),
        p.commune = ANY(f.communes),
        EXISTS (SELECT FROM unnest(f.hashes, f.kinds) AS n(hash, kind)
                JOIN people_identifier i ON i.person_id = ANY(l.rows) AND i.kind = n.kind
                WHERE i.valid_to IS NULL AND i.hash <> n.hash
                  AND NOT EXISTS (SELECT FROM people_identifier o
                                  WHERE o.hash = n.hash AND o.kind = n.kind AND o.person_id = ANY(l.rows))),
        f.sex IN (1, 2) AND p.sex IN (1, 2) AND f.sex <> p.sex,
        (SELECT people_any_restricted()) AND people_is_restricted(f.person),
        (SELECT people_any_dead()) AND people_is_dead(f.person)
    FROM found f
    JOIN people_person p ON p.id = f.person
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN EXISTS (SELECT FROM people_same_as s WHERE s.person = f.person AND s.valid_to IS NULL)
              OR EXISTS (SELECT FROM people_same_as s WHERE s.other = f.person AND s.valid_to IS NULL)
            THEN (SELECT array_agg(x.id ORDER BY x.id) FROM people_linked(ARRAY[f.person]) x)
            ELSE ARRAY[f.person] END) l(rows)
    CROSS JOIN LATERAL (
        SELECT bool_or(i.valid_to IS NULL) FROM unnest(f.hashes, f.kinds) AS n(hash, kind) JOIN people_identifier i
            ON i.hash = n.hash AND i.kind = n.kind AND i.person_id = f.person) held(holds);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0015_looked_up")]
    operations = [migrations.RunSQL(LOOK_UP, migrations.RunSQL.noop)]
