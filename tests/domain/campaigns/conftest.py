"""A campaign in two wards of District 1."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.domain.campaigns import wards
from tiemchung.domain.journal import actions as journal


@pytest.fixture
def campaign(committed_db: None, as_worker: Callable[[], AbstractContextManager[None]]) -> str:
    """Open the campaign and return its code."""
    del committed_db
    journal.forget_server_device()
    with as_worker():
        return wards.open_campaign()
