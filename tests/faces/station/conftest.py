"""The station's tests begin in the middle of a morning at a site of the campaign."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from tests.domain.campaigns.wards import open_campaign
from tests.faces.station import scenery
from tiemchung.domain.journal import actions as journal


@pytest.fixture
def morning(
    committed_db: None, as_worker: Callable[[], AbstractContextManager[None]], set_time: Callable[..., None]
) -> None:
    """Load two sites of one ward and let it be half past nine."""
    del committed_db
    journal.forget_server_device()
    with as_worker():
        scenery.found_sites()
    set_time(scenery.MORNING + timedelta(minutes=30))


@pytest.fixture
def campaign(morning: None, as_worker: Callable[[], AbstractContextManager[None]]) -> None:
    """Open the campaign for which the site's ward registers and calls."""
    del morning
    with as_worker():
        open_campaign()
