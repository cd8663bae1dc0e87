"""The country that the portal's tests look at."""

from __future__ import annotations

import psycopg
import pytest

from tests.faces.portal.country import count_country


@pytest.fixture
def counted_country(committed_db: None, owner_connection: psycopg.Connection) -> None:
    count_country(owner_connection)
