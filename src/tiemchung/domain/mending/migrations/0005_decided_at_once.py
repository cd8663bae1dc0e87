"""What a decision takes off a phone ends in the decision itself: the reaction that did it has no cursor any more."""

from __future__ import annotations

from django.db import migrations

FORGET = "DELETE FROM journal_cursor WHERE consumer = 'mending.end_confirmed_phones'"


class Migration(migrations.Migration):
    dependencies = [("mending", "0004_proposed"), ("journal", "0006_closed_aside")]

    operations = [migrations.RunSQL(FORGET, migrations.RunSQL.noop)]
