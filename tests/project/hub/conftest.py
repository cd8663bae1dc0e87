"""A hub's tables on the tests' server, in a database of their own as on a hub."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest

from tests.project.hub.at_work import Hall
from tiemchung.plumbing.postgres import APP, Server
from tiemchung.project.hub.store import GRANTS, SCHEMA, TABLES, Store


@pytest.fixture(scope="session")
def tables(server: Server) -> Iterator[tuple[str, str]]:
    name = f"hub_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    server.create_database(name)
    with psycopg.connect(server.owner_url(name), autocommit=True) as connection:
        connection.execute(SCHEMA)
        connection.execute(SCHEMA)  # a hub that is started again finds its tables
        connection.execute(GRANTS.format(role=APP))
    yield server.app_url(name), server.owner_url(name)
    server.drop_database(name)


@pytest.fixture
def store(tables: tuple[str, str]) -> Iterator[Store]:
    url, owner_url = tables
    opened = Store(url)
    yield opened
    opened.close()
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {TABLES}")


@pytest.fixture
def hall(store: Store) -> Hall:
    return Hall(store)
