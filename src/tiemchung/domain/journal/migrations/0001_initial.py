"""The journal: entries by range of id, chains, batches, cursors, views, anchors, and the functions that order them."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import APP_ROLE, WORKER_ROLE, grant_sql, policy_sql

TABLES = """
CREATE SEQUENCE journal_sequence;

CREATE TABLE journal_generation (
    number integer PRIMARY KEY,
    system_identifier bigint NOT NULL,
    began_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE journal_entry (
    id uuid NOT NULL,
    sequence bigint NOT NULL DEFAULT nextval('journal_sequence'),
    position bigint NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    recorded_at timestamptz NOT NULL,
    occurred_at timestamptz NOT NULL,
    device_sequence integer NOT NULL,
    kind text NOT NULL,
    device uuid NOT NULL,
    person uuid,
    site text NOT NULL DEFAULT '',
    digest bytea NOT NULL CONSTRAINT digest_is_sha256 CHECK (length(digest) = 32),
    body bytea NOT NULL,
    PRIMARY KEY (id)
) PARTITION BY RANGE (id);
CREATE TABLE journal_entry_default PARTITION OF journal_entry DEFAULT;
CREATE INDEX journal_entry_order ON journal_entry (position);

CREATE TABLE journal_chain (
    device uuid PRIMARY KEY,
    last_sequence integer NOT NULL CONSTRAINT sequence_counts_up CHECK (last_sequence >= 0),
    head bytea NOT NULL CONSTRAINT head_is_sha256 CHECK (length(head) = 32),
    last_occurred_at timestamptz,
    set_aside integer NOT NULL DEFAULT 0,
    forked_at timestamptz
) WITH (fillfactor = 50);

CREATE TABLE journal_batch (
    id uuid PRIMARY KEY,
    device uuid NOT NULL,
    first integer NOT NULL,
    count integer NOT NULL,
    previous bytea NOT NULL,
    head bytea NOT NULL,
    signature bytea NOT NULL,
    site text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL
);

CREATE TABLE journal_set_aside (
    id uuid PRIMARY KEY,
    device uuid NOT NULL,
    device_sequence integer NOT NULL,
    entry uuid,
    reason text NOT NULL,
    site text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL,
    released_at timestamptz,
    released_by uuid,
    digest bytea NOT NULL,
    body bytea NOT NULL,
    CONSTRAINT released_by_somebody CHECK ((released_at IS NULL) = (released_by IS NULL))
);
CREATE INDEX journal_set_aside_by_device ON journal_set_aside (device, device_sequence);

CREATE TABLE journal_unfolded (
    entry uuid PRIMARY KEY,
    kind text NOT NULL,
    reason text NOT NULL,
    site text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL
);

CREATE TABLE journal_cursor (
    consumer text PRIMARY KEY,
    position bigint NOT NULL,
    sequence bigint NOT NULL,
    moved_at timestamptz NOT NULL DEFAULT now(),
    read_until timestamptz
) WITH (fillfactor = 50);

CREATE TABLE journal_view (
    person_id uuid NOT NULL,
    id uuid NOT NULL,
    viewed_at timestamptz NOT NULL,
    actor uuid,
    actor_kind text NOT NULL,
    purpose text NOT NULL,
    site text NOT NULL DEFAULT '',
    PRIMARY KEY (person_id, id)
);

CREATE TABLE journal_anchor (
    id uuid PRIMARY KEY,
    from_position bigint NOT NULL,
    from_sequence bigint NOT NULL,
    to_position bigint NOT NULL,
    to_sequence bigint NOT NULL,
    entries bigint NOT NULL,
    root bytea NOT NULL,
    previous bytea NOT NULL,
    anchored_at timestamptz NOT NULL
);
"""

# Why each runs as its owner: the web's role may append to the journal and read the entries of its places, and no more. To begin a generation and to compare a repeated id with an entry of another site, it needs exactly these answers.
FUNCTIONS = f"""
CREATE FUNCTION journal_position() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE here bigint; newest journal_generation;
BEGIN
    SELECT system_identifier INTO here FROM pg_control_system();
    SELECT * INTO newest FROM journal_generation ORDER BY number DESC LIMIT 1;
    IF newest.number IS NULL OR newest.system_identifier <> here THEN
        LOCK TABLE journal_generation IN SHARE ROW EXCLUSIVE MODE;
        SELECT * INTO newest FROM journal_generation ORDER BY number DESC LIMIT 1;
        IF newest.number IS NULL OR newest.system_identifier <> here THEN
            INSERT INTO journal_generation (number, system_identifier)
            VALUES (coalesce(newest.number, 0) + 1, here) RETURNING * INTO newest;
        END IF;
    END IF;
    RETURN newest.number::bigint << 48 | pg_current_xact_id()::text::bigint;
END $$;

CREATE FUNCTION journal_horizon() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce((
        SELECT CASE WHEN system_identifier = (SELECT system_identifier FROM pg_control_system())
            THEN number::bigint << 48 | pg_snapshot_xmin(pg_current_snapshot())::text::bigint
            ELSE (number + 1)::bigint << 48 END
        FROM journal_generation ORDER BY number DESC LIMIT 1), 0)
$$;

CREATE FUNCTION journal_digests(wanted uuid[]) RETURNS TABLE (id uuid, digest bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.id, e.digest FROM journal_entry e WHERE e.id = ANY(wanted)
$$;

CREATE FUNCTION journal_waiting(ceiling integer) RETURNS TABLE (aside boolean, reason text, entries bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT true, a.reason, count(*) FROM (
        SELECT s.reason FROM journal_set_aside s WHERE s.released_at IS NULL LIMIT ceiling) a GROUP BY a.reason
    UNION ALL
    SELECT false, u.reason, count(*) FROM (SELECT f.reason FROM journal_unfolded f LIMIT ceiling) u GROUP BY u.reason
$$;
REVOKE ALL ON FUNCTION journal_waiting(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION journal_waiting(integer) TO {APP_ROLE}, {WORKER_ROLE};

CREATE FUNCTION journal_make_partition(month date) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first timestamptz := date_trunc('month', month)::timestamp AT TIME ZONE 'UTC';
    next timestamptz := (date_trunc('month', month) + interval '1 month')::timestamp AT TIME ZONE 'UTC';
    low uuid := (lpad(to_hex((extract(epoch FROM first) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;
    high uuid := (lpad(to_hex((extract(epoch FROM next) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;
    name text := 'journal_entry_' || to_char(first AT TIME ZONE 'UTC', 'YYYY_MM');
BEGIN
    IF to_regclass(name) IS NOT NULL THEN RETURN true; END IF;
    IF EXISTS (SELECT 1 FROM journal_entry_default e WHERE e.id >= low AND e.id < high) THEN RETURN false; END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF journal_entry FOR VALUES FROM (%L) TO (%L)', name, low, high);
    RETURN true;
END $$;

REVOKE ALL ON FUNCTION journal_make_partition(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION journal_make_partition(date) TO {WORKER_ROLE};
REVOKE ALL ON FUNCTION journal_position(), journal_horizon(), journal_digests(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION journal_position(), journal_horizon(), journal_digests(uuid[])
    TO {APP_ROLE}, {WORKER_ROLE};
GRANT USAGE ON SEQUENCE journal_sequence TO {APP_ROLE}, {WORKER_ROLE};
"""

GRANTS = "\n".join(
    [
        policy_sql("journal_entry", grants="SELECT, INSERT"),
        policy_sql("journal_batch", grants="SELECT, INSERT"),
        policy_sql("journal_set_aside"),
        policy_sql("journal_unfolded", grants="SELECT, INSERT, DELETE"),
        policy_sql("journal_view", grants="SELECT, INSERT"),
        grant_sql("journal_generation"),
        grant_sql("journal_chain", app="SELECT, INSERT, UPDATE"),
        grant_sql("journal_cursor"),
        grant_sql("journal_anchor"),
    ]
)


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.RunSQL(TABLES, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
    ]
