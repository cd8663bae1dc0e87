"""A ward with a site, people who wait, and the officer who calls them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.domain.campaigns.conftest import campaign
from tests.domain.campaigns.wards import WARD
from tiemchung.domain.places import actions as places
from tiemchung.kernel.actor import SYSTEM

__all__ = ["campaign"]

SITE = "79-0001"


@pytest.fixture
def ward(campaign: str, as_worker: Callable[[], AbstractContextManager[None]]) -> str:
    """Open the campaign and a site in the ward."""
    with as_worker():
        places.load_organizations([{"code": "H1", "name": "Bệnh viện Quận 1", "commune": WARD}], actor=SYSTEM)
        site = {"code": SITE, "name": "Nhà thi đấu", "organization": "H1", "commune": WARD}
        places.load_sites([site], actor=SYSTEM)
    return campaign
