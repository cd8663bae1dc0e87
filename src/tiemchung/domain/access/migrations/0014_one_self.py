"""An account is one person: whoever else it was said to be is somebody it helps."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q

# Who is proved stays, else who came first.
ONE_SELF = """
UPDATE access_link l SET relation = 'helped' FROM (
    SELECT id, row_number() OVER (PARTITION BY account ORDER BY state <> 'proved', since, id) AS place
    FROM access_link WHERE relation = 'self' AND ended_at IS NULL
) held WHERE held.id = l.id AND held.place > 1;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0013_hubs")]

    operations = [
        migrations.RunSQL(ONE_SELF, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                condition=Q(ended_at=None, relation="self"), fields=("account",), name="access_one_self_an_account"
            ),
        ),
    ]
