"""A ward with a site and a campaign, and those who plan for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.domain.campaigns.conftest import campaign
from tests.domain.campaigns.wards import NOW
from tests.domain.scheduling.conftest import ward
from tests.faces.center.officers import SignIn, sign_in_as

__all__ = ["campaign", "ward"]


@pytest.fixture
def sign_in(ward: str, set_time: Callable[..., None]) -> SignIn:
    """Sign somebody in, in the morning of a campaign day."""
    del ward
    set_time(NOW)
    return sign_in_as
