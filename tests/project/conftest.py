"""What the tests of commands share: commands that load work as the database's owner."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connections, transaction
from pytest_django import DjangoDbBlocker

from tiemchung.domain.places import queries as places
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.plumbing.postgres import Server
from tiemchung.project.environment import django_database


@pytest.fixture
def as_owner(
    server: Server, database: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Work as the database's owner inside one transaction, which is rolled back."""
    connection = connections["default"]
    as_app = dict(connection.settings_dict)
    owner = django_database(server.owner_url(database), reads_whole_tables=True)
    del owner["OPTIONS"]["pool"]
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict.update(owner)
        try:
            with transaction.atomic():
                _forget()
                yield
                transaction.set_rollback(True)
        finally:
            connection.close()
            connection.settings_dict.update(as_app)
            _forget()


def _forget() -> None:
    places.UNITS.forget()
    vaccines.BOOK.forget()
