"""The station's tests begin in the middle of a morning at a site of the campaign."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from tests.faces.station.scenery import MORNING, OTHER_SITE, SITE
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.places import actions as places
from tiemchung.kernel.actor import SYSTEM


@pytest.fixture
def morning(
    committed_db: None, as_worker: Callable[[], AbstractContextManager[None]], set_time: Callable[..., None]
) -> None:
    """Load two sites of one ward and let it be half past nine."""
    del committed_db
    journal.forget_server_device()
    with as_worker():
        places.load_organizations(
            [{"code": "TYT-1", "name": "Trạm y tế phường Tân Phú", "commune": "26734"}], actor=SYSTEM
        )
        places.load_sites(
            [
                {"code": code, "name": f"Điểm tiêm {code}", "organization": "TYT-1", "commune": "26734"}
                for code in (SITE, OTHER_SITE)
            ],
            actor=SYSTEM,
        )
    set_time(MORNING + timedelta(minutes=30))
