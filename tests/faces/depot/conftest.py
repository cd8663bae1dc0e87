from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.faces.depot import scenery


@pytest.fixture
def morning(
    committed_db: None, as_worker: Callable[[], AbstractContextManager[None]], set_time: Callable[..., None]
) -> None:
    del committed_db
    scenery.a_morning_at_the_store(as_worker)
    set_time(scenery.NOW)
