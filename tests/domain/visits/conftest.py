"""The tests of visits act at one site, as a tablet or a signed-in page there would."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.domain.visits.factories import SITE
from tiemchung.kernel.actor import Reach
from tiemchung.plumbing.rowsecurity import reaching


@pytest.fixture
def at_the_site(db: None) -> Iterator[None]:
    with reaching(Reach(sites=frozenset({SITE}))):
        yield
