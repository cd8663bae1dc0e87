"""What the database complains of reaches the code as what it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.db.utils import OperationalError

from tiemchung.plumbing import database


@pytest.fixture(autouse=True)
def _own_session(committed_db: None) -> Iterator[None]:
    del committed_db
    yield
    # The server has ended it; the next test opens another.
    connection.close()


def test_a_transaction_that_ran_out_of_time_may_be_tried_again() -> None:
    def late() -> None:
        with transaction.atomic():
            database.run("set local transaction_timeout = 20")
            database.run("select pg_sleep(600)")

    with pytest.raises(OperationalError):
        late()
