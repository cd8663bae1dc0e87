"""Bodies in blocks: neighboring entries of one chain are deflated and sealed together."""

from __future__ import annotations

from django.db import migrations

from tiemchung.plumbing.rowsecurity import policy_sql

TABLE = """
CREATE TABLE journal_block (
    device uuid NOT NULL,
    first integer NOT NULL,
    position bigint NOT NULL,
    site text NOT NULL DEFAULT '',
    body bytea STORAGE EXTERNAL NOT NULL,
    PRIMARY KEY (device, first, position)
) WITH (toast_tuple_target = 8160);

ALTER TABLE journal_entry ADD COLUMN place smallint,
    ADD CONSTRAINT body_here_or_in_a_block CHECK ((place IS NULL) = (body <> ''));
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_own")]
    operations = [
        migrations.RunSQL(TABLE, migrations.RunSQL.noop),
        migrations.RunSQL(policy_sql("journal_block", grants="SELECT, INSERT"), migrations.RunSQL.noop),
    ]
