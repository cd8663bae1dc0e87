"""Bringing a database to the newest shape, as its owner, and letting the other roles at what packages brought."""

from __future__ import annotations

import argparse

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from tiemchung.plumbing.postgres import APP_GROUP, WORKER_GROUP


def migrate(arguments: argparse.Namespace) -> None:
    """Apply every migration, then grant. Told twice, nothing changes."""
    call_command("migrate", interactive=False, verbosity=0 if arguments.quiet else 1)
    _grant_packages_tables()


def _grant_packages_tables() -> None:
    """Let web and workers use the tables of Django and other packages; rooms grant their own in their migrations."""
    labels = [config.label for config in apps.get_app_configs() if config.name.startswith("tiemchung.domain.")]
    roles = sql.SQL("{}, {}").format(sql.Identifier(APP_GROUP), sql.Identifier(WORKER_GROUP))
    grants = {"r": "SELECT, INSERT, UPDATE, DELETE", "S": "USAGE"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relkind::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'S') AND pg_has_role(current_user, relowner, 'USAGE')"
        )
        for name, kind in cursor.fetchall():
            if not name.startswith(tuple(f"{label}_" for label in labels)):
                statement = sql.SQL("GRANT " + grants[kind] + " ON {} TO {}")
                cursor.execute(statement.format(sql.Identifier(name), roles))
