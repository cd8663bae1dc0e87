"""What the database complains of reaches the code as what it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError, OperationalError, ProgrammingError

from tiemchung.plumbing import database


@pytest.fixture(autouse=True)
def _own_session(committed_db: None) -> Iterator[None]:
    del committed_db
    yield
    # The server has ended it; the next test opens another.
    connection.close()


LATE, SLEEPS = "set local transaction_timeout = 20", "select pg_sleep(600)"


def test_a_transaction_that_ran_out_of_time_may_be_tried_again() -> None:
    def late() -> None:
        with transaction.atomic():
            database.run(LATE)
            database.run(SLEEPS)

    with pytest.raises(OperationalError) as told:
        late()
    assert database.is_busy(told.value)


def test_what_a_cursor_of_django_s_own_tells_is_busy_too_and_a_wrong_statement_is_not() -> None:
    def asked(statement: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LATE)
            cursor.execute(statement)

    with pytest.raises(InternalError) as late:
        asked(SLEEPS)
    assert database.is_busy(late.value)
    connection.close()
    with pytest.raises(ProgrammingError) as wrong:
        asked("select what_is_not_there")
    assert not database.is_busy(wrong.value)
