"""Supply's tests act at one site, as a signed-in page or a tablet there would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from tests.domain.supply import depot
from tests.domain.supply.factories import SITE
from tiemchung.domain.journal import actions as journal
from tiemchung.kernel.actor import Reach
from tiemchung.plumbing.rowsecurity import reaching


@pytest.fixture
def at_the_site(db: None) -> Iterator[None]:
    with reaching(Reach(sites=frozenset({SITE}))):
        yield


@pytest.fixture
def chain(committed_db: None, as_worker: Callable[[], AbstractContextManager[None]]) -> None:
    """Found a city's store with its fridges, a district's store, and a site."""
    del committed_db
    journal.forget_server_device()
    with as_worker():
        depot.found_chain()
