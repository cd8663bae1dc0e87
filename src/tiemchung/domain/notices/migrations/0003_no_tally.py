"""The tally of a campaign's messages goes: nobody reads it, the list of a session tells each message's state."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_guard")]

    operations = [migrations.RunSQL("DROP FUNCTION notices_tally(text);", migrations.RunSQL.noop)]
