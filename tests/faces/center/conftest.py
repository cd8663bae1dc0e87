"""Who looks at the board."""

from __future__ import annotations

import pytest

from tests.faces.center.officers import SignIn, sign_in_as


@pytest.fixture
def sign_in(committed_db: None) -> SignIn:
    return sign_in_as
