"""Sites are searched by name: each keeps the key of its own, computed in Python like every key of a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import migrations, models

from tiemchung.kernel.names import search_key

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PER_STATEMENT = 5_000


def fill(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Give every site its key."""
    sites = apps.get_model("places", "Site").objects.using(editor.connection.alias)
    found = list(sites.filter(search_key="").only("code", "name"))
    for site in found:
        site.search_key = search_key(site.name)
    sites.bulk_update(found, ["search_key"], batch_size=PER_STATEMENT)


class Migration(migrations.Migration):
    dependencies = [("places", "0002_guard")]
    operations = [
        migrations.AddField("site", "search_key", models.TextField(db_default="")),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
